// IndexedDB behind few functions. memory.ts is its twin, and one suite of tests runs over both.
import { openDB, type IDBPDatabase, type IDBPTransaction } from "idb";
import { Problem } from "./types";

export type Key = (string | number)[];

/**
 * A database: its stores, each with the fields that make the key, and by store its indexes, which hold the rows that have
 * all of an index's fields. A new version only ever adds, and nothing that an older one would have to keep up.
 */
export interface Shape {
  name: string;
  version: number;
  stores: Record<string, string[]>;
  indexes?: Record<string, Record<string, string[]>>;
}

/** `from` and `to` are the first and the last key. */
export interface Part {
  from?: Key;
  to?: Key;
  limit?: number;
}

export interface Tx {
  get<T>(store: string, key: Key): Promise<T | undefined>;
  /** What has a key that begins with `prefix`, in order of keys: all of it, or a part. */
  list<T>(store: string, prefix?: Key, part?: Part): Promise<T[]>;
  /** The same by an index. */
  by<T>(store: string, index: string, prefix: Key): Promise<T[]>;
  /** How many rows have a key, or what an index is made of, that begins with `prefix`. */
  count(store: string, prefix: Key, index?: string): Promise<number>;
  put(store: string, value: object): void;
  /** Removes everything whose key begins with `prefix`. */
  remove(store: string, prefix: Key): void;
}

/** A transaction is kept whole or not at all: when `work` throws, nothing is. Inside `work` await nothing but the transaction. */
export interface Store {
  read<T>(stores: string[], work: (tx: Tx) => Promise<T>): Promise<T>;
  write<T>(stores: string[], work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): void;
}

export const DOCUMENTS: Shape = { name: "silian", version: 1, stores: { documents: ["collection", "id"], meta: ["key"] } };

export const JOURNAL: Shape = {
  name: "silian-journal",
  version: 3,
  stores: {
    devices: ["account"],
    logins: ["login"],
    entries: ["device", "seq"],
    blobs: ["account", "sha256"],
    bytes: ["account", "sha256"],
    receipts: ["id", "what"],
    notes: ["key"],
    drafts: ["account", "name"],
  },
  // Only what has an outcome has a status: how many are not in here wait.
  indexes: { entries: { settled: ["device", "status"] } },
};

// An array sorts after every string and number, so [...prefix, []] ends the keys that begin with prefix.
const within = (prefix: Key, { from = prefix, to }: Part = {}) => IDBKeyRange.bound(from, to ?? [...prefix, []]);

// iOS drops connections ("UnknownError"), another tab's upgrade closes them ("InvalidStateError"), either may abort what runs.
const CONNECTION_LOST = new Set(["InvalidStateError", "UnknownError", "AbortError"]);

function problem(cause: any): Problem {
  if (cause instanceof Problem) return cause;
  return new Problem(cause?.name === "QuotaExceededError" ? "phone_full" : "storage", { message: String(cause?.message ?? cause), cause });
}

type Transaction = IDBPTransaction<unknown, string[], "readonly" | "readwrite">;

function wrap(tx: Transaction): Tx {
  // Why a write failed is told by the transaction's end, which is always waited for.
  const ended = (request: Promise<unknown> | undefined) => void request?.catch(() => undefined);
  const writable = (store: string) => tx.objectStore(store) as any;
  return {
    get: (store, key) => tx.objectStore(store).get(key),
    list: (store, prefix = [], part = {}) => tx.objectStore(store).getAll(within(prefix, part), part.limit),
    by: (store, index, prefix) => tx.objectStore(store).index(index).getAll(within(prefix)),
    count: (store, prefix, index) => (index ? tx.objectStore(store).index(index) : tx.objectStore(store)).count(within(prefix)),
    put: (store, value) => ended(writable(store).put(value)),
    remove: (store, prefix) => ended(writable(store).delete(within(prefix))),
  };
}

/** `blocked` is called when another tab's old version keeps this one from opening. */
export function openStore(shape: Shape, prefix = "", blocked: () => void = () => {}): Store {
  let connection: Promise<IDBPDatabase> | null = null;

  function connect(): Promise<IDBPDatabase> {
    if (connection) return connection;
    const forget = () => {
      if (connection === opening) connection = null;
    };
    const open = (version?: number): Promise<IDBPDatabase> => openDB(prefix + shape.name, version, {
      upgrade(db, _old, _new, tx) {
        for (const [store, keyPath] of Object.entries(shape.stores)) {
          const at = db.objectStoreNames.contains(store) ? tx.objectStore(store) : db.createObjectStore(store, { keyPath });
          for (const [index, fields] of Object.entries(shape.indexes?.[store] ?? {})) {
            if (!at.indexNames.contains(index)) at.createIndex(index, fields);
          }
        }
      },
      blocked,
      blocking(_current, _wanted, event) {
        (event.target as IDBDatabase).close();
        forget();
      },
      terminated: forget,
    });
    // A newer version in another window has added stores by now: ours are there as they were.
    const opening = open(shape.version).catch((error) => (error?.name === "VersionError" ? open() : Promise.reject(error)));
    opening.catch(forget);
    return (connection = opening);
  }

  async function attempt<T>(stores: string[], mode: "readonly" | "readwrite", work: (tx: Tx) => Promise<T>): Promise<T> {
    const db = await connect();
    const tx: Transaction = db.transaction(stores, mode, { durability: "strict" });
    const done = tx.done.then(() => null, (error: unknown) => error ?? new Problem("storage"));
    let result: T;
    try {
      result = await work(wrap(tx));
    } catch (error) {
      const first = tx.error; // why the transaction was aborted, where it was: quota, say
      if (!first) abort(tx);
      await done;
      throw first ?? error;
    }
    const failed = await done;
    if (failed) throw failed;
    return result;
  }

  async function run<T>(stores: string[], mode: "readonly" | "readwrite", work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await attempt(stores, mode, work);
    } catch (error: any) {
      if (error instanceof Problem || !CONNECTION_LOST.has(error?.name)) throw problem(error);
      void connection?.then((db) => db.close(), () => null);
      connection = null;
    }
    return attempt(stores, mode, work).catch((error) => {
      throw problem(error);
    });
  }

  return {
    read: (stores, work) => run(stores, "readonly", work),
    write: (stores, work) => run(stores, "readwrite", work),
    close() {
      void connection?.then((db) => db.close(), () => null);
      connection = null;
    },
  };
}

function abort(tx: Transaction): void {
  try {
    tx.abort();
  } catch (error: any) {
    if (error?.name !== "InvalidStateError") throw error; // it had ended by itself
  }
}
