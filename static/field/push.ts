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
    const subscription = await (await manager()).subscribe({ userVisibleOnly: true, applicationServerKey: keyBytes(serverKey) });
    await record("alert.subscribe", told(subscription));
  } catch (error) {
    throw error instanceof Problem ? error : new Problem("push_failed", { cause: error });
  } finally {
    await lookAtPush();
  }
}

/** Answers whether there was a subscription to end. */
export async function pushOff(record: PushHooks["record"]): Promise<boolean> {
  if (!supported()) return false;
  const subscription = await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription();
  if (!subscription) return false;
  await record("alert.unsubscribe", { endpoint: subscription.endpoint });
  await subscription.unsubscribe();
  await lookAtPush();
  return true;
}
