// The service worker: the app's files for offline, pushes, and an exchange when the network comes back after the app was closed.
import { addPlugins, cleanupOutdatedCaches, matchPrecache, precache } from "workbox-precaching";
import { me } from "./documents";
import { browserEnv } from "./env";
import { exchange } from "./exchange";
import { stamp } from "./ids";
import { openPhone } from "./phone";
import { keyBytes, told } from "./pushkeys";
import { keepReceipt, sendReceipts, type Receipt } from "./receipts";
import { recordCommand } from "./record";
import { showBadge, unsent } from "./badge";
import { keepShared } from "./shared";

declare const self: ServiceWorkerGlobalScope;

const phone = openPhone(browserEnv());
const quiet = { sending() {}, journal() {}, documents() {} };
const files = new Set(PRECACHE.map(({ url }) => url));

/** A portal's page in the app's place would stay there: the shell has to name this version's files, and nothing may be redirected. */
async function ours(request: Request, response: Response): Promise<boolean> {
  if (response.status !== 200 || response.redirected) return false;
  if (new URL(request.url).pathname !== "/") return true; // its digest was checked, or it is a picture
  const shell = await response.clone().text();
  return SHELL_NAMES.every((name) => shell.includes(name));
}

addPlugins([{ cacheWillUpdate: async ({ request, response }) => ((await ours(request, response)) ? response : null) }]);
precache(PRECACHE);
cleanupOutdatedCaches();

// Nothing but the app's own files is ever answered from here: no /sync, /auth, /desk, /blobs or /alerts.
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method === "POST" && pathname === "/share" && mode === "navigate") return event.respondWith(share(event.request));
  const fits = mode === "navigate" ? pathname === "/" : pathname !== "/" && files.has(pathname);
  if (method !== "GET" || origin !== self.location.origin || !fits) return;
  event.respondWith(matchPrecache(pathname).then((cached) => cached ?? fetch(event.request)));
});

/** A photo from the gallery waits on the phone for its form. Where it found no room the form says so: it finds none. */
async function share(request: Request): Promise<Response> {
  const given = (await request.formData()).getAll("photo");
  const photos = given.filter((one): one is File => one instanceof File && one.type.startsWith("image/"));
  await keepShared(phone, photos).catch((error: unknown) => console.error(error));
  return Response.redirect("/#/finding/shared", 303);
}

self.addEventListener("message", ({ data }) => {
  if (data?.skipWaiting) void self.skipWaiting();
});

const pages = () => self.clients.matchAll({ type: "window", includeUncontrolled: true });

interface Alert {
  id?: string;
  token?: string;
  title: string;
  body?: string;
  path?: string;
  tag?: string;
}

function read(event: PushEvent): Alert {
  try {
    return event.data!.json();
  } catch {
    return { title: "四联" }; // browsers want every push shown, also one that cannot be read
  }
}

async function receipt(alert: Partial<Alert>, what: Receipt["what"]): Promise<void> {
  const { id, token } = alert;
  if (id && token) await keepReceipt(phone, { id, token, what, at: stamp(Date.now()) });
  await sendReceipts(phone);
}

async function show(alert: Alert): Promise<void> {
  const { id, token, title, body = "", path = "/", tag } = alert;
  const icon = "/static/icons/icon-192.png";
  await self.registration.showNotification(title, { body, tag, icon, badge: icon, data: { id, token, path } });
  for (const page of await pages()) page.postMessage({ push: true });
  await receipt(alert, "shown");
}

self.addEventListener("push", (event) => event.waitUntil(show(read(event))));

async function open(data: Partial<Alert>): Promise<void> {
  const path = data.path?.startsWith("/") && !data.path.startsWith("//") ? data.path : "/";
  const windows = await pages();
  const page = windows.find(({ url }) => new URL(url).pathname === "/");
  const there = await page?.focus().catch(() => null); // it may be closing just now
  if (there) there.postMessage({ open: path });
  else await self.clients.openWindow(path);
  await receipt(data, "opened");
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data ?? {}));
});

/** Leaves the exchange to a page that is looked at; pages in the background may be frozen. */
async function wake(): Promise<void> {
  const seen = (await pages()).find(({ visibilityState }) => visibilityState === "visible");
  if (seen) return seen.postMessage({ exchange: true });
  const result = await exchange(phone, quiet, false);
  showBadge(await unsent(phone));
  await sendReceipts(phone);
  const tabs = new BroadcastChannel("silian");
  tabs.postMessage({ all: true });
  tabs.close();
  if (result.kind === "offline" || result.kind === "away") throw new Error(`not sent: ${result.kind}`); // the browser tries again
}

self.addEventListener("sync", ((event: ExtendableEvent & { tag: string }) => {
  if (event.tag === "exchange") event.waitUntil(wake());
}) as EventListener);

interface SubscriptionChange extends ExtendableEvent {
  oldSubscription?: PushSubscription;
  newSubscription?: PushSubscription;
}

/** The push service has given this browser a new address: the server learns it by the same command as the first. */
async function renew({ oldSubscription, newSubscription }: SubscriptionChange): Promise<void> {
  const who = (await me(phone.documents))?.me;
  const key = who?.push?.public_key;
  if (!who || !key) return;
  const options = { userVisibleOnly: true, applicationServerKey: keyBytes(key) };
  const subscription = newSubscription ?? (await self.registration.pushManager.subscribe(options));
  if (oldSubscription) await recordCommand(phone, who.account.id, "alert.unsubscribe", { endpoint: oldSubscription.endpoint });
  await recordCommand(phone, who.account.id, "alert.subscribe", told(subscription));
  await wake();
}

self.addEventListener("pushsubscriptionchange", ((event: SubscriptionChange) => event.waitUntil(renew(event))) as EventListener);
