import assert from "node:assert/strict";
import { test } from "node:test";
import { unsent } from "../../static/field/badge";
import { exchange } from "../../static/field/exchange";
import { look } from "../../static/field/journal";
import { signOut } from "../../static/field/session";
import { createState } from "../../static/field/state";
import { html, rig, signedIn } from "./rig";

async function watched() {
  const it = await signedIn();
  const state = createState(it.phone);
  assert.deepEqual(state.collection("visits").value, []);
  await state.loadAll();
  const told: Promise<unknown>[] = [];
  const watch = {
    sending: (ids: string[]) => void (state.sending.value = new Set(ids)),
    journal: (changed?: Parameters<typeof state.followJournal>[0]) => void told.push(state.followJournal(changed)),
    documents: (...given: Parameters<typeof state.follow>) => void told.push(state.follow(...given)),
  };
  const run = async () => {
    state.last.value = (await exchange(it.phone, watch)).kind;
    await Promise.all(told);
  };
  return { ...it, state, run, record: async (payload = {}, o = {}) => state.append(await it.record(payload, o)) };
}

test("with nobody signed in the icon counts what all have left here", async () => {
  const it = await watched();
  it.server.decide = ({ payload }) => ({ status: payload.note ?? "applied", code: "invalid" });
  await it.record({ note: "rejected" });
  await it.run();
  await it.record();
  await signOut(it.phone);
  assert.equal(await unsent(it.phone), 1);
});

test("a record is in its list at once, and the server's document takes its place", async () => {
  const it = await watched();
  const visits = it.state.collection("visits");
  await it.record({ visit_id: "v", note: "mine" });
  assert.deepEqual(visits.value.map(({ id, preview, doc }) => [id, preview, doc.by]), [["v", true, "account-of-grid1"]]);
  await it.run();
  assert.deepEqual(visits.value.map(({ id, preview, rev }) => [id, preview, rev]), [["v", undefined, 1]]);
  assert.equal(it.state.entries.value[0]!.status, "applied");
});

test("a preview does not flicker while more pages are to come", async () => {
  const it = await watched();
  const visits = it.state.collection("visits");
  for (let i = 0; i < 3; i++) it.server.publish("visits", `old${i}`, {});
  it.server.page = 1;
  await it.record({ visit_id: "v" });
  const seen: boolean[] = [];
  const stop = visits.subscribe((docs) => void seen.push(docs.some(({ id }) => id === "v")));
  await it.run();
  stop();
  assert.ok(seen.length > 3);
  assert.ok(seen.every(Boolean));
});

test("the sync sentence says what is", async () => {
  const it = await watched();
  const { sync, busy, slow, online } = it.state;
  assert.deepEqual(sync.value, { kind: "sent", at: null });
  await it.record();
  await it.record({ note: "bad" }, { blobs: [new Blob(["x"], { type: "image/webp" })] });
  assert.deepEqual(sync.value, { kind: "waiting", n: 2 });
  busy.value = true;
  assert.deepEqual(sync.value, { kind: "sending", n: 2 });
  slow.value = true;
  assert.deepEqual(sync.value, { kind: "slow", n: 2 });
  busy.value = slow.value = false;
  online.value = false;
  assert.deepEqual(sync.value, { kind: "offline", n: 2 });
  online.value = true;
  it.server.fault = () => html();
  await it.run();
  assert.deepEqual(sync.value, { kind: "offline", n: 2 });
  it.server.fault = () => html(503);
  await it.run();
  assert.deepEqual(sync.value, { kind: "away", n: 2 });
  it.server.session = null;
  it.server.fault = null;
  await it.run();
  assert.deepEqual(sync.value, { kind: "signin", n: 2 });
});

test("then it says what needs a look, then the photos, then when all was sent", async () => {
  const it = await watched();
  it.server.decide = ({ payload }) => (payload.note ? { status: "rejected", code: "invalid", fields: { note: ["…"] } } : { status: "applied" });
  await it.record({ note: "bad" });
  await it.record({}, { blobs: [new Blob(["x"], { type: "image/webp" })] });
  it.server.fault = (_path, init) => (init?.method === "PUT" ? html(502) : undefined);
  await it.run();
  it.state.last.value = "done";
  assert.deepEqual(it.state.sync.value, { kind: "hand", n: 1 });
  assert.equal(it.state.entries.value[0]!.photos_waiting, 1);
  const { discard } = await import("../../static/field/journal");
  await discard(it.phone.journal, "account-of-grid1", it.state.entries.value[1]!.id);
  await it.state.loadJournal();
  assert.deepEqual(it.state.sync.value, { kind: "photos", n: 1 });
  it.server.fault = null;
  await it.run();
  assert.deepEqual(it.state.sync.value, { kind: "sent", at: it.clock.now });
});

