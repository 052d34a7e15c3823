// The exchange's envelope and answer, and how to tell an answer from something else that says 200.
import type { Env } from "./env";
import { command, type Outcome, type Saved } from "./journal";

export interface Settled {
  id: string;
  seq: number;
  status: Outcome;
  code?: string;
  message?: string;
  fields?: Record<string, string[]>;
  [more: string]: unknown;
}

export interface Change {
  collection: string;
  id: string;
  rev: number;
  doc: Record<string, any> | null;
  erased?: boolean;
}

export interface Answer {
  outcomes: Settled[];
  last_seq: number;
  changes: Change[];
  cursor: string | null;
  more: boolean;
  reset: false | "sweep" | "wipe";
  revoked: boolean;
  now: string;
}

export type Reply =
  | { kind: "offline" | "timeout" | "foreign" }
  | { kind: "answer"; status: number; body: any; retryAfter: number; tag: string | null };

export const TIMEOUT_MS = 60_000;
export const MAX_COMMANDS = 500;
export const MAX_BYTES = 512 * 1024;
const ZIP_ABOVE_BYTES = 1024;
const ASK = "X-Silian-Ask";
let asks = 0;

/** The first commands of the queue, one number after the other, that fit into one request; counted unpacked, which is never less than as sent. */
export function pack(queue: Saved[], count: number): Saved[] {
  const encoder = new TextEncoder();
  let room = MAX_BYTES;
  const fits = (entry: Saved) => (room -= encoder.encode(JSON.stringify(command(entry))).length + 1) >= 0;
  const batch = queue.slice(0, Math.min(count, MAX_COMMANDS));
  const end = batch.findIndex((entry, place) => entry.seq !== batch[0]!.seq + place || !fits(entry));
  return end < 0 ? batch : batch.slice(0, Math.max(end, 1));
}

async function zipped(text: string): Promise<Uint8Array<ArrayBuffer> | null> {
  if (text.length < ZIP_ABOVE_BYTES || typeof CompressionStream === "undefined") return null;
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * One request. It never throws for what a network does, and it follows no redirect: a portal's, most likely. An answer to an
 * earlier one, handed out again on the way, is none: its cursor stands where this phone may have read nothing yet, its "is here"
 * was true before the server went back. The server repeats what the question is called; an older one, which does not, is believed.
 */
export async function request(env: Env, method: string, path: string, headers: Record<string, string>, body?: BodyInit): Promise<Reply> {
  const abort = new AbortController();
  const ask = `${env.now()}.${++asks}`;
  let late = false;
  const cancel = env.timer(TIMEOUT_MS, () => {
    late = true;
    abort.abort();
  });
  // A frozen page would keep the other windows and the service worker from exchanging.
  const thaw = env.frozen?.(() => abort.abort());
  try {
    const response = await env.fetch(path, { method, headers: { ...headers, [ASK]: ask }, body, signal: abort.signal, redirect: "error", cache: "no-store", credentials: "same-origin" });
    if ((response.headers.get(ASK) ?? ask) !== ask) return { kind: "offline" };
    const type = response.headers.get("Content-Type") ?? "";
    const text = method === "HEAD" ? "" : await response.text();
    const json = /^application\/(problem\+)?json/i.test(type) ? parse(text) : undefined;
    const page = json === undefined && /html/i.test(type) && response.status !== 204; // which has no body, whatever its label
    if (page && response.status < 413) return { kind: "foreign" };
    const says = (name: string) => response.headers.get(name);
    return { kind: "answer", status: response.status, body: json, retryAfter: Number(says("Retry-After")) * 1000 || 0, tag: says("ETag") };
  } catch {
    // fetch tells all failures of the way there and back in one and the same manner
    return { kind: late ? "timeout" : "offline" };
  } finally {
    cancel();
    thaw?.();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // cut short, or not JSON whatever its label says
  }
}

export async function post(env: Env, path: string, device: string, envelope: object): Promise<Reply> {
  const text = JSON.stringify(envelope);
  const zip = await zipped(text);
  const headers = { "Content-Type": "application/json", "X-Silian-Device": device, ...(zip && { "Content-Encoding": "gzip" }) };
  return request(env, "POST", path, headers, zip ?? text);
}

const whole = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
const text = (s: unknown): s is string => typeof s === "string";
const STATUSES = new Set(["applied", "rejected", "parked", "declined"]);

function isChange(change: any): change is Change {
  const doc = change?.doc;
  return text(change?.collection) && text(change.id) && whole(change.rev) && (doc === null || (typeof doc === "object" && !Array.isArray(doc)));
}

/** Whether a 200 answers what was sent. Anything else, however like it, changes nothing. */
export function isAnswer(body: any, sent: { id: string; seq: number }[]): body is Answer {
  if (!body || !Array.isArray(body.outcomes) || !Array.isArray(body.changes)) return false;
  const asked = new Map(sent.map(({ seq, id }) => [seq, id]));
  return (
    body.outcomes.every((o: any) => STATUSES.has(o?.status) && asked.get(o.seq) === o.id) &&
    body.changes.every(isChange) &&
    whole(body.last_seq) &&
    (body.cursor === null || text(body.cursor)) &&
    typeof body.more === "boolean" &&
    [false, "sweep", "wipe"].includes(body.reset) &&
    typeof body.revoked === "boolean" &&
    text(body.now) &&
    !Number.isNaN(Date.parse(body.now))
  );
}
