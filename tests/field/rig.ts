// A phone without a browser, a server of forty rules, and a clock that moves when it is told to.
import "fake-indexeddb/auto";
import { gunzipSync } from "node:zlib";
import { localLocks, type Env } from "../../static/field/env";
import { exchange, type Result, type Watch } from "../../static/field/exchange";
import { list, type Saved } from "../../static/field/journal";
import { openMemory } from "../../static/field/memory";
import { openPhone, type Phone } from "../../static/field/phone";
import { recordCommand } from "../../static/field/record";
import { signIn } from "../../static/field/session";
import { DOCUMENTS, JOURNAL } from "../../static/field/store";
import type { RecordOptions } from "../../static/field/types";
import { Server } from "./server";

export class Clock {
  now = Date.parse("2026-11-24T10:00:00Z");
  private timers = new Set<{ at: number; fire: () => void }>();

  timer = (ms: number, fire: () => void): (() => void) => {
    const timer = { at: this.now + ms, fire };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  };

  /** The moments at which something is due, from now. */
  get due(): number[] {
    return [...this.timers].map(({ at }) => at - this.now).sort((a, b) => a - b);
  }

  /** The phone's clock alone: what is due stays due in as many milliseconds. */
  setBack(ms: number): void {
    this.now -= ms;
    for (const timer of this.timers) timer.at -= ms;
  }

  pass(ms: number): void {
    this.now += ms;
    for (const timer of [...this.timers].filter(({ at }) => at <= this.now)) {
      this.timers.delete(timer);
      timer.fire();
    }
  }
}

let phones = 0;
let dice = 1;

/** The same bytes in every run. */
function random(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, () => {
    dice = (dice * 1103515245 + 12345) % 2147483648;
    return Math.floor(dice / 65536) % 256;
  });
}

export interface Rig {
  clock: Clock;
  server: Server;
  env: Env;
  phone: Phone;
  seen: { sending: string[][]; journal: number; documents: number };
  watch: Watch;
  record(payload?: Record<string, any>, o?: RecordOptions & { type?: string }): Promise<Saved>;
  exchange(): Promise<Result>;
  entries(): Promise<Saved[]>;
  docs(collection?: string): Promise<string[]>;
}

export function rig({ memory = false, server = new Server(), clock = new Clock() } = {}): Rig {
  const env: Env = {
    app: "test",
    prefix: `phone${++phones}-`,
    fetch: (path, init) => server.fetch(String(path), init),
    now: () => clock.now,
    random,
    timer: clock.timer,
    lock: localLocks(),
    online: () => true,
  };
  server.clock = () => clock.now;
  const phone = openPhone(env, memory ? { documents: openMemory(DOCUMENTS), journal: openMemory(JOURNAL) } : {});
  const seen = { sending: [] as string[][], journal: 0, documents: 0 };
  const watch: Watch = {
    sending: (ids) => void seen.sending.push(ids),
    journal: () => void seen.journal++,
    documents: () => void seen.documents++,
  };
  const who = async () => (await phone.documents.read(["meta"], (tx) => tx.get<any>("meta", ["me"])))?.me.account.id as string;
  return {
    clock, server, env, phone, seen, watch,
    record: async (payload = {}, { type = "visit.record", ...o } = {}) =>
      recordCommand(phone, await who(), type, { visit_id: `v${++dice}`, ...payload }, o),
    exchange: () => exchange(phone, watch),
    entries: async () => (await list(phone.journal, await who())).entries,
    docs: async (collection = "visits") =>
      (await phone.documents.read(["documents"], (tx) => tx.list<any>("documents", [collection]))).map(({ id }) => id),
  };
}

export async function signedIn(options?: Parameters<typeof rig>[0], login = "grid1"): Promise<Rig> {
  const made = rig(options);
  await signIn(made.phone, login, "right");
  return made;
}

export const bodyOf = (init?: RequestInit): any => {
  const gzip = new Headers(init?.headers).get("Content-Encoding") === "gzip";
  const bytes = typeof init?.body === "string" ? Buffer.from(init.body) : Buffer.from(init?.body as Uint8Array);
  return JSON.parse((gzip ? gunzipSync(bytes) : bytes).toString());
};

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });

export const html = (status = 200): Response => new Response("<html>Welcome to the Wi-Fi</html>", { status, headers: { "Content-Type": "text/html" } });
