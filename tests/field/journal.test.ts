import assert from "node:assert/strict";
import { test } from "node:test";
import { bindDevice, deviceOf } from "../../static/field/devices";
import { keepDraft, readDraft } from "../../static/field/drafts";
import { add, discard, list, look, withdraw, type Draft } from "../../static/field/journal";
import { openPhone } from "../../static/field/phone";
import { exportWaiting } from "../../static/field/exporting";
import { forgetApplied, prune } from "../../static/field/retention";
import type { Store } from "../../static/field/store";
import { Problem } from "../../static/field/types";
import { signedIn, type Rig } from "./rig";

const ME = "account-of-grid1";
const DAY = 24 * 3600_000;
const photo = (text: string) => new Blob([text], { type: "image/webp" });
const seqs = async (it: Rig) => (await it.entries()).map(({ seq }) => seq);
const blobs = (it: Rig) => it.phone.journal.read(["blobs"], (tx) => tx.list<any>("blobs", [ME]));

for (const memory of [false, true]) {
  const on = memory ? " (memory)" : "";

  test(`numbers are given without gap or double, however many at once${on}`, async () => {
    const it = await signedIn({ memory });
    await Promise.all(Array.from({ length: 25 }, () => it.record()));
    assert.deepEqual(await seqs(it), Array.from({ length: 25 }, (_, i) => i + 1));
  });
}

test("a saved record is there when the app starts anew", async () => {
  const it = await signedIn();
  const { id } = await it.record({ note: "kept" }, { blobs: [photo("a")] });
  it.phone.journal.close();
  const later = openPhone(it.env);
  const { entries, photos } = await list(later.journal, ME);
  assert.deepEqual([entries[0]!.id, entries[0]!.payload.note, photos[0]!.of], [id, "kept", [id]]);
  assert.equal((await look(later.journal, ME)).row.last, 1);
});

test("a save that fails keeps nothing, and gives no number away", async () => {
  const it = await signedIn();
  const real = it.phone.journal.write;
  const full: Store["write"] = (stores, work) =>
    real(stores, (tx) =>
      work({
        ...tx,
        put(store, value) {
          if (store === "bytes") throw new DOMException("full", "QuotaExceededError");
          tx.put(store, value);
        },
      }),
    );
  it.phone.journal.write = full;
  await assert.rejects(it.record({}, { blobs: [photo("large")] }), { code: "phone_full" });
  it.phone.journal.write = real;
  assert.deepEqual(await it.entries(), []);
  assert.equal((await it.record()).seq, 1);
});

test("a draft ends in the transaction of its record, written down first, and stays where that fails", async () => {
  const it = await signedIn();
  const key = { account: ME, name: "visit" };
  const form = { name: "visit", flush: () => keepDraft(it.phone.journal, key, { note: "all of it" }) };
  await assert.rejects(it.record({ note: "x".repeat(200_000) }, { draft: form }), { code: "too_large" });
  assert.deepEqual(await readDraft(it.phone.journal, key), { note: "all of it" });
  await it.record({}, { draft: form });
  assert.equal(await readDraft(it.phone.journal, key), undefined);
});

test("when the phone is full, photos that the server has make room", async () => {
  const it = await signedIn();
  await it.record({}, { blobs: [photo("old")] });
  await it.exchange();
  const real = it.phone.journal.write;
  let full = true;
  it.phone.journal.write = (stores, work) => {
    if (full && stores.includes("bytes")) {
      full = false;
      return Promise.reject(new Problem("phone_full"));
    }
    return real(stores, work);
  };
  assert.equal((await it.record({}, { blobs: [photo("new")] })).seq, 2);
  assert.deepEqual((await blobs(it)).map(({ state }) => state), ["waiting"]);
});

test("content over 128 KiB is told before it is saved", async () => {
  const it = await signedIn();
  await assert.rejects(it.record({ note: "字".repeat(44_000) }), { code: "too_large" });
  assert.deepEqual(await it.entries(), []);
});

