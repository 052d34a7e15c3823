// What is held about whoever is signed in, asked of the server. Loaded with its screen; it needs the network.
import { request, type Reply } from "./wire";
import type { Env } from "./env";
import { Problem } from "./types";

export interface Look { at: string; who: string | null; role: string | null; how: string }
export interface Mine { account: { name: string }; consents: { withdrawn_at: string | null }[]; looks: Look[]; [kind: string]: any }
export interface Erased { deleted: { kind: string; n: number }[]; stays: { kind: string; n: number; why: string }[] }

function taken<T>(reply: Reply): T {
  if (reply.kind !== "answer") throw new Problem("offline");
  const { code, message } = (reply.body ?? {}) as { code?: string; message?: string };
  if (reply.status !== 200) throw new Problem(code ?? "away", { message });
  return reply.body as T;
}

export const mine = async (env: Env): Promise<Mine> => taken(await request(env, "GET", "/privacy/mine", {}));

const ask = async <T>(env: Env, path: string, body: object = {}): Promise<T> =>
  taken(await request(env, "POST", `/privacy/${path}`, { "Content-Type": "application/json" }, JSON.stringify(body)));

export const correct = (env: Env, name: string): Promise<{ name: string }> => ask(env, "correct", { name });
export const withdraw = (env: Env): Promise<{ withdrawn: number }> => ask(env, "withdraw");
export const erase = (env: Env): Promise<Erased> => ask(env, "erase");
