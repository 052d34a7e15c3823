// Runs in the page: in every look, what is too wide, cut off, broken or too small to hit. One round trip for all looks.
async (looks) => {
  const frame = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  const name = (node) => `${node.tagName.toLowerCase()}.${node.className?.baseVal ?? node.className} "${(node.innerText || node.ariaLabel || node.id || "").trim().slice(0, 30)}"`;
  const seen = (node) => {
    const { width, height, right } = node.getBoundingClientRect();
    return width > 1 && height > 1 && right > 0 && getComputedStyle(node).visibility === "visible";
  };
  const pen = document.createElement("canvas").getContext("2d");

  async function wear(look) {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith("silian.look"));
    for (const key of new Set([...keys, "silian.look"])) {
      localStorage.setItem(key, JSON.stringify(look));
      dispatchEvent(new StorageEvent("storage", { key }));
    }
    const root = document.documentElement;
    while (!root.lang.startsWith(look.language) || root.hasAttribute("data-elder") !== look.elder) await frame();
    await frame();
  }

  /** A field's own words cannot be asked for their width. */
  function fieldCut(node) {
    const style = getComputedStyle(node);
    const text = node.tagName === "SELECT" ? node.selectedOptions[0]?.text : node.value || node.placeholder;
    if (!text || node.type === "password" || node.type === "date" || node.tagName === "TEXTAREA") return false;
    const { fontSize } = node.value ? style : getComputedStyle(node, "::placeholder");
    pen.font = `${style.fontWeight} ${fontSize} ${style.fontFamily}`;
    const room = node.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return node.type !== "radio" && node.type !== "checkbox" && pen.measureText(text).width > room + 1;
  }

  const hides = (node) => ["hidden", "clip"].includes(getComputedStyle(node).overflowX);
  function cut(node) {
    const { left, right } = node.getBoundingClientRect();
    return left < -1 || right > innerWidth + 1 || (hides(node) && node.scrollWidth > node.clientWidth + 1);
  }

  const NUMBERS = /\d{2,}/g, WORDS = /[A-Za-z]{3,}|\d{2,}/g;
  /** Words and numbers that had to be broken inside. */
  function broken(text, what) {
    const range = document.createRange();
    return [...text.data.matchAll(what)].flatMap(({ 0: word, index }) => {
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      return lines.size > 1 ? [word] : [];
    });
  }

  const TARGETS = "a[href], button, select, textarea, input:not([type=radio], [type=checkbox], [type=file], [role=switch]), label.tile, label.check, label.tool, label.switch";
  function small(node, least) {
    const { width, height } = node.getBoundingClientRect();
    return width < least - 0.5 || height < least - 0.5;
  }

  function look({ elder, language, plain }) {
    const found = [];
    if (document.scrollingElement.scrollWidth > innerWidth) found.push(`sideways: ${document.scrollingElement.scrollWidth} px`);
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = words.nextNode(); text; text = words.nextNode()) {
      const node = text.parentElement;
      if (!text.data.trim() || !seen(node) || node.closest(".vh, .skip, option, select, noscript")) continue;
      if (cut(node)) found.push(`cut: ${name(node)}`);
      found.push(...broken(text, language === "en" && plain ? WORDS : NUMBERS).map((word) => `broken: ${word} in ${name(node)}`));
    }
    for (const node of document.querySelectorAll("input, select")) if (seen(node) && fieldCut(node)) found.push(`cut: ${name(node)}`);
    const least = elder ? 60 : 48;
    for (const node of document.querySelectorAll(TARGETS)) {
      if (seen(node) && !node.closest(".skip") && !node.inert && small(node, least)) {
        const { width, height } = node.getBoundingClientRect();
        found.push(`small: ${name(node)} ${Math.round(width)} × ${Math.round(height)}`);
      }
    }
    return found;
  }

  const found = [];
  for (const one of looks) {
    await wear(one);
    found.push(...look(one).map((fault) => `${one.language}${one.elder ? " elder" : ""}: ${fault}`));
  }
  await wear({ language: "zh", theme: "light", elder: false });
  return found;
}