test("a second try after a lost connection does not save twice", async () => {
  const it = await signedIn();
  const draft: Draft = { account: ME, id: "one", type: "visit.record", v: 1, made_at: "", payload: {}, photos: [] };
  await add(it.phone.journal, draft);
  assert.equal((await add(it.phone.journal, draft)).seq, 1);
  assert.deepEqual(await seqs(it), [1]);
});

test("a withdrawn record leaves its number and nothing else", async () => {
  const it = await signedIn();
  const { id } = await it.record({ note: "private" }, { blobs: [photo("private")] });
  await withdraw(it.phone.journal, ME, id);
  await it.exchange();
  const [sent] = it.server.exchanges().at(-1)!.body.commands;
  assert.deepEqual([sent.id, sent.seq, sent.type, sent.v, sent.payload], [id, 1, "void", 1, {}]);
  assert.deepEqual(await blobs(it), []);
  const second = await it.record();
  await it.exchange();
  await assert.rejects(withdraw(it.phone.journal, ME, second.id), { code: "sent" });
});

test("an anonymous record is gone from the phone once it is taken, its photo too; a refused one stays until dealt with", async () => {
  const it = await signedIn();
  it.server.decide = ({ payload }) => (payload.note === "bad" ? { status: "rejected", code: "invalid" } : { status: "applied" });
  await it.record({ note: "secret" }, { anonymous: true, blobs: [photo("secret")] });
  const bad = await it.record({ note: "bad" }, { anonymous: true });
  assert.match(bad.id, /^.{14}4/);
  await it.exchange();
  const [good, kept] = await it.entries();
  assert.deepEqual([good!.type, good!.payload, good!.status], ["void", {}, "applied"]);
  assert.equal(it.server.state.blobs.length, 1);
  assert.deepEqual(await blobs(it), []);
  assert.equal(kept!.payload.note, "bad");
  await discard(it.phone.journal, ME, bad.id);
  assert.deepEqual((await it.entries()).find(({ id }) => id === bad.id)!.payload, {});
});

test("a correction deals with what it supersedes and takes its photos along", async () => {
  const it = await signedIn();
  it.server.decide = ({ payload }) => (payload.note === "bad" ? { status: "rejected", code: "invalid" } : { status: "applied" });
  const bad = await it.record({ note: "bad" }, { blobs: [photo("a")] });
  const [{ sha256 }] = await blobs(it);
  await it.exchange();
  assert.deepEqual(it.server.state.blobs, []); // a rejected record's photos wait
  const good = await it.record({ note: "good", photos: [sha256] }, { supersedes: bad.id });
  await it.exchange();
  assert.deepEqual(it.server.state.blobs, [sha256]);
  const entries = await it.entries();
  assert.equal(entries[0]!.dealt, true);
  assert.equal(entries[1]!.supersedes, bad.id);
  await discard(it.phone.journal, ME, bad.id);
  assert.deepEqual((await blobs(it))[0].of, [good.id]);
});

test("only what was refused can be discarded", async () => {
  const it = await signedIn();
  const { id } = await it.record();
  await assert.rejects(discard(it.phone.journal, ME, id), { code: "sent" });
});

test("retention goes by the server's clock, from the front, and leaves no hole", async () => {
  const it = await signedIn();
  it.server.decide = ({ payload }) => ({ status: payload.note ?? "applied" });
  for (const note of [undefined, undefined, "rejected", undefined, "parked", undefined]) await it.record({ note }, { blobs: [photo(String(note))] });
  await it.exchange();
  const then = it.clock.now;
  await prune(it.phone.journal, ME, then + 29 * DAY);
  assert.deepEqual(await seqs(it), [1, 2, 3, 4, 5, 6]);
  await prune(it.phone.journal, ME, then + 31 * DAY);
  assert.deepEqual(await seqs(it), [3, 4, 5, 6]);
  await discard(it.phone.journal, ME, (await it.entries())[0]!.id);
  await prune(it.phone.journal, ME, then + 31 * DAY);
  assert.deepEqual(await seqs(it), [5, 6]); // parked until it is settled
  const { oldest, acked } = await look(it.phone.journal, ME);
  assert.deepEqual([oldest, acked], [5, 6]);
});

