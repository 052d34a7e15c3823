/* Everything at the desk works without this. It only keeps the list where it was when another of its matters is opened. */
const list = document.getElementById("list");
const KEY = "desk-list";

if (list) {
  const kept = sessionStorage.getItem(KEY);
  const [where, top] = kept ? (JSON.parse(kept) as [string, number]) : ["", 0];
  if (where === location.search) list.scrollTop = top;
  list.querySelector("tr[aria-current]")?.scrollIntoView({ block: "nearest" });
  list.addEventListener("click", () => sessionStorage.setItem(KEY, JSON.stringify([location.search, list.scrollTop])));
}

export {};
