// The one module screens import.
import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { deviceOf } from "./devices";
import { browserEnv } from "./env";
import { exchange, exchangeLock, type Result } from "./exchange";
import { uuid4, uuid7 } from "./ids";
import * as journal from "./journal";
import { pacer } from "./pacer";
import { openPhone } from "./phone";
import { forgetUrls, photoUrl } from "./photo";
import * as pushing from "./push";
import { sendReceipts } from "./receipts";
import * as recording from "./record";
import * as session from "./session";
import { createState, hasNoOutcome } from "./state";
import { Problem, type Account, type Doc, type Entry, type PushState, type RecordOptions, type Sync } from "./types";
import { askForSync, registerWorker } from "./worker";

export { shrink } from "./photo";
export { Problem } from "./types";
export type { Account, Doc, Entry, PushState, RecordOptions, Status, Sync } from "./types";
export { applyUpdate, dirty, update } from "./worker";

const SLOW_AFTER_MS = 8_000;
const EVERY_MS = 60_000;
const UNSUBSCRIBE_WAIT_MS = 5_000;
/** In localStorage, which browsers do not clear together with IndexedDB when they are short of room. */
const KEPT = "silian-kept";

const env = browserEnv();
const isBlocked = signal(false);
const phone = openPhone(env, {}, () => (isBlocked.value = true));
const state = createState(phone);
const isReady = signal(false);
const wasEvicted = signal(false);
const tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("silian");

export const account: ReadonlySignal<Account | null> = state.account;
export const ready: ReadonlySignal<boolean> = isReady;
export const sync: ReadonlySignal<Sync> = state.sync;
/** Newest first. A withdrawn record is here as `void` until its number is sent. */
export const entries: ReadonlySignal<Entry[]> = state.entries;
export const revoked: ReadonlySignal<boolean> = state.revoked;
/** The browser cleared the storage since the last start. */
export const evicted: ReadonlySignal<boolean> = wasEvicted;
/** Another tab with an older version keeps the storage from opening: it has to be closed. */
export const blocked: ReadonlySignal<boolean> = computed(() => isBlocked.value && !isReady.value);
export const pushState: ReadonlySignal<PushState> = pushing.pushState;

/** Records that are on this phone alone, their photos included. */
export const waiting = (): number => entries.value.filter((entry) => hasNoOutcome(entry) || entry.photos_waiting > 0).length;

const tell = (message: { journal?: true; documents?: string[]; all?: true }) => tabs?.postMessage(message);

const pace = pacer(env, exchangeOnce, (result: Result) => {
  if (result.kind !== "elsewhere") state.last.value = result.kind;
  if (entries.value.some(hasNoOutcome)) void askForSync();
});

async function exchangeOnce(): Promise<Result> {
  state.busy.value = true;
  const cancel = env.timer(SLOW_AFTER_MS, () => (state.slow.value = true));
  try {
    await session.leave(phone);
    const result = await exchange(phone, watch);
    await sendReceipts(phone);
    if (result.kind === "revoked") await state.loadAll();
    return result;
  } catch (error) {
    report(error); // the storage failed; what is saved stays saved, and the next try may do better
    return { kind: "away", wait: 0 };
  } finally {
    cancel();
    state.busy.value = state.slow.value = false;
  }
}

const report = (error: unknown): void => console.error(error);

const watch = {
  sending: (ids: string[]) => void (state.sending.value = new Set(ids)),
  journal() {
    state.loadJournal().catch(report);
    tell({ journal: true });
  },
  documents(changes: Parameters<typeof state.follow>[0], all: boolean) {
    state.follow(changes, all).catch(report);
    tell(all ? { all: true } : { documents: [...new Set(changes.map(({ collection: name }) => name))] });
  },
};

async function hear({ data }: MessageEvent): Promise<void> {
  if (data.all) await state.loadAll();
  else if (data.documents) await state.reload(data.documents).then(() => state.follow([], false));
  else await state.loadJournal();
}

