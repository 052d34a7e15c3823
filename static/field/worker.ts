// The page's side of the service worker: registering it, its messages, and new versions, which wait until they are asked in.
import { computed, signal } from "@preact/signals";

const waits = signal<ServiceWorker | null>(null);
const held = signal<ReadonlySet<string>>(new Set());

/** A new version waits, and nothing is being written. */
export const update = computed(() => waits.value !== null && held.value.size === 0);

export const dirty = {
  hold(key: string): void {
    held.value = new Set(held.value).add(key);
  },
  release(key: string): void {
    const next = new Set(held.value);
    if (next.delete(key)) held.value = next;
  },
};

export interface Heard {
  /** A notification was tapped: show what it is about. */
  open(path: string): void;
  push(): void;
  exchange(): void;
}

const UPDATE_EVERY_MS = 3600_000;
let asked = false;
let reloading = false;

/** Where the new version was asked for, at once; in another window when its person goes on: "saved" is read to its end. */
function reloadWhenClean(): void {
  if (reloading) return;
  reloading = true;
  const reload = () => void (held.peek().size || location.reload());
  addEventListener("hashchange", reload);
  const leave = () => void (document.hidden && reload());
  document.addEventListener("visibilitychange", leave);
  if (asked) reload();
  else leave();
}

function watchFor(registration: ServiceWorkerRegistration): void {
  const look = () => {
    if (registration.waiting && navigator.serviceWorker.controller) waits.value = registration.waiting;
  };
  look();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
}

export async function registerWorker(heard: Heard): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const controlled = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (typeof data?.open === "string") heard.open(data.open);
    if (data?.push) heard.push();
    if (data?.exchange) heard.exchange();
  });
  // Another tab may have asked the new version in: this one's files are gone with the old one.
  navigator.serviceWorker.addEventListener("controllerchange", () => controlled && reloadWhenClean());
  const registration = await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
  watchFor(registration);
  let looked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || Date.now() - looked < UPDATE_EVERY_MS) return;
    looked = Date.now();
    registration.update().catch(() => undefined); // no network: the next time will do
  });
}

export async function applyUpdate(): Promise<void> {
  if (!update.value) return;
  asked = true;
  waits.value?.postMessage({ skipWaiting: true });
}

/** Asks the browser to wake the worker when there is a network, also when the app is closed by then. */
export async function askForSync(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const registration: any = await navigator.serviceWorker.getRegistration();
  await registration?.sync?.register("exchange").catch(() => undefined); // not allowed here: the app sends when it is open
}
