// The journal: what people did on this phone, numbered, immutable, kept until long after the server has answered.
import type { Device } from "./devices";
import type { Store, Tx } from "./store";
import { Problem } from "./types";

export type Outcome = "applied" | "rejected" | "parked" | "declined";

/** What a person did: the command's content and whose it is. */
interface Said {
  account: string;
  id: string;
  type: string;
  v: number;
  made_at: string;
  supersedes?: string;
  payload: Record<string, any>;
  anonymous?: true;
}

export interface Saved extends Said {
  device: string;
  seq: number;
  /** None yet: it is queued. */
  status?: Outcome;
  /** The status it had before the server was restored from an older backup; of a parked one, that it had been applied. */
  was?: Exclude<Outcome, "declined">;
  code?: string;
  message?: string;
  fields?: Record<string, string[]>;
  detail?: Record<string, any>;
  settled_at?: string;
  dealt?: true;
  /** A copy went ahead as urgent. */
  urged?: true;
}

export interface Photo {
  account: string;
  sha256: string;
  type: string;
  size: number;
  state: "waiting" | "sent" | "refused";
  /** Sent before, with or without an answer: ask before sending again. */
  tries: number;
  /** Why the server refused it for good. */
  code?: string;
  /** The commands that show it. */
  of: string[];
}

export interface Draft extends Said {
  /** The draft that ends with it. */
  form?: string;
  photos: { sha256: string; type: string; bytes: ArrayBuffer }[];
}

export const MAX_CONTENT_BYTES = 128 * 1024;
export const JOURNALLED = ["devices", "entries", "blobs", "bytes"];

/** The command as it is sent, and nothing of what the journal notes beside it. */
export function command({ id, seq, type, v, made_at, supersedes, payload, was }: Saved): object {
  return { id, seq, type, v, made_at, ...(supersedes && { supersedes }), payload, ...(was && { was }) };
}

export const voided = (entry: Saved): Saved => {
  const { supersedes: _, fields: __, detail: ___, message: ____, ...kept } = entry;
  return { ...kept, type: "void", v: 1, payload: {} };
};

/** To be sent once more, with the status that it had. */
export function queuedAgain({ status, settled_at: _, ...entry }: Saved): Saved {
  if (!status) return entry;
  if (status === "parked") return { ...entry, was: entry.was ?? status };
  return { ...entry, was: status === "declined" ? "rejected" : status };
}

export const digestsOf = (payload: Record<string, any>): string[] =>
  [payload.photos, payload.recordings].flat().filter((digest): digest is string => typeof digest === "string");

export async function deviceRow(tx: Tx, account: string): Promise<Device> {
  const row = await tx.get<Device>("devices", [account]);
  if (!row) throw new Problem("sign_in");
  return row;
}

const tried = new WeakSet<Draft>();

/** One transaction: the number, the command, its photos. When it resolves they are on the disk. */
export function add(store: Store, draft: Draft): Promise<Saved> {
  const { photos: _, form, ...content } = draft;
  const { type, v, made_at, supersedes = null, payload } = draft;
  const size = new TextEncoder().encode(JSON.stringify({ type, v, made_at, supersedes, payload })).length;
  if (size > MAX_CONTENT_BYTES) return Promise.reject(new Problem("too_large"));
  return store.write([...JOURNALLED, "drafts"], async (tx) => {
    const row = await deviceRow(tx, draft.account);
    if (form !== undefined) tx.remove("drafts", [draft.account, form]);
    // at a second try the first may have been committed before the connection was lost
    const newest = tried.has(draft) ? await tx.get<Saved>("entries", [row.device, row.last]) : undefined;
    tried.add(draft);
    if (newest?.id === draft.id) return newest;
    const entry: Saved = { ...content, device: row.device, seq: row.last + 1 };
    tx.put("devices", { ...row, last: entry.seq });
    tx.put("entries", entry);
    if (draft.supersedes) await dealWith(tx, row, draft.supersedes);
    await keepPhotos(tx, draft);
    return entry;
  });
}

async function keepPhotos(tx: Tx, draft: Draft): Promise<void> {
  const fresh = new Map(draft.photos.map((photo) => [photo.sha256, photo]));
  for (const sha256 of new Set([...fresh.keys(), ...digestsOf(draft.payload)])) {
    const known = await tx.get<Photo>("blobs", [draft.account, sha256]);
    const photo = fresh.get(sha256);
    if (known) tx.put("blobs", { ...known, of: [...new Set([...known.of, draft.id])], state: known.state === "refused" ? "waiting" : known.state });
    else if (photo) {
      const { type, bytes } = photo;
      tx.put("bytes", { account: draft.account, sha256, bytes });
      tx.put("blobs", { account: draft.account, sha256, type, size: bytes.byteLength, state: "waiting", tries: 0, of: [draft.id] } satisfies Photo);
    }
  }
}

/** An account's entries, by number. */
export interface Listed {
  account: string;
  entries: Saved[];
  photos: Photo[];
  /** There are more, all of them applied. */
  more?: boolean;
}

