// Web Push: the browser's subscription, told to the server by commands like everything else.
import { signal } from "@preact/signals";
import { keyBytes, told } from "./pushkeys";
import { Problem, type PushState } from "./types";

export const pushState = signal<PushState>("unsupported");

export interface PushHooks {
  key(): string | undefined;
  record(type: string, payload: Record<string, any>): Promise<unknown>;
  online(): boolean;
}

const supported = () => "serviceWorker" in navigator && "PushManager" in self && "Notification" in self;
const manager = async () => (await navigator.serviceWorker.ready).pushManager;

export async function lookAtPush(): Promise<void> {
  if (!supported()) return;
  if (Notification.permission === "denied") pushState.value = "denied";
  else pushState.value = (await (await manager()).getSubscription()) ? "on" : "off";
}

export async function pushOn({ key, record, online }: PushHooks): Promise<void> {
  if (!supported()) throw new Problem("push_unsupported");
  const serverKey = key();
  if (!online() || !serverKey) {
    pushState.value = "offline";
    throw new Problem("offline");
  }
  pushState.value = "busy";
  try {
    if ((await Notification.requestPermission()) !== "granted") throw new Problem("push_denied");
    const subscription = await subscribe(keyBytes(serverKey));
    await record("alert.subscribe", told(subscription)).catch(async (error: unknown) => {
      await subscription.unsubscribe(); // the server would never learn of it, and the switch would say "on"
      throw error;
    });
  } catch (error) {
    throw error instanceof Problem ? error : new Problem("push_failed", { cause: error });
  } finally {
    await lookAtPush();
  }
}

async function subscribe(applicationServerKey: Uint8Array<ArrayBuffer>): Promise<PushSubscription> {
  const options = { userVisibleOnly: true, applicationServerKey };
  const pushes = await manager();
  try {
    return await pushes.subscribe(options);
  } catch (error: any) {
    if (error?.name !== "InvalidStateError") throw error;
  }
  await (await pushes.getSubscription())?.unsubscribe(); // made with a key that the server has no more
  return pushes.subscribe(options);
}

const present = async (): Promise<PushSubscription | null> =>
  supported() ? ((await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription()) ?? null) : null;

/** Somebody else works here now: what concerns the one before must not be shown to them. The server finds the address gone. */
export async function letGo(): Promise<void> {
  await (await present())?.unsubscribe();
  await lookAtPush();
}

/** Answers whether there was a subscription to end. */
export async function pushOff(record: PushHooks["record"]): Promise<boolean> {
  const subscription = await present();
  if (!subscription) return false;
  await record("alert.unsubscribe", { endpoint: subscription.endpoint });
  await subscription.unsubscribe();
  await lookAtPush();
  return true;
}
