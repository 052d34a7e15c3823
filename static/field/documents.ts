// What the server showed this person: documents, the cursor that they came with, and who the person is.
import type { Store, Tx } from "./store";
import type { Account } from "./types";
import type { Answer, Change } from "./wire";

export interface Me {
  account: Account;
  csrf?: string;
  push?: { public_key: string };
  limits?: Record<string, number>;
  time_zone?: string;
}

export interface Kept {
  collection: string;
  id: string;
  rev: number;
  doc: Record<string, any>;
  gen: number;
}

export interface Position {
  account: string;
  cursor: string | null;
  /** Raised by a reset; documents of an older one are what the server no longer shows. */
  gen: number;
  sweeping: boolean;
  /** The server's `now` at the last page after which nothing more was to come. */
  complete: string | null;
  /** The phone's clock at that page. */
  at: number | null;
  /** The `gen` with which the journal was last compared. */
  compared?: number;
}

const ALL = ["documents", "meta"];
const start = (account: string): Position => ({ account, cursor: null, gen: 0, sweeping: false, complete: null, at: null });

async function position(tx: Tx, account: string): Promise<Position> {
  const row = await tx.get<Position>("meta", ["position"]);
  return row?.account === account ? row : start(account);
}

export const positionOf = (store: Store, account: string): Promise<Position> => store.read(["meta"], (tx) => position(tx, account));

/**
 * Keeps one page, with the cursor that follows it, in one transaction. Answers "all" where others than the named documents
 * went with it, and "late", having kept nothing, where the phone has moved on since `sent`: a sign-out, say.
 */
export function applyPage(store: Store, account: string, sent: string | null, answer: Answer, at: number): Promise<"page" | "all" | "late"> {
  return store.write(ALL, async (tx) => {
    const before = await position(tx, account);
    const me = await tx.get<{ me: Me }>("meta", ["me"]);
    if (before.cursor !== sent || me?.me.account.id !== account) return "late";
    const gen = before.gen + (answer.reset ? 1 : 0);
    if (answer.reset === "wipe") tx.remove("documents", []);
    for (const { collection, id, rev, doc } of answer.changes as Change[]) {
      if (doc) tx.put("documents", { collection, id, rev, doc, gen } satisfies Kept);
      else tx.remove("documents", [collection, id]);
    }
    const sweeping = before.sweeping || answer.reset === "sweep";
    const done = !answer.more;
    if (sweeping && done) await sweep(tx, gen);
    const complete = done ? { complete: answer.now, at } : {};
    tx.put("meta", { ...before, key: "position", cursor: answer.cursor, gen, sweeping: sweeping && !done, ...complete });
    return answer.reset === "wipe" || (sweeping && done) ? "all" : "page";
  });
}

async function sweep(tx: Tx, gen: number): Promise<void> {
  for (const { collection, id, gen: of } of await tx.list<Kept>("documents")) if (of < gen) tx.remove("documents", [collection, id]);
}

/** What is kept of each of these collections, all as of one moment. */
export const load = (store: Store, collections: string[]): Promise<Map<string, Kept[]>> =>
  store.read(["documents"], async (tx) =>
    new Map(await Promise.all(collections.map(async (name) => [name, await tx.list<Kept>("documents", [name])] as const))));

/**
 * After a reset, once all has come anew: the ids of the commands that the server shows as they are now. Null where the journal
 * has been compared with them already.
 */
export function commandsAnew(store: Store, account: string): Promise<Set<string> | null> {
  return store.read(ALL, async (tx) => {
    const { gen, compared = 0 } = await position(tx, account);
    return gen === compared ? null : new Set((await tx.list<Kept>("documents", ["commands"])).map(({ id }) => id));
  });
}

export function compared(store: Store, account: string): Promise<void> {
  return store.write(["meta"], async (tx) => {
    const now = await position(tx, account);
    if (now.cursor !== null) tx.put("meta", { ...now, key: "position", compared: now.gen });
  });
}

/** What lacks photos or recordings at the server, as far as this phone knows. */
export const unready = (store: Store): Promise<Kept[]> =>
  store.read(["documents"], async (tx) => {
    const lists = await Promise.all(["findings", "visits", "opinions"].map((collection) => tx.list<Kept>("documents", [collection])));
    return lists.flat().filter(({ doc }) => doc.ready === false);
  });

export const me = (store: Store): Promise<{ me: Me; revoked?: boolean } | undefined> =>
  store.read(["meta"], (tx) => tx.get("meta", ["me"]));

/** Another person's documents go in the same transaction in which this one moves in. */
export function moveIn(store: Store, whose: Me): Promise<void> {
  return store.write(ALL, async (tx) => {
    const before = await tx.get<{ me: Me; revoked?: boolean }>("meta", ["me"]);
    if (before && (before.me.account.id !== whose.account.id || before.revoked)) for (const kind of ALL) tx.remove(kind, []);
    tx.put("meta", { key: "me", me: whose });
  });
}

/** Keeps what the server says anew about the same person; false where somebody else is here by now, or nobody. */
export function renew(store: Store, whose: Me): Promise<boolean> {
  return store.write(["meta"], async (tx) => {
    const before = await tx.get<{ me: Me; revoked?: boolean }>("meta", ["me"]);
    if (before?.me.account.id !== whose.account.id || before.revoked) return false;
    tx.put("meta", { key: "me", me: whose });
    return true;
  });
}

/** Everything but who the person is, who may have something to hand over still. */
export function revoke(store: Store): Promise<void> {
  return store.write(ALL, async (tx) => {
    const row = await tx.get<{ me: Me }>("meta", ["me"]);
    for (const kind of ALL) tx.remove(kind, []);
    if (row) tx.put("meta", { ...row, revoked: true });
  });
}

export const moveOut = (store: Store): Promise<void> =>
  store.write(ALL, async (tx) => {
    for (const kind of ALL) tx.remove(kind, []);
  });