export const list = (store: Store, account: string): Promise<Listed> =>
  store.read(JOURNALLED, async (tx) => {
    const row = await tx.get<Device>("devices", [account]);
    const [entries, photos] = await Promise.all([row ? tx.list<Saved>("entries", [row.device]) : [], tx.list<Photo>("blobs", [account])]);
    return { account, entries, photos };
  });

export const photosOf = (store: Store, account: string): Promise<Photo[]> => store.read(["blobs"], (tx) => tx.list<Photo>("blobs", [account]));

/** How many entries are read at once from the end, where what waits nearly always is. */
const STEP = 60;

/**
 * What a first screen shows of the journal of a phone that only one person uses, before it is known who that is; null on
 * any other. Everything that waits or may need its person, and the newest of the rest.
 */
export function listFirst(store: Store): Promise<Listed | null> {
  return store.read(JOURNALLED, async (tx) => {
    const [row, ...others] = await tx.list<Device>("devices");
    if (!row || others.length) return null;
    const { account, device, last } = row;
    const [all, photos, queue, newest, ...unquiet] = await Promise.all([
      tx.count("entries", [device]),
      tx.list<Photo>("blobs", [account]),
      waiting(tx, row),
      tx.list<Saved>("entries", [device], { from: [device, last - STEP + 1] }),
      ...["parked", "rejected", "declined"].map((status) => tx.by<Saved>("entries", "settled", [device, status])),
    ]);
    const found = new Map([queue, newest, ...unquiet].flat().map((entry) => [entry.seq, entry]));
    const entries = [...found.values()].sort((a, b) => a.seq - b.seq);
    return { account, entries, photos, more: entries.length < all };
  });
}

export interface View {
  row: Device;
  queue: Saved[];
  acked: number;
  oldest: number;
}

/**
 * What has no outcome yet, by number. A year of what has one is counted and not read: this is looked up before and after
 * each exchange, on a phone that takes a tenth of a second to unpack a year.
 */
async function waiting(tx: Tx, { device, last }: Device): Promise<Saved[]> {
  const [all, settled] = await Promise.all([tx.count("entries", [device]), tx.count("entries", [device], "settled")]);
  let queue: Saved[] = [];
  for (let to = last, step = STEP; to > 0 && queue.length < all - settled; to -= step, step *= 2) {
    const part = await tx.list<Saved>("entries", [device], { from: [device, to - step + 1], to: [device, to] });
    queue = [...part.filter(({ status }) => !status), ...queue];
  }
  return queue;
}

/** What the envelope tells, and what waits. */
export function look(store: Store, account: string): Promise<View> {
  return store.read(["devices", "entries"], async (tx) => {
    const row = await deviceRow(tx, account);
    const queue = await waiting(tx, row);
    const [first] = await tx.list<Saved>("entries", [row.device], { limit: 1 });
    const oldest = first?.seq ?? row.last + 1;
    // The journal has no hole: the highest number that does not wait has an outcome.
    const numbers = new Set(queue.map(({ seq }) => seq));
    let acked = row.last;
    while (acked >= oldest && numbers.has(acked)) acked--;
    return { row, queue, oldest, acked };
  });
}

async function find(tx: Tx, row: Device, id: string): Promise<Saved | undefined> {
  return (await tx.list<Saved>("entries", [row.device])).find((entry) => entry.id === id);
}

async function dealWith(tx: Tx, row: Device, id: string): Promise<void> {
  const entry = await find(tx, row, id);
  if (!entry || entry.status === "applied" || !entry.status) return;
  tx.put("entries", { ...(entry.anonymous ? voided(entry) : entry), dealt: true });
}

/** Lets go of an entry's photos; those that no other entry shows are deleted. */
export async function dropPhotos(tx: Tx, account: string, id: string): Promise<void> {
  for (const photo of await tx.list<Photo>("blobs", [account])) {
    if (!photo.of.includes(id)) continue;
    const of = photo.of.filter((other) => other !== id);
    if (of.length) tx.put("blobs", { ...photo, of });
    else for (const store of ["blobs", "bytes"]) tx.remove(store, [account, photo.sha256]);
  }
}

/** Takes back what was not sent: its number stays, as void. */
export function withdraw(store: Store, account: string, id: string): Promise<void> {
  return store.write(JOURNALLED, async (tx) => {
    const entry = await find(tx, await deviceRow(tx, account), id);
    if (!entry || entry.status || entry.was) throw new Problem("sent");
    tx.put("entries", voided(entry));
    await dropPhotos(tx, account, id);
  });
}

/** The person has seen why a record was not taken, and needs it no more. */
export function discard(store: Store, account: string, id: string): Promise<void> {
  return store.write(JOURNALLED, async (tx) => {
    const row = await deviceRow(tx, account);
    const status = (await find(tx, row, id))?.status;
    if (status !== "rejected" && status !== "declined") throw new Problem("sent");
    await dealWith(tx, row, id);
    await dropPhotos(tx, account, id);
  });
}