test("what has not been sent is kept however old it is", async () => {
  const it = await signedIn();
  for (const note of ["one", "two"]) await it.record({ note }, { blobs: [photo(note)] });
  await prune(it.phone.journal, ME, it.clock.now + 400 * DAY);
  assert.deepEqual(await seqs(it), [1, 2]);
  assert.deepEqual((await blobs(it)).map(({ state }) => state), ["waiting", "waiting"]);
});

test("a server restored to before what was pruned is told what is lost, and goes on", async () => {
  const it = await signedIn();
  const before = it.server.snapshot();
  for (let i = 0; i < 3; i++) await it.record();
  await it.exchange();
  await prune(it.phone.journal, ME, it.clock.now + 31 * DAY);
  assert.deepEqual(await seqs(it), []);
  it.server.restore(before);
  assert.deepEqual(await it.exchange(), { kind: "done" });
  const { seq } = await it.record();
  await it.exchange();
  assert.equal(seq, 4);
  assert.deepEqual(it.server.state.lost.map(({ from, to }) => [from, to]), [[1, 3]]);
  assert.deepEqual((await it.entries()).map(({ status }) => status), ["applied"]);
});

test("signing out keeps what is unsent or refused, and what is applied loses its content", async () => {
  const it = await signedIn();
  it.server.decide = ({ payload }) => ({ status: payload.note === "rejected" ? "rejected" : "applied" });
  for (const note of ["one", "rejected", "two"]) await it.record({ note }, { blobs: [photo(note)] });
  await it.exchange();
  const unsent = await it.record({ note: "unsent" }, { blobs: [photo("unsent")] });
  await forgetApplied(it.phone.journal, ME);
  const entries = await it.entries();
  assert.deepEqual(entries.map(({ seq, type, payload }) => [seq, type, payload.note]), [[2, "visit.record", "rejected"], [3, "void", undefined], [4, "visit.record", "unsent"]]);
  assert.deepEqual((await blobs(it)).map(({ state }) => state), ["waiting", "waiting"]);
  assert.equal((await look(it.phone.journal, ME)).row.last, 4);
  await it.exchange();
  assert.equal((await it.entries()).at(-1)!.id, unsent.id);
});

test("under a new device everything goes along, ids and photos kept, to be followed under its numbers", async () => {
  const it = await signedIn();
  const sent = await it.record();
  await it.exchange();
  const [gone, mine] = [await it.record(), await it.record({}, { blobs: [photo("mine")] })];
  await withdraw(it.phone.journal, ME, gone.id);
  await bindDevice(it.phone.journal, "grid1", ME, "new");
  const entries = await it.entries();
  assert.deepEqual(entries.map(({ id, seq, device }) => [id, seq, device === "new"]), [[sent.id, 1, true], [mine.id, 2, true]]);
  assert.deepEqual(entries.map(({ status, was }) => [status, was]), [[undefined, "applied"], [undefined, undefined]]);
  assert.equal((await deviceOf(it.phone.journal, ME))!.last, 2);
  assert.deepEqual((await blobs(it))[0].of, [mine.id]);
});

test("what waits can be taken along as a file", async () => {
  const it = await signedIn();
  await it.record({ note: "sent" });
  await it.exchange();
  const { id } = await it.record({ note: "kept" }, { blobs: [photo("picture")] });
  const file = JSON.parse(await (await exportWaiting(it.phone, ME)).text());
  assert.deepEqual(file.commands.map((c: any) => [c.id, c.payload.note]), [[id, "kept"]]);
  assert.deepEqual(Object.values(file.photos), [`data:image/webp;base64,${btoa("picture")}`]);
});
