// Whether the screen is hidden. Read before anything is shown, so that a reload shows nothing either.
import { signal } from "@preact/signals";

export const IDLE_MS = 300_000;
/** When the app was last used, in milliseconds; 0 where it is locked. There only while a lock is on. */
export const USED = "silian.used";

export function idle(): boolean {
  try {
    const used = localStorage.getItem(USED);
    return used !== null && Date.now() - Number(used) >= IDLE_MS;
  } catch {
    return false; // storage is closed to us: nothing is kept here that could be hidden
  }
}

export const locked = signal(idle());

/** Somebody has just shown who they are. */
export function unlock(): void {
  if (localStorage.getItem(USED) !== null) localStorage.setItem(USED, String(Date.now()));
  locked.value = false;
}
