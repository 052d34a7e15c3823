// IndexedDB behind few functions. memory.ts is its twin, and one suite of tests runs over both.
import { openDB, type IDBPDatabase, type IDBPTransaction } from "idb";
import { Problem } from "./types";

export type Key = (string | number)[];

/** A database: its stores, each with the fields that make the key. A new version only ever adds stores. */
export interface Shape {
  name: string;
  version: number;
  stores: Record<string, string[]>;
}

export interface Tx {
  get<T>(store: string, key: Key): Promise<T | undefined>;
  /** Everything whose key begins with `prefix`, in order of keys, beginning at `from`. */
  list<T>(store: string, prefix?: Key, from?: Key): Promise<T[]>;
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
  version: 2,
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
};

// An array sorts after every string and number, so [...prefix, []] ends the keys that begin with prefix.
const within = (prefix: Key, from: Key = prefix) => IDBKeyRange.bound(from, [...prefix, []]);

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
    list: (store, prefix = [], from) => tx.objectStore(store).getAll(within(prefix, from)),
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
      upgrade(db) {
        for (const [store, keyPath] of Object.entries(shape.stores)) {
          if (!db.objectStoreNames.contains(store)) db.createObjectStore(store, { keyPath });
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
