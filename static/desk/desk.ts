/* Everything at the desk works without this, but for passkeys, which need it: their forms are hidden until it runs.
   A link is copied by one press.
   It keeps the list where it was when another of its matters is opened. */
import { canPasskey, create, get } from "../shared/passkey";

const list = document.getElementById("list");
const KEY = "desk-list";

if (list) {
  const kept = sessionStorage.getItem(KEY);
  const [where, top] = kept ? (JSON.parse(kept) as [string, number]) : ["", 0];
  if (where === location.search) list.scrollTop = top;
  // In a narrow window the page scrolls and not the list: it begins at its top.
  if (list.scrollHeight > list.clientHeight) list.querySelector("tr[aria-current]")?.scrollIntoView({ block: "nearest" });
  list.addEventListener("click", () => sessionStorage.setItem(KEY, JSON.stringify([location.search, list.scrollTop])));
}

// In a narrow window the rail is one row that scrolls: where one is stands in it.
const rail = document.querySelector(".rail ul");
const here = rail?.querySelector("[aria-current]");
if (rail && here) rail.scrollLeft = here.getBoundingClientRect().left - rail.getBoundingClientRect().left - rail.clientWidth / 3;

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy!) as HTMLInputElement;
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => {
    field.select();
    void navigator.clipboard.writeText(field.value).then(() => (button.textContent = button.dataset.done!));
  });
}

for (const form of canPasskey() ? document.querySelectorAll<HTMLFormElement>("form[data-passkey]") : []) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void fill(form);
  });
}

/** Has the authenticator answer, then sends the form as any other. */
async function fill(form: HTMLFormElement): Promise<void> {
  const { passkey, options, from } = form.dataset;
  const problem = document.querySelector<HTMLElement>("[data-passkey-problem]");
  if (problem) problem.hidden = true;
  try {
    const given = options ?? (await (await fetch(from!, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" })).text());
    form.querySelector<HTMLInputElement>("[name=credential]")!.value = await (passkey === "create" ? create : get)(JSON.parse(given));
    form.submit();
  } catch {
    if (problem) problem.hidden = false; // cancelled, or no such key here: the other ways stay
  }
}
