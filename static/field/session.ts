// Who works on this phone: signing in and out, and the device that goes with it.
import { ACTIVATION, bindDevice, deviceForSignIn, deviceOf } from "./devices";
import { me, moveIn, moveOut, renew, type Me } from "./documents";
import type { Phone } from "./phone";
import { forgetApplied } from "./retention";
import { Problem } from "./types";
import { request, type Reply } from "./wire";

export function refusal(reply: Reply): Problem {
  if (reply.kind !== "answer") return new Problem("offline");
  const { code, message, fields } = reply.body ?? {};
  if (typeof code !== "string") return new Problem(reply.status >= 500 || reply.status === 429 ? "away" : "offline", { retryAfter: reply.retryAfter });
  return new Problem(code, { message, fields, retryAfter: reply.retryAfter });
}

function isMe(body: any): body is Me {
  const account = body?.account;
  return typeof account?.id === "string" && typeof account.name === "string" && Array.isArray(account.posts);
}

export async function call(phone: Phone, path: string, body: object, device: string): Promise<Me> {
  const headers = { "Content-Type": "application/json", "X-Silian-Device": device };
  const reply = await request(phone.env, "POST", path, headers, JSON.stringify(body));
  if (reply.kind === "answer" && reply.status === 200 && isMe(reply.body)) return reply.body;
  throw refusal(reply);
}

/** Signs in with the device that this login had here; where the server does not take it, once more with a new one. */
export async function enter(phone: Phone, login: string, path: string, body: object): Promise<{ who: Me; device: string }> {
  const device = await deviceForSignIn(phone.journal, phone.env, login);
  try {
    return { who: await call(phone, path, body, device), device };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "device") throw error;
  }
  const minted = await deviceForSignIn(phone.journal, phone.env, login, true);
  return { who: await call(phone, path, body, minted), device: minted };
}

export async function settleIn(phone: Phone, login: string, who: Me, device: string): Promise<Me> {
  const before = (await me(phone.documents))?.me.account.id;
  const key = login === ACTIVATION ? (who.account.login?.toLowerCase() ?? login) : login;
  await bindDevice(phone.journal, key, who.account.id, device);
  if (before !== undefined && before !== who.account.id) await forgetApplied(phone.journal, before);
  await moveIn(phone.documents, who);
  await stay(phone);
  return who;
}

export async function signIn(phone: Phone, login: string, password: string): Promise<Me> {
  const key = login.trim().toLowerCase();
  const body = { login: login.trim(), password };
  const { who, device } = await enter(phone, key, "/auth/sign-in", body);
  const known = await deviceOf(phone.journal, who.account.id);
  if (!known || known.stale || known.device === device) return settleIn(phone, key, who, device);
  // The account has worked here under another login or an invitation: its journal goes on under its own device.
  return settleIn(phone, key, await call(phone, "/auth/sign-in", body, known.device), known.device);
}

export async function activate(phone: Phone, code: string, password: string): Promise<Me> {
  const { who, device } = await enter(phone, ACTIVATION, "/auth/activate", { code, password });
  return settleIn(phone, ACTIVATION, who, device);
}

/** What the server says now about who this is; null where it knows of no session, undefined where it cannot be asked. */
export async function refresh(phone: Phone): Promise<Me | null | undefined> {
  const before = (await me(phone.documents))?.me;
  const row = before && (await deviceOf(phone.journal, before.account.id));
  if (!before || !row) return undefined;
  const reply = await request(phone.env, "GET", "/auth/me", { "X-Silian-Device": row.device });
  if (reply.kind !== "answer") return undefined;
  if (reply.status === 401 && reply.body?.code) return null;
  if (reply.status !== 200 || !isMe(reply.body) || !(await renew(phone.documents, reply.body))) return undefined;
  return reply.body;
}

interface Leaving {
  key: "leaving";
  device: string;
  csrf: string;
}

/** Where the server cannot be told, that is made up for at a later start: the session's cookie is not ours to delete. */
export async function signOut(phone: Phone): Promise<void> {
  const who = (await me(phone.documents))?.me;
  if (!who) return;
  const device = (await deviceOf(phone.journal, who.account.id))?.device ?? "";
  await phone.journal.write(["notes"], async (tx) => tx.put("notes", { key: "leaving", device, csrf: who.csrf ?? "" } satisfies Leaving));
  await forgetApplied(phone.journal, who.account.id);
  await moveOut(phone.documents);
  await leave(phone);
}

/** Ends the session of somebody who has signed out here. */
export async function leave(phone: Phone): Promise<void> {
  const leaving = await phone.journal.read(["notes"], (tx) => tx.get<Leaving>("notes", ["leaving"]));
  if (!leaving) return;
  const headers = { "Content-Type": "application/json", "X-Silian-Device": leaving.device, "X-CSRFToken": leaving.csrf };
  const reply = await request(phone.env, "POST", "/auth/sign-out", headers, "{}");
  if (reply.kind === "answer" && (reply.status === 204 || (reply.status === 401 && reply.body?.code))) await stay(phone);
}

const stay = (phone: Phone): Promise<void> => phone.journal.write(["notes"], async (tx) => tx.remove("notes", ["leaving"]));
