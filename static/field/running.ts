// What runs while the page is open: exchanges when they are due, what other windows tell, who comes and goes.
import { computed, effect, signal } from "@preact/signals";
import { showBadge, unsent } from "./badge";
import { exchange, type Result } from "./exchange";
import { env, phone, state } from "./here";
import { heedInstall, heedLaunch } from "./install";
import { pacer } from "./pacer";
import type { Saved } from "./journal";
import * as pushing from "./push";
import { sendReceipts } from "./receipts";
import * as session from "./session";
import { hasNoOutcome } from "./state";
import { askForSync, registerWorker } from "./worker";

const SLOW_AFTER_MS = 8_000;
const EVERY_MS = 60_000;
/** The person's own work is shown first; the exchange begins after it, at the latest then. */
const FIRST_SCREEN_MS = 1_000;
/** In localStorage, which browsers do not clear together with IndexedDB when they are short of room. */
export const KEPT = "silian-kept";

/** Why nothing is here any more is said until somebody signs in. */
const WIPED = "silian.wiped";

export const isReady = signal(false);
export const wasEvicted = signal(false);
export const wasWiped = signal(localStorage.getItem(WIPED) !== null);
heedInstall();
const tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("silian");

export const tell = (message: { journal?: true; documents?: string[]; all?: true }) => tabs?.postMessage(message);

export const pace = pacer(env, exchangeOnce, (result: Result) => {
  if (result.kind !== "elsewhere") state.last.value = result.kind;
  if (state.entries.value.some(hasNoOutcome)) void askForSync();
});

async function exchangeOnce(): Promise<Result> {
  state.busy.value = true;
  const cancel = env.timer(SLOW_AFTER_MS, () => (state.slow.value = true));
  try {
    await session.leave(phone);
    const result = await exchange(phone, watch);
    await sendReceipts(phone);
    if (result.kind === "revoked") await revokedHere();
    return result;
  } catch (error) {
    report(error); // the storage failed; what is saved stays saved, and the next try may do better
    return { kind: "away", wait: 0 };
  } finally {
    cancel();
    state.busy.value = state.slow.value = false;
  }
}

/** When all is handed over nothing is left here, and that is no eviction. */
async function revokedHere(): Promise<void> {
  const whose = state.account.value?.id;
  await state.loadAll();
  if (!(await anyDevice())) localStorage.removeItem(KEPT);
  if (state.account.value) return;
  localStorage.removeItem(`silian.lock.${whose}`);
  localStorage.setItem(WIPED, "1");
  wasWiped.value = true;
}

export function forgetWiped(): void {
  localStorage.removeItem(WIPED);
  wasWiped.value = false;
}

export const report = (error: unknown): void => console.error(error);

export const watch = {
  sending: (ids: string[]) => void (state.sending.value = new Set(ids)),
  journal(changed?: Saved[]) {
    state.followJournal(changed).catch(report);
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
  await state.loadAll(true);
  wasEvicted.value = !state.account.value && localStorage.getItem(KEPT) !== null && !(await anyDevice());
  isReady.value = true;
  if (!state.account.value) left.value = await unsent(phone);
  effect(() => showBadge(count.value));
  if (tabs) tabs.onmessage = (event) => void hear(event).catch(report);
  addEventListener("online", () => {
    state.online.value = true;
    pace.kick(true);
  });
  addEventListener("offline", () => void (state.online.value = false));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) pace.kick();
    else if (state.entries.value.some(hasNoOutcome)) void askForSync();
  });
  document.addEventListener("freeze", pace.freeze);
  document.addEventListener("resume", pace.wake);
  setInterval(() => document.hidden || pace.kick(), EVERY_MS);
  await painted(FIRST_SCREEN_MS);
  state.loadRest()?.catch(report);
  pace.kick(true);
  const open = (path: string) => {
    location.href = path;
    pace.kick(true);
  };
  heedLaunch(open);
  await registerWorker({ open, push: () => pace.soon(), exchange: () => pace.kick(true) });
  await pushing.lookAtPush();
  await ask();
}

/** The next frame is on the screen, or so much time has gone by: a page that nobody sees has no frames. */
const painted = (ms: number): Promise<void> =>
  new Promise((done) => {
    setTimeout(done, ms);
    requestAnimationFrame(() => setTimeout(done));
  });

/** What others, or nobody signed in, have left here unsent. */
export const left = signal(0);
const count = computed(() => (state.account.value ? state.entries.value.filter(hasNoOutcome).length : left.value));

const anyDevice = () => phone.journal.read(["devices"], async (tx) => (await tx.list("devices")).length > 0);

/** Posts and name may have changed, and the session may have ended. */
async function ask(): Promise<void> {
  const now = await session.refresh(phone);
  if (now) state.who.value = now;
  if (now === null) state.last.value = "signin";
}
