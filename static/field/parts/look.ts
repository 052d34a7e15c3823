/* How the app looks to this person: language, light, size of words. Kept per person on the phone. */
import { effect, signal } from "@preact/signals";
import { account } from "../engine";
import { language, speak, type Language } from "../words";

export type Theme = "auto" | "light" | "dark";
interface Look { language?: Language; theme?: Theme; elder?: boolean }

export const theme = signal<Theme>("auto");
export const elder = signal(false);

const LAST = "silian.look";
const own = () => (account.peek() ? `${LAST}.${account.peek()!.id}` : LAST);

function read(key: string): Look | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as Look | null;
  } catch {
    return null; // storage is closed to us, or holds something else: the defaults are as good
  }
}

function keep(): void {
  const text = JSON.stringify({ language: language.value, theme: theme.value, elder: elder.value } satisfies Look);
  try {
    // the last look is also the sign-in screen's
    for (const key of [LAST, own()]) localStorage.setItem(key, text);
  } catch {
    return; // no room: it holds until the app is closed
  }
}

async function wear(look: Look): Promise<void> {
  theme.value = look.theme ?? "auto";
  elder.value = look.elder ?? false;
  await speak(look.language ?? (navigator.language.startsWith("zh") ? "zh" : "en"));
}

export async function setLook(look: Look): Promise<void> {
  await wear({ language: language.value, theme: theme.value, elder: elder.value, ...look });
  keep();
}

export async function startLook(): Promise<void> {
  let person: string | undefined;
  effect(() => {
    const who = account.value;
    if (!who || who.id === person) return;
    person = who.id;
    void wear(read(own()) ?? { language: who.language, ...read(LAST) });
  });
  effect(() => {
    const root = document.documentElement;
    root.lang = language.value === "zh" ? "zh-CN" : "en";
    root.toggleAttribute("data-elder", elder.value);
    if (theme.value === "auto") root.removeAttribute("data-theme");
    else root.dataset.theme = theme.value;
  });
  // two windows of one person look alike
  window.addEventListener("storage", ({ key }) => void (key?.startsWith(LAST) && wear(read(own()) ?? read(LAST) ?? {})));
  await wear(read(LAST) ?? {});
}
