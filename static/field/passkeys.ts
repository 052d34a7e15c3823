// Passkeys on the phone: signing in with one, coming in with one, and making one. Loaded with the later screens.
import { create, get } from "../shared/passkey";
import { ACTIVATION, deviceForSignIn, deviceOf } from "./devices";
import type { Me } from "./documents";
import type { Phone } from "./phone";
import { call, enter, refusal, settleIn } from "./session";
import { Problem } from "./types";
import { request } from "./wire";

async function ask(phone: Phone, path: string, body: object): Promise<any> {
  const reply = await request(phone.env, "POST", path, { "Content-Type": "application/json" }, JSON.stringify(body));
  if (reply.kind === "answer" && reply.status === 200 && typeof reply.body?.challenge === "string") return reply.body;
  throw refusal(reply);
}

/** What a browser says where the person cancels, or has this passkey already, in our words. */
async function answered(credential: Promise<string>): Promise<string> {
  try {
    return await credential;
  } catch (cause: any) {
    throw new Problem(cause?.name === "InvalidStateError" ? "passkey_here" : "passkey_cancelled", { cause });
  }
}

/** Whose it is stands in the authenticator's answer, so that this person's own device is used again. */
function ownerOf(credential: string): string {
  const handle: unknown = JSON.parse(credential).response.userHandle;
  if (typeof handle !== "string") return "";
  const raw = atob(handle.replace(/-/g, "+").replace(/_/g, "/"));
  const hex = Array.from(raw, (letter) => letter.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export async function signInByPasskey(phone: Phone): Promise<Me> {
  const credential = await answered(get(await ask(phone, "/auth/passkey/ask", {})));
  const row = await deviceOf(phone.journal, ownerOf(credential));
  const device = row && !row.stale ? row.device : await deviceForSignIn(phone.journal, phone.env, ACTIVATION, row?.stale);
  return settleIn(phone, ACTIVATION, await call(phone, "/auth/passkey", { credential }, device), device);
}

export async function activateByPasskey(phone: Phone, code: string): Promise<Me> {
  const credential = await answered(create(await ask(phone, "/auth/passkey/offer", { code })));
  const { who, device } = await enter(phone, ACTIVATION, "/auth/activate", { code, credential });
  return settleIn(phone, ACTIVATION, who, device);
}

/** A passkey for whoever works here. */
export async function addPasskey(phone: Phone): Promise<void> {
  const credential = await answered(create(await ask(phone, "/auth/passkey/offer", {})));
  await told(phone, "/auth/passkey/keep", { credential });
}

/** One of one's own, by what the list calls it. */
export const removePasskey = (phone: Phone, key: string): Promise<void> => told(phone, "/auth/passkey/remove", { key });

async function told(phone: Phone, path: string, body: object): Promise<void> {
  const reply = await request(phone.env, "POST", path, { "Content-Type": "application/json" }, JSON.stringify(body));
  if (reply.kind !== "answer" || reply.status !== 204) throw refusal(reply);
}
