// Switching Web Push on; loaded with the inbox, which offers it.
import { state } from "./here";
import { lookAtPush, manager, pushState, supported } from "./push";
import { keyBytes, told } from "./pushkeys";
import { record } from "./saving";
import { Problem } from "./types";

export async function pushOn(): Promise<void> {
  if (!supported()) throw new Problem("push_unsupported");
  const serverKey = state.who.value?.push?.public_key;
  if (!navigator.onLine || !serverKey) {
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
