// One suite over the store and its twin, then what only IndexedDB can do wrong.
import assert from "node:assert/strict";
import { test } from "node:test";
import "fake-indexeddb/auto";
import { openMemory } from "../../static/field/memory";
import { openStore, type Shape, type Store } from "../../static/field/store";
import { Problem } from "../../static/field/types";

const SHAPE: Shape = { name: "test", version: 1, stores: { rows: ["kind", "n"], notes: ["key"] }, indexes: { rows: { told: ["kind", "told"] } } };
const row = (kind: string, n: number | string) => ({ kind, n });
const BOTH = ["rows", "notes"];
let names = 0;

const makers: Record<string, () => Store> = {
  IndexedDB: () => openStore(SHAPE, `store${++names}-`),
  memory: () => openMemory(SHAPE),
};

for (const [kind, make] of Object.entries(makers)) {
  test(`${kind}: rows are listed by the beginning of their key, in order`, async () => {
    const store = make();
    await store.write(BOTH, async (tx) => {
      for (const n of [10, 9, 2]) tx.put("rows", row("a", n));
      tx.put("rows", row("a", "text"));
      tx.put("rows", row("ab", 1));
    });
    const read = (...bounds: any[]) => store.read(["rows"], async (tx) => (await tx.list<any>("rows", ...bounds)).map(({ n }) => n));
    assert.deepEqual(await read(["a"]), [2, 9, 10, "text"]);
    assert.deepEqual(await read(["a"], { from: ["a", 9] }), [9, 10, "text"]);
    assert.deepEqual(await read(["a"], { from: ["a", 3], to: ["a", 9] }), [9]);
    assert.deepEqual(await read(["a"], { limit: 2 }), [2, 9]);
    assert.equal((await read()).length, 5);
    await store.write(["rows"], async (tx) => tx.remove("rows", ["a"]));
    assert.deepEqual(await read(), [1]);
    await store.write(["rows"], async (tx) => tx.remove("rows", []));
    assert.deepEqual(await read(), []);
  });

  test(`${kind}: an index holds the rows that have its fields, as they are now`, async () => {
    const store = make();
    const told = (n: number, told?: string) => ({ ...row("a", n), ...(told && { told }) });
    await store.write(["rows"], async (tx) => {
      for (const one of [told(1), told(3, "yes"), told(2, "yes"), told(4, "no"), told(5, "yes"), { ...told(1, "yes"), kind: "b" }]) tx.put("rows", one);
    });
    await store.write(["rows"], async (tx) => tx.put("rows", told(5)));
    await store.read(["rows"], async (tx) => {
      assert.deepEqual((await tx.by<any>("rows", "told", ["a", "yes"])).map(({ n }) => n), [2, 3]);
      assert.deepEqual([await tx.count("rows", ["a"]), await tx.count("rows", ["a"], "told"), await tx.count("rows", [])], [5, 3, 6]);
    });
  });

  test(`${kind}: a transaction that fails changes nothing`, async () => {
    const store = make();
    const failing = store.write(BOTH, async (tx) => {
      tx.put("rows", row("a", 1));
      tx.put("notes", { key: "x" });
      await tx.get("rows", ["a", 1]);
      throw new Problem("sent");
    });
    await assert.rejects(failing, { code: "sent" });
    assert.equal(await store.read(BOTH, (tx) => tx.get("rows", ["a", 1])), undefined);
  });

  test(`${kind}: transactions that write do not mix`, async () => {
    const store = make();
    const raise = () =>
      store.write(["notes"], async (tx) => {
        const { n } = (await tx.get<{ n: number }>("notes", ["n"])) ?? { n: 0 };
        tx.put("notes", { key: "n", n: n + 1 });
      });
    await Promise.all(Array.from({ length: 20 }, raise));
    assert.deepEqual(await store.read(["notes"], (tx) => tx.get("notes", ["n"])), { key: "n", n: 20 });
  });

  test(`${kind}: what was put is a copy`, async () => {
    const store = make();
    const note = { key: "x", deep: { n: 1 } };
    await store.write(["notes"], async (tx) => tx.put("notes", note));
    note.deep.n = 2;
    assert.deepEqual(await store.read(["notes"], (tx) => tx.get("notes", ["x"])), { key: "x", deep: { n: 1 } });
  });
}

/** IndexedDB's methods fail as told while `work` runs. */
async function failing(method: "put" | "getAll", name: string, times: number, work: () => Promise<void>): Promise<void> {
  const real = IDBObjectStore.prototype[method] as any;
  let left = times;
  (IDBObjectStore.prototype as any)[method] = function (this: IDBObjectStore, ...given: any[]) {
    if (left-- > 0) throw new DOMException(name, name);
    return real.apply(this, given);
  };
  try {
    await work();
  } finally {
    (IDBObjectStore.prototype as any)[method] = real;
  }
}

test("a full phone is told as such, and nothing is kept", async () => {
  const store = makers.IndexedDB!();
  await failing("put", "QuotaExceededError", 1, async () => {
    const full = store.write(BOTH, async (tx) => tx.put("rows", row("a", 1)));
    await assert.rejects(full, { code: "phone_full" });
  });
  assert.deepEqual(await store.read(["rows"], (tx) => tx.list("rows")), []);
});

test("what fails only as it is written to the disk has failed, however well its work went", async () => {
  const store = makers.IndexedDB!();
  const real = IDBDatabase.prototype.transaction;
  let running: IDBTransaction;
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...given: any) {
    return (running = real.apply(this, given));
  } as typeof real;
  try {
    const saving = store.write(BOTH, async (tx) => {
      tx.put("rows", row("a", 1));
      queueMicrotask(() => running.abort()); // as a browser does that finds no room when it commits
    });
    await assert.rejects(saving, { code: "storage" });
  } finally {
    IDBDatabase.prototype.transaction = real;
  }
  assert.deepEqual(await store.read(["rows"], (tx) => tx.list("rows")), []);
});

test("a lost connection is opened again, once", async () => {
  const store = makers.IndexedDB!();
  await failing("getAll", "UnknownError", 1, async () => assert.deepEqual(await store.read(["rows"], (tx) => tx.list("rows")), []));
  await failing("getAll", "UnknownError", 2, () => assert.rejects(store.read(["rows"], (tx) => tx.list("rows")), { code: "storage" }));
});

test("another tab's new version is not blocked, and the old one goes on after it", async () => {
  const prefix = `store${++names}-`;
  const old = openStore(SHAPE, prefix);
  await old.write(["notes"], async (tx) => tx.put("notes", { key: "x" }));
  let blocked = false;
  const fresh = openStore({ ...SHAPE, version: 2, stores: { ...SHAPE.stores, more: ["key"] } }, prefix, () => (blocked = true));
  assert.deepEqual(await fresh.read(["notes", "more"], (tx) => tx.get("notes", ["x"])), { key: "x" });
  assert.equal(blocked, false);
  await old.write(["notes"], async (tx) => tx.put("notes", { key: "y" })); // older than what is stored now, which has all it knows
  assert.deepEqual(await fresh.read(["notes"], (tx) => tx.get("notes", ["y"])), { key: "y" });
});

test("strict durability is asked for", async () => {
  const real = IDBDatabase.prototype.transaction;
  const asked: unknown[] = [];
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...given: any[]) {
    asked.push(given[2]);
    return (real as any).apply(this, given);
  } as any;
  try {
    await makers.IndexedDB!().write(["notes"], async (tx) => tx.put("notes", { key: "x" }));
  } finally {
    IDBDatabase.prototype.transaction = real;
  }
  assert.deepEqual(asked.at(-1), { durability: "strict" });
});
