/* Which alerts this phone has opened: the bar's number falls at once, also without a network. */
import { signal } from "@preact/signals";
import type { Doc } from "../engine";
import type { Alert } from "./docs";

const KEY = "silian.seen";
const MOST = 300; // more than an inbox holds

function read(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? (kept as string[]) : [];
  } catch {
    return []; // nothing readable kept: alerts show as new once more
  }
}

const seen = signal(new Set(read()));

export const unseen = (alerts: Doc<Alert>[]) => alerts.filter((a) => !a.doc.opened_at && !seen.value.has(a.id));

export function saw(id: string): void {
  const ids = [...seen.peek(), id].slice(-MOST);
  seen.value = new Set(ids);
  try {
    localStorage.setItem(KEY, JSON.stringify(ids));
  } catch {
    return; // no room: seen until the app is closed
  }
}