test("what the other tab changed is read again, and what a reset took is gone", async () => {
  const it = await watched();
  const visits = it.state.collection("visits");
  it.server.publish("visits", "a", {});
  await it.run();
  assert.deepEqual(visits.value.map(({ id }) => id), ["a"]);
  it.server.state.feed = [];
  it.server.publish("visits", "b", {});
  it.server.reset = "wipe";
  await it.run();
  assert.deepEqual(visits.value.map(({ id }) => id), ["b"]);
});

test("what was read before a save does not cover it", async () => {
  const it = await watched();
  const real = it.phone.journal.read;
  let answer = () => {};
  it.phone.journal.read = async (stores, work) => {
    it.phone.journal.read = real;
    const old = await real(stores, work);
    await new Promise<void>((resolve) => (answer = resolve));
    return old;
  };
  const early = it.state.loadJournal();
  await it.record();
  assert.equal(it.state.entries.value.length, 1);
  answer();
  await early;
  assert.equal(it.state.entries.value.length, 1);
});

test("a withdrawn record counts until its number is sent, and then is gone from the list", async () => {
  const it = await watched();
  await it.record({ note: "oh" });
  const { withdraw } = await import("../../static/field/journal");
  await withdraw(it.phone.journal, "account-of-grid1", it.state.entries.value[0]!.id);
  await it.state.loadJournal();
  assert.deepEqual(it.state.entries.value.map(({ type }) => type), ["void"]);
  assert.deepEqual(it.state.sync.value, { kind: "waiting", n: 1 });
  await it.run();
  assert.deepEqual(it.state.entries.value, []);
});

test("at the first start the journal is there, whether nobody, one or another of two people works here", async () => {
  const nobody = createState(rig().phone);
  await nobody.loadAll(true);
  assert.deepEqual([nobody.account.value, nobody.entries.value], [null, []]);

  const it = await signedIn();
  await it.record();
  const alone = createState(it.phone);
  await alone.loadAll(true);
  assert.equal(alone.entries.value.length, 1);

  await it.phone.journal.write(["devices"], async (tx) => tx.put("devices", { account: "another", device: "other", login: "grid2", last: 0 }));
  const shared = createState(it.phone);
  await shared.loadAll(true);
  assert.equal(shared.entries.value.length, 1);
});

test("a first start reads what waits or needs its person, however old, and the newest; the rest comes after", async () => {
  const it = await signedIn({ memory: true });
  const ids: string[] = [];
  const outcomes: Record<number, any> = { 1: { status: "rejected", code: "invalid" }, 2: { status: "parked", code: "rights" } };
  it.server.decide = ({ payload }) => outcomes[payload.nth] ?? { status: "applied" };
  for (let nth = 0; nth < 100; nth++) ids.push((await it.record({ nth })).id);
  await it.exchange();
  const waits = await it.record();
  await it.phone.journal.write(["entries"], async (tx) => {
    const old = (await tx.list<any>("entries")).find(({ id }) => id === ids[5])!;
    tx.put("entries", { ...old, status: undefined }); // as asked for once more
  });
  const state = createState(it.phone);
  await state.loadAll(true);
  const first = state.entries.value.map(({ id }) => id);
  for (const id of [waits.id, ids[1], ids[2], ids[5], ids[99], ids[60]]) assert.ok(first.includes(id!));
  assert.ok(first.length < 70);
  assert.deepEqual(state.sync.value, { kind: "waiting", n: 2 });
  assert.deepEqual((await look(it.phone.journal, "account-of-grid1")).queue.map(({ id }) => id), [ids[5], waits.id]);
  await state.loadRest();
  assert.deepEqual(state.entries.value.map(({ id }) => id), [...ids, waits.id].reverse());
});

test("what an exchange told is shown as the journal has it, photos and decisions too", async () => {
  const it = await watched();
  const shown = async () => {
    const again = createState(it.phone);
    await again.loadAll();
    assert.deepEqual(it.state.entries.value, again.entries.value);
  };
  await it.record({}, { blobs: [new Blob(["%PDF-1"], { type: "application/pdf" })] });
  await it.run();
  assert.deepEqual(it.state.entries.value.map(({ status, photos_waiting }) => [status, photos_waiting]), [["applied", 0]]);
  await shown();
  it.server.decide = () => ({ status: "parked", code: "rights" });
  await it.record();
  await it.run();
  await shown();
  it.server.publish("commands", it.state.entries.value[0]!.id, { status: "declined", reason: "no" });
  await it.run();
  assert.equal(it.state.entries.value[0]!.status, "declined");
  await shown();
});
