// The one module screens import, but for what one screen alone needs, which is loaded with it: exporting.ts, pushing.ts.
import { computed, type ReadonlySignal } from "@preact/signals";
import { deviceOf } from "./devices";
import { env, isBlocked, phone, state, whoRecords } from "./here";
import { uuid4, uuid7 } from "./ids";
import { photoUrl } from "./photo";
import * as pushing from "./push";
import { isReady, wasEvicted, wasWiped } from "./running";
import { record } from "./saving";
import { hasNoOutcome } from "./state";
import type { Account, Doc, Entry, PushState, Sync } from "./types";

export { activate, signIn, signOut } from "./entering";
export { drafts, shared } from "./forms";
export { install, installable, installed, onIos } from "./install";
export { shrink } from "./photo";
export { start } from "./running";
export { discard, record, withdraw } from "./saving";
export { Problem } from "./types";
export type { Account, Doc, Entry, PushState, RecordOptions, Status, Sync } from "./types";
export { applyUpdate, dirty, update } from "./worker";

export const account: ReadonlySignal<Account | null> = state.account;
export const ready: ReadonlySignal<boolean> = isReady;
export const sync: ReadonlySignal<Sync> = state.sync;
/** Newest first. A withdrawn record is here as `void` until its number is sent. */
export const entries: ReadonlySignal<Entry[]> = state.entries;
export const revoked: ReadonlySignal<boolean> = state.revoked;
/** The browser cleared the storage since the last start. */
export const evicted: ReadonlySignal<boolean> = wasEvicted;
/** The office suspended who worked here: all was handed over, and nothing is left. */
export const wiped: ReadonlySignal<boolean> = wasWiped;
/** Another tab with an older version keeps the storage from opening: it has to be closed. */
export const blocked: ReadonlySignal<boolean> = computed(() => isBlocked.value && !isReady.value);
export const pushState: ReadonlySignal<PushState> = pushing.pushState;

/** Records that are on this phone alone, their photos included. */
export const waiting = (): number => entries.value.filter((entry) => hasNoOutcome(entry) || entry.photos_waiting > 0).length;

export const collection = <T = any>(name: string): ReadonlySignal<Doc<T>[]> => state.collection(name);

const single = new Map<string, ReadonlySignal<Doc | null>>();

export function get<T = any>(name: string, id: string): ReadonlySignal<Doc<T> | null> {
  const key = `${name}/${id}`;
  const all = state.collection(name);
  const known = single.get(key) ?? computed(() => all.value.find((doc) => doc.id === id) ?? null);
  single.set(key, known);
  return known;
}

/** UUIDv7; v4, which does not even tell the time, where a record is anonymous. */
export const newId = (anonymous = false): string => (anonymous ? uuid4(env) : uuid7(env));

export const photo = async (sha256: string): Promise<string | null> => photoUrl(phone, whoRecords(), sha256);

export const pushOff = async (): Promise<void> => void (await pushing.pushOff(record));
/** The UUID of this account on this phone, for the settings screen. */
export const device = async (): Promise<string | null> => (await deviceOf(phone.journal, whoRecords()))?.device ?? null;
