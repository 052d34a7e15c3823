/* The app's address is the fragment: the server never sees which door somebody is writing about. */
import { computed, signal } from "@preact/signals";

const fragment = signal(location.hash);
addEventListener("hashchange", () => {
  fragment.value = location.hash;
});

/** `#/patrol/<id>/finding` as ["patrol", id, "finding"]. */
export const route = computed(() => {
  const parts = fragment.value.replace(/^#\/?/, "").split("/").filter(Boolean).map(decode);
  return parts.length ? parts : ["today"];
});

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // somebody's broken link: shown as an unknown address, not as an error
  }
}

export const href = (...parts: string[]) => `#/${parts.map(encodeURIComponent).join("/")}`;

export function go(...parts: string[]): void {
  location.hash = href(...parts);
}

/** Like go, but the present address is not kept in the history: what was saved is not opened again by "back". */
export function replace(...parts: string[]): void {
  history.replaceState(null, "", href(...parts));
  fragment.value = location.hash;
}
