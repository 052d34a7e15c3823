// Who works here: signing in, an invitation, signing out.
import { unsent } from "./badge";
import type { Me } from "./documents";
import { exchange } from "./exchange";
import { env, phone, state } from "./here";
import { unlock } from "./locked";
import { forgetUrls } from "./photo";
import { letGo, pushOff } from "./push";
import { KEPT, forgetWiped, left, pace, tell, wasEvicted, watch } from "./running";
import { record } from "./saving";
import * as session from "./session";
import { dropShared } from "./shared";

const UNSUBSCRIBE_WAIT_MS = 5_000;

/** Whichever way somebody comes in, this follows. */
export async function enter(how: () => Promise<Me>): Promise<void> {
  const before = state.account.value?.id;
  const { account } = await how();
  if (before !== undefined && before !== account.id) await letGo();
  localStorage.setItem(KEPT, "1");
  wasEvicted.value = false;
  forgetWiped();
  unlock();
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
  if (await pushOff(record)) {
    await Promise.race([exchange(phone, watch), new Promise<void>((resolve) => env.timer(UNSUBSCRIBE_WAIT_MS, resolve))]);
  }
  await session.signOut(phone);
  await dropShared(phone);
  left.value = await unsent(phone);
  forgetUrls();
  await state.loadAll();
  tell({ all: true });
}
