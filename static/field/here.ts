// The phone of this page, and what screens see of it.
import { signal } from "@preact/signals";
import { browserEnv } from "./env";
import { openPhone } from "./phone";
import { createState } from "./state";
import { Problem } from "./types";

export const env = browserEnv();
export const isBlocked = signal(false);
export const phone = openPhone(env, {}, () => (isBlocked.value = true));
export const state = createState(phone);

export function whoRecords(): string {
  const id = state.account.value?.id;
  if (id === undefined) throw new Problem("sign_in");
  return id;
}
