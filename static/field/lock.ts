// The lock: after five minutes without use six digits are asked for. It hides the screen; it encrypts nothing.
import { effect } from "@preact/signals";
import { account, ready } from "./engine";
import { IDLE_MS, USED, idle, locked, unlock } from "./locked";
import { underway } from "./parts/rounds";
import { Problem } from "./types";

const ROUNDS = 200_000;
const LOOK_EVERY_MS = 3_000;
const HELD_MS = 4 * 3600_000; // a round that nobody ends does not keep it open for ever
const LATER_MS = 20 * 3600_000; // the next day of work
const FREE = 3;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;

interface Kept { salt?: string; check?: string; wrong?: number; until?: number; off?: boolean; later?: number }

const key = () => `silian.lock.${account.peek()?.id}`;

function kept(): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(key()) ?? "null") as Kept | null;
  } catch {
    return null; // something else lies there: as if there were no lock
  }
}

const keep = (row: Kept): void => localStorage.setItem(key(), JSON.stringify(row));
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

async function digest(pin: string, salt: string): Promise<string> {
  const text = new TextEncoder();
  const material = await crypto.subtle.importKey("raw", text.encode(pin), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: text.encode(salt), iterations: ROUNDS };
  return hex(new Uint8Array(await crypto.subtle.deriveBits(how, material, 256)));
}

export const lockIsOn = (): boolean => !!kept()?.check;
/** Neither on nor switched off: whoever is staff is asked for six digits, once with the way to put it off for a day. */
export function lockIsDue(): "first" | "again" | null {
  const row = kept();
  if (row === null) return "first";
  return row.later !== undefined && Date.now() - row.later >= LATER_MS ? "again" : null;
}

export const putLockOff = (): void => keep({ later: Date.now() });

export async function lockBy(pin: string): Promise<void> {
  const salt = hex(crypto.getRandomValues(new Uint8Array(16)));
  keep({ salt, check: await digest(pin, salt) });
  localStorage.setItem(USED, String(Date.now()));
}

/** `off`: the person's own decision; else it is only taken away, and offered again. */
export function unlockForGood(off: boolean): void {
  if (off) keep({ off: true });
  else localStorage.removeItem(key());
  localStorage.removeItem(USED);
  locked.value = false;
}

let forgotten = false;

/** Whoever signs in now does not know the digits any more: they go, and new ones are offered. */
export const forgot = (): void => void (forgotten = true);

/** Opens by the digits; wrong ones wait longer and longer, also over a reload. */
export async function open(pin: string): Promise<void> {
  const row = kept();
  if (!row?.check || !row.salt) return unlockForGood(false); // somebody has taken the lock away
  const wait = (row.until ?? 0) - Date.now();
  if (wait > 0) throw new Problem("slow_down", { retryAfter: Math.min(wait, LONGEST_WAIT_MS) });
  const wrong = (row.wrong ?? 0) + 1;
  const until = wrong < FREE ? 0 : Date.now() + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (wrong - FREE));
  keep({ ...row, wrong, until }); // counted before it is looked at: closing the app saves no try
  if ((await digest(pin, row.salt)) !== row.check) throw new Problem("wrong_pin");
  keep({ salt: row.salt, check: row.check });
  forgotten = false;
  unlock();
}

/** A round in progress is not stood in the way of: neither while it goes, nor when the app is opened again. */
function use(): void {
  if (locked.value || localStorage.getItem(USED) === null) return;
  const began = Date.parse(underway()?.doc.made_at ?? "");
  const held = Number.isNaN(began) ? 0 : Math.min(began, Date.now()) + HELD_MS;
  localStorage.setItem(USED, String(Math.max(Date.now(), held)));
}

function look(): void {
  if (locked.value) return;
  const used = Number(localStorage.getItem(USED) ?? 0);
  if (used && (underway() || used > Date.now() + IDLE_MS)) use();
  if (!idle()) return;
  localStorage.setItem(USED, "0");
  locked.value = true;
}

export function watchLock(): void {
  effect(() => {
    if (locked.value || !forgotten) return;
    forgotten = false;
    unlockForGood(false);
  });
  effect(() => {
    if (!ready.value || !account.value) return;
    if (!lockIsOn()) {
      localStorage.removeItem(USED);
      locked.value = false;
    } else if (localStorage.getItem(USED) === null) localStorage.setItem(USED, String(Date.now()));
  });
  let last = 0;
  const used = () => {
    if (Date.now() - last < LOOK_EVERY_MS) return;
    last = Date.now();
    look(); // what was left open over night is hidden before the first tap counts as use
    use();
  };
  for (const kind of ["pointerdown", "keydown", "wheel", "touchmove"]) addEventListener(kind, used, { capture: true, passive: true });
  addEventListener("visibilitychange", look);
  window.addEventListener("storage", ({ key: changed }) => void (changed === USED && (locked.value = idle())));
  setInterval(look, LOOK_EVERY_MS);
}
