/* What is said once on this phone, until it was understood. */
import { signal, type ReadonlySignal } from "@preact/signals";

export function once(key: string): { read: ReadonlySignal<boolean>; understood: () => void } {
  const read = signal(known(key));
  const understood = () => {
    read.value = true;
    try {
      localStorage.setItem(key, "1");
    } catch {
      return; // no room: it is said again next time
    }
  };
  return { read, understood };
}

function known(key: string): boolean {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return true; // storage is closed to us: better not at all than at every start
  }
}