/** Opens the store, restores who works here, registers the service worker, begins exchanging. */
export async function start(): Promise<void> {
  await state.loadAll();
  wasEvicted.value = !account.value && localStorage.getItem(KEPT) !== null && !(await anyDevice());
  isReady.value = true;
  if (tabs) tabs.onmessage = (event) => void hear(event).catch(report);
  addEventListener("online", () => {
    state.online.value = true;
    pace.kick(true);
  });
  addEventListener("offline", () => void (state.online.value = false));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) pace.kick();
    else if (entries.value.some(hasNoOutcome)) void askForSync();
  });
  setInterval(() => document.hidden || pace.kick(), EVERY_MS);
  pace.kick(true);
  await registerWorker({
    open(path) {
      location.href = path;
      pace.kick(true);
    },
    push: () => pace.soon(),
    exchange: () => pace.kick(true),
  });
  await pushing.lookAtPush();
  await ask();
}

const anyDevice = () => phone.journal.read(["devices"], async (tx) => (await tx.list("devices")).length > 0);

/** Posts and name may have changed, and the session may have ended. */
async function ask(): Promise<void> {
  const now = await session.refresh(phone);
  if (now) state.who.value = now;
  if (now === null) state.last.value = "signin";
}

async function enter(how: () => Promise<unknown>): Promise<void> {
  await how();
  localStorage.setItem(KEPT, "1");
  wasEvicted.value = false;
  forgetUrls();
  await state.loadAll();
  state.last.value = "done";
  tell({ all: true });
  pace.kick(true);
}

export const signIn = (login: string, password: string): Promise<void> => enter(() => session.signIn(phone, login, password));
export const activate = (code: string, password: string): Promise<void> => enter(() => session.activate(phone, code, password));

/** The screen asks first, with waiting(). What is unsent or rejected stays for the same account. */
export async function signOut(): Promise<void> {
  if (await pushing.pushOff(record)) {
    await Promise.race([exchange(phone, watch), new Promise<void>((resolve) => env.timer(UNSUBSCRIBE_WAIT_MS, resolve))]);
  }
  await session.signOut(phone);
  forgetUrls();
  await state.loadAll();
  tell({ all: true });
}

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

function whoRecords(): string {
  const id = account.value?.id;
  if (id === undefined) throw new Problem("sign_in");
  return id;
}

/** Durable before it resolves. Throws Problem("phone_full" | "storage" | "too_large") and then keeps nothing. */
export async function record(type: string, payload: Record<string, any>, o?: RecordOptions): Promise<Entry> {
  const saved = await recording.recordCommand(phone, whoRecords(), type, payload, o);
  await state.append(saved);
  tell({ journal: true });
  if (!navigator.onLine) void askForSync();
  void navigator.storage?.persist?.();
  pace.kick();
  return entries.value.find(({ id }) => id === saved.id)!;
}

/** An unsent record, taken back. Throws Problem("sending") while it is on its way, "sent" once it has an outcome. */
export async function withdraw(id: string): Promise<void> {
  const whose = whoRecords();
  const done = await env.lock(exchangeLock(phone, whose), () => journal.withdraw(phone.journal, whose, id).then(() => true), false);
  if (!done) throw new Problem("sending");
  watch.journal();
  pace.kick();
}

/** A rejected or declined record that is not needed any more. */
export async function discard(id: string): Promise<void> {
  await journal.discard(phone.journal, whoRecords(), id);
  watch.journal();
}

export const exportWaiting = async (): Promise<Blob> => recording.exportWaiting(phone, whoRecords());
export const syncNow = (): void => pace.kick(true);
export const photo = async (sha256: string): Promise<string | null> => photoUrl(phone, whoRecords(), sha256);

const hooks = { key: () => state.who.value?.push?.public_key, record, online: () => navigator.onLine };
export const pushOn = (): Promise<void> => pushing.pushOn(hooks);
export const pushOff = async (): Promise<void> => void (await pushing.pushOff(record));
/** The UUID of this account on this phone, for the settings screen. */
export const device = async (): Promise<string | null> => (await deviceOf(phone.journal, whoRecords()))?.device ?? null;
