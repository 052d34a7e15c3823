// The store's twin in memory, for tests: the same promises, without a browser.
import type { Key, Shape, Store, Tx } from "./store";

type Rows = Map<string, { key: Key; value: object }>;

const rank = (part: unknown) => (Array.isArray(part) ? 2 : typeof part === "string" ? 1 : 0);

function compare(a: Key, b: Key): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i]!, b[i]!];
    if (rank(x) !== rank(y)) return rank(x) - rank(y);
    if (x !== y) return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

const begins = (key: Key, prefix: Key) => prefix.every((part, i) => key[i] === part);

/** structuredClone for what can be read: it has been cloned once, when it was put. */
function copied<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copied) as T;
  if (typeof value !== "object" || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return structuredClone(value);
  const copy: Record<string, unknown> = {};
  for (const name in value) copy[name] = copied(value[name]);
  return copy as T;
}

export function openMemory(shape: Shape): Store {
  let committed = new Map<string, Rows>(Object.keys(shape.stores).map((store) => [store, new Map()]));
  let turn: Promise<unknown> = Promise.resolve();

  function view(rows: Map<string, Rows>, stores: string[], writing: boolean): Tx {
    const of = (store: string): Rows => {
      const found = stores.includes(store) && rows.get(store);
      if (!found) throw new Error(`${store} is not part of this transaction`);
      return found;
    };
    const changing = (store: string): Rows => {
      if (!writing) throw new Error("a transaction that reads cannot write");
      return of(store);
    };
    const sorted = (found: { key: Key; value: object }[]) => found.sort((a, b) => compare(a.key, b.key)).map(({ value }) => copied(value)) as any;
    /** As an index has it: the rows that have all of its fields. */
    const indexed = (store: string, index: string, prefix: Key) => {
      const fields = shape.indexes![store]![index]!;
      const rows = [...of(store).values()].map(({ key, value }) => ({ key: [...fields.map((field) => (value as any)[field]), ...key] as Key, value }));
      return rows.filter(({ key }) => !key.includes(undefined as any) && begins(key.slice(0, fields.length), prefix));
    };
    return {
      get: async (store, key) => copied(of(store).get(JSON.stringify(key))?.value) as any,
      list: async (store, prefix = [], { from = prefix, to, limit } = {}) => {
        const inside = (key: Key) => begins(key, prefix) && compare(key, from) >= 0 && !(to && compare(key, to) > 0);
        return sorted([...of(store).values()].filter(({ key }) => inside(key))).slice(0, limit);
      },
      by: async (store, index, prefix) => sorted(indexed(store, index, prefix)),
      count: async (store, prefix, index) =>
        index ? indexed(store, index, prefix).length : [...of(store).values()].filter(({ key }) => begins(key, prefix)).length,
      put(store, value) {
        const key = shape.stores[store]!.map((field) => (value as any)[field]);
        changing(store).set(JSON.stringify(key), { key, value: structuredClone(value) });
      },
      remove(store, prefix) {
        const target = changing(store);
        for (const [name, { key }] of [...target]) if (begins(key, prefix)) target.delete(name);
      },
    };
  }

  /** One transaction after the other, on a copy that takes the place of what was when `work` has ended well. */
  function run<T>(stores: string[], writing: boolean, work: (tx: Tx) => Promise<T>): Promise<T> {
    const mine = turn.then(async () => {
      const copy = new Map([...committed].map(([store, rows]) => [store, new Map(rows)] as const));
      const result = await work(view(copy, stores, writing));
      if (writing) committed = copy;
      return result;
    });
    turn = mine.catch(() => undefined);
    return mine;
  }

  return {
    read: (stores, work) => run(stores, false, work),
    write: (stores, work) => run(stores, true, work),
    close() {},
  };
}
