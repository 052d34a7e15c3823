// The number on the app's icon: what has no outcome yet.
import type { Phone } from "./phone";

/** Of everybody who works on this phone; shown while nobody is signed in. */
export const unsent = (phone: Phone): Promise<number> =>
  phone.journal.read(["entries"], async (tx) => (await tx.count("entries", [])) - (await tx.count("entries", [], "settled")));

export function showBadge(n: number): void {
  if (!("setAppBadge" in navigator)) return;
  const shown = n ? navigator.setAppBadge(n) : navigator.clearAppBadge();
  shown.catch(() => undefined); // iOS asks for the right to notify first; the sentence in the app says it anyway
}
