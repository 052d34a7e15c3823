// A phone made of the real modules, against a real server: it fills a journal and hands out its databases as JSON, or is
// given such databases, as an older release left them, and sends what waits in them.
import "fake-indexeddb/auto";
import { readFileSync } from "node:fs";
import { localLocks, type Env } from "../../static/field/env";
import { exchange } from "../../static/field/exchange";
import { list } from "../../static/field/journal";
import { openPhone, type Phone } from "../../static/field/phone";
import { recordCommand } from "../../static/field/record";
import { signIn } from "../../static/field/session";
import { JOURNAL } from "../../static/field/store";

interface Deed {
  type: string;
  payload: Record<string, any>;
  anonymous?: true;
  /** A photo, in base64. */
  photo?: string;
}

interface Kept {
  version: number;
  keys: Record<string, string | string[]>;
  rows: Record<string, any[]>;
}

interface Task {
  url: string;
  password: string;
  /** A journal to begin with. */
  journal?: Kept;
  /** Who does what, one after the other; what is not sent waits. */
  people: { login: string; deeds: Deed[]; send: boolean }[];
}

const ROUNDS_MOST = 20;
const task: Task = JSON.parse(readFileSync(0, "utf8"));
const jar = new Map<string, string>();

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (jar.size) headers.set("Cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
  const answer = await fetch(task.url + path, { ...init, headers });
  for (const cookie of answer.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (name) jar.set(name, value ?? "");
  }
  return answer;
}

const env: Env = {
  app: "test",
  prefix: "",
  fetch: (path, init) => ask(String(path), init),
  now: () => Date.now(),
  random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  timer: (ms, fire) => {
    const timer = setTimeout(fire, ms);
    return () => clearTimeout(timer);
  },
  lock: localLocks(),
  online: () => true,
};

const wanted = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** What cannot be said in JSON: the bytes of photos. */
const packed = (row: any): any => (row.bytes instanceof ArrayBuffer ? { ...row, bytes: Buffer.from(row.bytes).toString("base64") } : row);
const unpacked = (row: any): any => (typeof row.bytes === "string" ? { ...row, bytes: new Uint8Array(Buffer.from(row.bytes, "base64")).buffer } : row);

async function dump(): Promise<Kept> {
  const db = await wanted(indexedDB.open(JOURNAL.name));
  const kept: Kept = { version: db.version, keys: {}, rows: {} };
  for (const name of db.objectStoreNames) {
    const store = db.transaction(name).objectStore(name);
    kept.keys[name] = store.keyPath as string | string[];
    kept.rows[name] = (await wanted(store.getAll())).map(packed);
  }
  db.close();
  return kept;
}

/** The database as that release had made it, with its own version and stores. */
async function load(kept: Kept): Promise<void> {
  const request = indexedDB.open(JOURNAL.name, kept.version);
  request.onupgradeneeded = () => {
    for (const [name, keyPath] of Object.entries(kept.keys)) {
      const store = request.result.createObjectStore(name, { keyPath });
      for (const row of kept.rows[name] ?? []) store.put(unpacked(row));
    }
  };
  (await wanted(request)).close();
}

/** Until nothing waits, photos included. */
async function send(phone: Phone, account: string): Promise<void> {
  for (let round = 0; round < ROUNDS_MOST; round++) {
    const { kind } = await exchange(phone, { sending() {}, journal() {}, documents() {} });
    const { entries, photos } = await list(phone.journal, account);
    if (kind === "done" && entries.every(({ status }) => status) && photos.every(({ state }) => state !== "waiting")) return;
  }
}

if (task.journal) await load(task.journal);
const phone = openPhone(env);
const told: Record<string, object> = {};
for (const { login, deeds, send: sends } of task.people) {
  const account = (await signIn(phone, login, task.password)).account.id;
  for (const { type, payload, anonymous, photo } of deeds) {
    const blobs = photo ? [new Blob([Buffer.from(photo, "base64")], { type: "image/jpeg" })] : [];
    await recordCommand(phone, account, type, payload, { blobs, ...(anonymous && { anonymous }) });
  }
  if (sends) await send(phone, account);
  const { entries, photos } = await list(phone.journal, account);
  told[login] = {
    entries: entries.map(({ id, type, status, code, fields }) => ({ id, type, status, code, fields })),
    photos: photos.map(({ sha256, state }) => ({ sha256, state })),
  };
}
console.log(JSON.stringify({ told, journal: await dump() }));
process.exit(0);
