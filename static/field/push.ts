// Web Push: the browser's subscription, told to the server by commands like everything else.
import { signal } from "@preact/signals";
import type { PushState } from "./types";

export const pushState = signal<PushState>("unsupported");

type Record = (type: string, payload: { endpoint: string }) => Promise<unknown>;

export const supported = () => "serviceWorker" in navigator && "PushManager" in self && "Notification" in self;
export const manager = async () => (await navigator.serviceWorker.ready).pushManager;

export async function lookAtPush(): Promise<void> {
  if (!supported()) return;
  if (Notification.permission === "denied") pushState.value = "denied";
  else pushState.value = (await (await manager()).getSubscription()) ? "on" : "off";
}

const present = async (): Promise<PushSubscription | null> =>
  supported() ? ((await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription()) ?? null) : null;

/** Somebody else works here now: what concerns the one before must not be shown to them. The server finds the address gone. */
export async function letGo(): Promise<void> {
  await (await present())?.unsubscribe();
  await lookAtPush();
}

/** Answers whether there was a subscription to end. */
export async function pushOff(record: Record): Promise<boolean> {
  const subscription = await present();
  if (!subscription) return false;
  await record("alert.unsubscribe", { endpoint: subscription.endpoint });
  await subscription.unsubscribe();
  await lookAtPush();
  return true;
}
