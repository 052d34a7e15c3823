import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceOf } from "../../static/field/devices";
import { exchange } from "../../static/field/exchange";
import { list, look } from "../../static/field/journal";
import { signIn } from "../../static/field/session";
import { html, json, rig, signedIn } from "./rig";

const statuses = (entries: { status?: string }[]) => entries.map(({ status }) => status ?? "queued");

test("a record is numbered, sent once, and its document comes back", async () => {
  const it = await signedIn();
  const first = await it.record();
  const second = await it.record();
  assert.deepEqual([first.seq, second.seq], [1, 2]);
  assert.deepEqual(await it.exchange(), { kind: "done" });
  assert.deepEqual(statuses(await it.entries()), ["applied", "applied"]);
  assert.deepEqual((await it.docs()).sort(), [first.payload.visit_id, second.payload.visit_id].sort());
  await it.exchange();
  assert.deepEqual(it.server.applied(), [first.id, second.id]);
  const { body, device } = it.server.exchanges()[0]!;
  assert.equal(device, body.device);
  const { acked, oldest, waiting, cursor, limit, app } = body;
  assert.deepEqual({ acked, oldest, waiting, cursor, limit, app }, { acked: 0, oldest: 1, waiting: 2, cursor: null, limit: 500, app: "test" });
  assert.equal(it.server.exchanges()[1]!.body.acked, 2);
});

test("an answer that was lost is asked for again, and nothing is doubled", async () => {
  const it = await signedIn();
  const { id } = await it.record();
  it.server.after = () => Promise.reject(new TypeError("Failed to fetch"));
  assert.deepEqual(await it.exchange(), { kind: "offline" });
  assert.deepEqual(statuses(await it.entries()), ["queued"]);
  it.server.after = null;
  await it.exchange();
  assert.deepEqual(it.server.applied(), [id]);
});

test("an answer to an earlier question, handed out again on the way, changes nothing", async () => {
  const it = await signedIn();
  const { payload } = await it.record();
  await it.exchange();
  let earlier: Response | undefined;
  const real = it.server.fetch;
  it.server.fetch = async (...asked) => ((earlier = await real(...asked)), earlier.clone());
  await it.exchange();
  it.server.fetch = real;
  await it.phone.documents.write(["documents", "meta"], async (tx) => {
    tx.remove("documents", []); // as after another person's turn on this phone: all is read anew
    const before = await tx.get<any>("meta", ["position"]);
    tx.put("meta", { ...before, cursor: null });
  });
  it.server.fault = () => earlier!.clone();
  assert.deepEqual(await it.exchange(), { kind: "offline" });
  it.server.fault = null;
  await it.exchange();
  assert.deepEqual(await it.docs(), [payload.visit_id]);
});

test("one bad record does not hold up those behind it", async () => {
  const it = await signedIn();
  await it.record({ note: "bad" });
  await it.record();
  it.server.decide = ({ payload }) => (payload.note ? { status: "rejected", code: "stale", message: "look", state: "closed" } : { status: "applied" });
  await it.exchange();
  const [bad, good] = await it.entries();
  assert.deepEqual([bad!.status, bad!.code, bad!.message, bad!.detail], ["rejected", "stale", "look", { state: "closed" }]);
  assert.equal(good!.status, "applied");
});

test("two tabs make one exchange at a time", async () => {
  const it = await signedIn();
  await it.record();
  let inside = 0;
  let most = 0;
  it.server.fault = async () => {
    most = Math.max(most, ++inside);
    await new Promise(setImmediate);
    return void inside--;
  };
  await Promise.all([it.exchange(), it.exchange(), exchange(it.phone, it.watch, false).then((r) => assert.equal(r.kind, "elsewhere"))]);
  assert.equal(most, 1);
  assert.equal(it.server.applied().length, 1);
});

test("a gap is filled from where the server says", async () => {
  const it = await signedIn();
  const before = it.server.snapshot();
  await it.record();
  await it.record();
  await it.exchange();
  it.server.restore(before);
  const third = await it.record();
  await it.exchange();
  const [gap, healed] = it.server.exchanges().slice(-2);
  assert.deepEqual(gap!.body.commands.map((c: any) => c.seq), [3]);
  assert.deepEqual(healed!.body.commands.map((c: any) => [c.seq, c.was]), [[1, "applied"], [2, "applied"], [3, undefined]]);
  assert.equal(it.server.applied().at(-1), third.id);
  assert.equal(it.server.applied().length, 3);
});

test("a restored server gets everything back, also when there is nothing new", async () => {
  const it = await signedIn();
  it.server.decide = ({ payload }) => ({ status: payload.note ?? "applied" });
  await it.record();
  await it.exchange();
  const before = it.server.snapshot();
  await it.record();
  await it.record({ note: "rejected" });
  await it.record({ note: "parked" });
  await it.exchange();
  it.server.restore(before);
  await it.exchange();
  assert.deepEqual(it.server.exchanges().at(-1)!.body.commands.map((c: any) => [c.seq, c.was]), [[2, "applied"], [3, "rejected"], [4, "parked"]]);
  const entries = await it.entries();
  assert.deepEqual(statuses(entries), ["applied", "applied", "rejected", "parked"]);
  assert.ok(entries.every(({ was }) => was === undefined));
  assert.equal(entries[2]!.code, "again");
});

test("what had been applied is told as such after a second restore, though it has waited since the first", async () => {
  const it = await signedIn();
  const before = it.server.snapshot();
  await it.record();
  await it.exchange();
  it.server.decide = ({ was }) => ({ status: was === "applied" ? "parked" : "rejected", code: "restored" });
  for (let restore = 0; restore < 3; restore++) {
    it.server.restore(before);
    await it.exchange();
    assert.equal(it.server.exchanges().findLast(({ body }) => body.commands.length)!.body.commands[0].was, "applied");
    assert.deepEqual(statuses(await it.entries()), ["parked"]);
  }
});

test("applied by the desk, parked again by a restore, and lost by another one: the server hears that it had been applied", async () => {
  const it = await signedIn();
  const before = it.server.snapshot();
  it.server.decide = ({ was }) => ({ status: was === "applied" || !was ? "parked" : "rejected", code: "rights" });
  const mine = await it.record();
  await it.exchange();
  for (const status of ["applied", "parked"]) {
    it.server.publish("commands", mine.id, { status });
    await it.exchange();
    assert.deepEqual(statuses(await it.entries()), [status]);
  }
  it.server.restore(before);
  await it.exchange();
  assert.equal(it.server.exchanges().findLast(({ body }) => body.commands.length)!.body.commands[0].was, "applied");
  assert.deepEqual(statuses(await it.entries()), ["parked"]);
});

test("refused after a restore, waiting again after another one, then applied at the desk: this phone hears it", async () => {
  const it = await signedIn();
  const before = it.server.snapshot();
  it.server.decide = ({ was }) => (was ? { status: "rejected", code: "forbidden" } : { status: "parked", code: "rights" });
  const mine = await it.record();
  await it.exchange();
  it.server.restore(before);
  await it.exchange();
  assert.deepEqual((await it.entries()).map(({ status, code }) => [status, code]), [["rejected", "forbidden"]]);
  it.server.publish("commands", mine.id, { status: "applied" });
  await it.exchange();
  assert.deepEqual((await it.entries()).map(({ status, code }) => [status, code]), [["applied", undefined]]);
});

test("refused because its id is another record's: what is decided about that one is not its own", async () => {
  const it = await signedIn();
  it.server.decide = () => ({ status: "rejected", code: "id_reused" });
  const mine = await it.record();
  await it.exchange();
  for (const status of ["parked", "applied"]) {
    it.server.publish("commands", mine.id, { status });
    await it.exchange();
    assert.deepEqual((await it.entries()).map((entry) => [entry.status, entry.code]), [["rejected", "id_reused"]]);
  }
});

test("decided and then erased while this phone was away: both come in one answer, and it is emptied", async () => {
  const it = await signedIn();
  it.server.decide = () => ({ status: "parked", code: "rights" });
  it.server.publish("visits", "another", { note: "" });
  const mine = await it.record();
  await it.exchange();
  it.server.publish("commands", mine.id, { status: "applied" });
  it.server.publish("visits", mine.payload.visit_id, null, { erased: true });
  await it.exchange();
  const [entry] = await it.entries();
  assert.deepEqual([entry!.type, entry!.payload], ["void", {}]);
});

test("what was erased is emptied here too when the server will not take it again", async () => {
  const it = await signedIn();
  const before = it.server.snapshot();
  await it.record({}, { blobs: [new Blob(["%PDF-1"], { type: "application/pdf" })] });
  await it.exchange();
  it.server.restore(before);
  it.server.decide = () => ({ status: "rejected", code: "erased" });
  await it.exchange();
  const [entry] = await it.entries();
  assert.deepEqual([entry!.type, entry!.payload, entry!.status], ["void", {}, "rejected"]);
  assert.deepEqual((await list(it.phone.journal, entry!.account)).photos, []);
});

test("what was lost shows as queued until it is back", async () => {
  const it = await signedIn();
  const before = it.server.snapshot();
  await it.record();
  await it.exchange();
  it.server.restore(before);
  it.server.fault = (_path, _init, body) => (body.commands?.length ? html() : undefined);
  await it.exchange();
  assert.deepEqual(statuses(await it.entries()), ["queued"]);
  assert.equal((await it.entries())[0]!.was, "applied");
});

test("a server that knows more numbers than we gave out: a new device at the next sign-in, ids kept", async () => {
  const it = await signedIn();
  const mine = await it.record({ note: "kept" });
  const { device } = (await look(it.phone.journal, "account-of-grid1")).row;
  const stored = (id: string) => ({ id, content: "", outcome: { status: "applied" } });
  it.server.state.ledger[device] = [stored("a"), stored("b"), stored("c")];
  assert.deepEqual(await it.exchange(), { kind: "signin" });
  assert.deepEqual(statuses(await it.entries()), ["queued"]); // id_reused is about the number, not about the record
  const sent = it.server.requests.length;
  await it.exchange();
  assert.equal(it.server.requests.length, sent);
  await signIn(it.phone, "grid1", "right");
  const row = (await deviceOf(it.phone.journal, "account-of-grid1"))!;
  assert.notEqual(row.device, device);
  assert.deepEqual(await it.exchange(), { kind: "done" });
  const [entry] = await it.entries();
  assert.deepEqual([entry!.id, entry!.seq, entry!.status, entry!.device], [mine.id, 1, "applied", row.device]);
});

test("recorded since the storage went back, under numbers that the server knows: sent under another device, nobody is told", async () => {
  const it = await signedIn();
  const old = await it.record();
  await it.exchange();
  const { device } = (await look(it.phone.journal, "account-of-grid1")).row;
  it.server.state.ledger[device]!.push({ id: "gone from the phone", content: "", outcome: { status: "applied" } });
  const mine = [await it.record(), await it.record()];
  assert.deepEqual(await it.exchange(), { kind: "signin" });
  assert.deepEqual(statuses(await it.entries()), ["applied", "queued", "applied"]);
  await signIn(it.phone, "grid1", "right");
  assert.notEqual((await look(it.phone.journal, "account-of-grid1")).row.device, device);
  assert.deepEqual(await it.exchange(), { kind: "done" });
  assert.deepEqual(statuses(await it.entries()), ["applied", "applied", "applied"]);
  assert.deepEqual(new Set(it.server.applied()), new Set([old, ...mine].map(({ id }) => id)).add("gone from the phone"));
});

/** The numbers that this phone gives out are known to the server as other commands: `more` is recorded before it can notice. */
async function forth(more: boolean): Promise<void> {
  const it = await signedIn();
  const older = it.server.snapshot();
  const gone = await it.record();
  await it.exchange();
  const newer = it.server.snapshot();
  it.server.restore(older);
  const { device } = (await look(it.phone.journal, "account-of-grid1")).row;
  await it.phone.journal.write(["entries", "devices"], async (tx) => {
    tx.remove("entries", [device]);
    tx.put("devices", { account: "account-of-grid1", device, last: 0 });
  });
  const mine = [await it.record()];
  await it.exchange();
  it.server.restore(newer);
  it.server.reset = "sweep";
  if (more) mine.push(await it.record());
  assert.deepEqual(await it.exchange(), { kind: "signin" });
  await signIn(it.phone, "grid1", "right");
  assert.deepEqual(await it.exchange(), { kind: "done" });
  assert.deepEqual(new Set(it.server.applied()), new Set([gone, ...mine].map(({ id }) => id)));
}

test("the server went back and forth, and this phone's storage back in between: under its numbers are other commands", () => forth(false));

test("so it notices also where something is sent in the same breath", () => forth(true));

test("after a reset the last number is handed in again, but never an anonymous one's", async () => {
  const it = await signedIn();
  for (const anonymous of [undefined, true] as const) {
    const mine = await it.record({ visit_id: null }, { anonymous });
    await it.exchange();
    it.server.reset = "sweep";
    await it.exchange();
    const sent = it.server.exchanges().slice(-2).flatMap(({ body }) => body.commands.map(({ id }: any) => id));
    assert.equal(sent.includes(mine.id), !anonymous);
  }
});

test("a server that resets each time is asked for one number, not for all of them", async () => {
  const it = await signedIn();
  for (let record = 0; record < 5; record++) await it.record();
  await it.exchange();
  const before = it.server.exchanges().length;
  it.server.after = () => ((it.server.reset = "sweep"), undefined);
  it.server.reset = "sweep";
  assert.deepEqual(await it.exchange(), { kind: "done" });
  assert.equal(it.server.exchanges().length, before + 2);
});

test("an id that is in use would be so under any device: its person is told", async () => {
  const it = await signedIn();
  it.server.decide = () => ({ status: "rejected", code: "id_reused" });
  await it.record();
  assert.deepEqual(await it.exchange(), { kind: "done" });
  const [entry] = await it.entries();
  assert.deepEqual([entry!.status, entry!.code], ["rejected", "id_reused"]);
});

test("what was sent by an earlier device comes back too", async () => {
  const it = await signedIn();
  const before = it.server.snapshot();
  const mine = await it.record();
  await it.exchange();
  const { device } = (await look(it.phone.journal, "account-of-grid1")).row;
  for (const id of ["a", "b"]) it.server.state.ledger[device]!.push({ id, content: "", outcome: { status: "applied" } });
  await it.record();
  await it.exchange();
  await signIn(it.phone, "grid1", "right");
  await it.exchange();
  assert.deepEqual(statuses(await it.entries()), ["applied", "applied"]);
  it.server.restore(before);
  await signIn(it.phone, "grid1", "right");
  await it.exchange();
  assert.equal(it.server.applied().filter((id) => id === mine.id).length, 1);
  assert.deepEqual(statuses(await it.entries()), ["applied", "applied"]);
});

test("a queue of more than one request: no changes until the last, an urgent copy first", async () => {
  const it = await signedIn();
  const note = "x".repeat(100_000);
  for (let i = 0; i < 6; i++) await it.record({ note });
  const urgent = await it.record({ urgent: true });
  await it.exchange();
  const paths = it.server.requests.filter(({ path }) => path.startsWith("/sync/")).map(({ path, body }) => [path, body.commands.length, body.limit]);
  assert.deepEqual(paths, [["/sync/urgent", 1, 0], ["/sync/exchange", 5, 0], ["/sync/exchange", 2, 500]]);
  const ahead = it.server.requests.find(({ path }) => path === "/sync/urgent")!.body.commands[0];
  assert.deepEqual([ahead.id, ahead.seq], [urgent.id, 7]);
  assert.equal((await it.docs()).length, 7);
});

test("a request that is too large, or too slow, is halved", async (t) => {
  for (const kind of ["413", "400", "time-out"]) {
    await t.test(kind, async () => {
      const it = await signedIn();
      for (let i = 0; i < 8; i++) await it.record();
      it.server.fault = (path, init, body) => {
        if (path !== "/sync/exchange" || body.commands.length <= 2) return undefined;
        if (kind !== "time-out") return json(Number(kind), { code: "malformed" });
        const hung = new Promise<Response>((_, reject) => init!.signal!.addEventListener("abort", () => reject(new DOMException("", "AbortError"))));
        it.clock.pass(60_000);
        return hung;
      };
      assert.deepEqual(await it.exchange(), { kind: "done" });
      const sizes = it.server.exchanges().map(({ body }) => body.commands.length);
      assert.deepEqual(sizes.slice(0, 3), [8, 4, 2]);
      assert.equal(it.server.applied().length, 8);
    });
  }
});

test("a 200 that is not this protocol changes nothing", async (t) => {
  const answer = { outcomes: [], last_seq: 0, changes: [], cursor: "9", more: false, reset: "wipe", revoked: false, now: "2026-11-24T10:00:00Z" };
  const cases: Record<string, (id: string) => Response> = {
    "a portal's page": () => html(),
    "a portal's page that says it is JSON": () => new Response("<html>", { headers: { "Content-Type": "application/json" } }),
    "JSON of another kind": () => json(200, { status: "ok" }),
    "an unknown id": () => json(200, { ...answer, outcomes: [{ id: "other", seq: 1, status: "applied" }], last_seq: 1 }),
    "an unknown number": (id) => json(200, { ...answer, outcomes: [{ id, seq: 2, status: "applied" }], last_seq: 2 }),
    "an unknown status": (id) => json(200, { ...answer, outcomes: [{ id, seq: 1, status: "fine" }], last_seq: 1 }),
    "a reset of another kind": () => json(200, { ...answer, reset: "all" }),
    "changes without a collection": () => json(200, { ...answer, changes: [{ id: "x", rev: 1, doc: {} }] }),
    "no now": () => json(200, { ...answer, now: "soon" }),
    "labelled as text": (id) =>
      new Response(JSON.stringify({ ...answer, outcomes: [{ id, seq: 1, status: "applied" }], last_seq: 1 }), { headers: { "Content-Type": "text/plain" } }),
  };
  for (const [name, respond] of Object.entries(cases)) {
    await t.test(name, async () => {
      const it = await signedIn();
      it.server.publish("visits", "known", { note: "" });
      await it.exchange();
      const { id } = await it.record();
      it.server.fault = () => respond(id);
      assert.deepEqual(await it.exchange(), { kind: "offline" });
      assert.deepEqual(statuses(await it.entries()), ["queued"]);
      assert.deepEqual(await it.docs(), ["known"]);
      it.server.fault = null;
      await it.exchange();
      assert.equal(it.server.exchanges().at(-1)!.body.cursor, "1");
    });
  }
});

test("a portal's 401 or 403 does not sign anybody out", async () => {
  const it = await signedIn();
  await it.record();
  for (const status of [401, 403]) {
    for (const answer of [html(status), new Response("pay first", { status }), json(status, { error: "pay first" })]) {
      it.server.fault = () => answer;
      assert.deepEqual(await it.exchange(), { kind: "offline" });
    }
  }
  it.server.fault = null;
  assert.deepEqual(await it.exchange(), { kind: "done" });
});

test("without a session the queue stays, and goes after the next sign-in", async () => {
  const it = await signedIn();
  const { id } = await it.record();
  it.server.session = null;
  assert.deepEqual(await it.exchange(), { kind: "signin" });
  assert.deepEqual(statuses(await it.entries()), ["queued"]);
  await signIn(it.phone, "grid1", "right");
  await it.exchange();
  assert.deepEqual(it.server.applied(), [id]);
});

test("a server in trouble is left alone for as long as it asks", async () => {
  const it = await signedIn();
  await it.record();
  it.server.fault = () => json(503, { code: "busy" }, { "Retry-After": "7" });
  assert.deepEqual(await it.exchange(), { kind: "away", wait: 7000 });
  it.server.fault = () => html(502);
  assert.deepEqual(await it.exchange(), { kind: "away", wait: 0 });
});

test("an answer that settles nothing ends the exchange instead of going round", async () => {
  const it = await signedIn();
  await it.record();
  const nothing = { outcomes: [], last_seq: 0, changes: [], cursor: null, more: true, reset: false, revoked: false, now: "2026-11-24T10:00:00Z" };
  it.server.fault = () => json(200, nothing);
  assert.deepEqual(await it.exchange(), { kind: "away", wait: 0 });
  assert.equal(it.server.exchanges().length, 1);
});

test("what was decided about a parked command while the phone was away for too long is asked for", async () => {
  const it = await signedIn();
  it.server.decide = () => ({ status: "parked", code: "missing" });
  const { id, device } = await it.record();
  it.server.publish("commands", id, { status: "parked", code: "missing" });
  await it.exchange();
  it.server.state.ledger[device]![0]!.outcome = { status: "rejected", code: "declined" };
  it.server.publish("commands", id, null); // it is shown for a month
  await it.exchange();
  assert.deepEqual((await it.entries()).map(({ status, code }) => [status, code]), [["rejected", "declined"]]);
});

test("a parked command follows what the desk decides", async () => {
  const it = await signedIn();
  it.server.decide = () => ({ status: "parked", code: "missing" });
  const [one, two] = [await it.record(), await it.record()];
  await it.exchange();
  it.server.publish("commands", one.id, { status: "applied", settled_at: "2026-11-24T11:00:00Z" });
  it.server.publish("commands", two.id, { status: "declined", code: "declined", reason: "not ours", settled_at: "2026-11-24T11:00:00Z" });
  await it.exchange();
  const entries = await it.entries();
  assert.deepEqual(statuses(entries), ["applied", "declined"]);
  assert.equal(entries[1]!.message, "not ours");
});

test("a decision that a restored server has lost is undone here", async () => {
  const it = await signedIn();
  it.server.decide = () => ({ status: "parked", code: "out_of_scope" });
  const { id } = await it.record();
  await it.exchange();
  for (const status of ["applied", "parked", "declined", "parked"]) {
    it.server.publish("commands", id, { status, code: status === "parked" ? "out_of_scope" : null, settled_at: "2026-11-24T11:00:00Z" });
    await it.exchange();
    assert.deepEqual(statuses(await it.entries()), [status]);
  }
});

test("a decision taken anew after a restore is heard by a phone that was away in between", async () => {
  const it = await signedIn();
  it.server.decide = () => ({ status: "parked", code: "out_of_scope" });
  const { id } = await it.record();
  await it.exchange();
  for (const status of ["applied", "declined", "applied"]) {
    it.server.publish("commands", id, { status, ...(status === "declined" && { code: "declined", reason: "not ours" }), settled_at: "2026-11-24T11:00:00Z" });
    await it.exchange();
    const [entry] = await it.entries();
    assert.deepEqual([entry!.status, entry!.message], [status, status === "declined" ? "not ours" : undefined]);
  }
});

test("what a restored server no longer holds as parked is asked for once more, and the stored outcome counts", async () => {
  const it = await signedIn();
  it.server.decide = () => ({ status: "parked", code: "missing" });
  const [, kept] = [await it.record(), await it.record(), await it.record()];
  await it.exchange();
  it.server.publish("commands", kept!.id, { status: "parked", code: "missing" });
  for (const ledger of Object.values(it.server.state.ledger)) for (const one of ledger) if (one.id !== kept!.id) one.outcome = { status: "applied" };
  it.server.reset = "wipe";
  await it.exchange();
  assert.deepEqual(statuses(await it.entries()), ["applied", "parked", "applied"]);
  const sent = it.server.exchanges().length;
  await it.exchange();
  assert.equal(it.server.exchanges().length, sent + 1); // once after each reset
});

test("what the desk declined, and a restored server has applied, is applied here too", async () => {
  const it = await signedIn();
  it.server.decide = () => ({ status: "parked", code: "restored" });
  const { id } = await it.record();
  await it.exchange();
  it.server.publish("commands", id, { status: "declined", code: "declined", reason: "not ours", settled_at: new Date(it.clock.now).toISOString() });
  await it.exchange();
  assert.deepEqual(statuses(await it.entries()), ["declined"]);
  for (const ledger of Object.values(it.server.state.ledger)) for (const one of ledger) one.outcome = { status: "applied" };
  it.server.state.feed = [];
  it.server.reset = "wipe";
  await it.exchange();
  assert.deepEqual(statuses(await it.entries()), ["applied"]);
});

test("what was refused, and a server that is put back has applied, is applied here too", async () => {
  const it = await signedIn();
  it.server.decide = () => ({ status: "rejected", code: "again" });
  for (let n = 0; n < 2; n++) await it.record();
  await it.exchange();
  assert.deepEqual(statuses(await it.entries()), ["rejected", "rejected"]);
  for (const ledger of Object.values(it.server.state.ledger)) ledger[0]!.outcome = { status: "applied" };
  it.server.reset = "wipe";
  await it.exchange();
  assert.deepEqual(statuses(await it.entries()), ["applied", "rejected"]);
  const sent = it.server.exchanges().length;
  await it.exchange();
  assert.equal(it.server.exchanges().length, sent + 1); // once after each reset
});

test("what is refused since its id is another's, or since it was erased, is not asked for again", async () => {
  const it = await signedIn();
  const codes = ["id_reused", "erased"];
  const [, , last] = [await it.record(), await it.record(), await it.record()];
  it.server.decide = ({ id }) => (id === last.id ? { status: "applied" } : { status: "rejected", code: codes.shift() });
  await it.exchange();
  it.server.reset = "wipe";
  const before = it.server.exchanges().length;
  await it.exchange();
  const again = it.server.exchanges().slice(before).flatMap(({ body }) => body.commands ?? []);
  assert.deepEqual(again.map(({ id }) => id), [last.id]);
});

test("an erasure reaches the journal", async () => {
  const it = await signedIn();
  const { payload } = await it.record({ note: "private" });
  await it.exchange();
  it.server.publish("visits", payload.visit_id, null, { erased: true });
  await it.exchange();
  const [entry] = await it.entries();
  assert.deepEqual([entry!.type, entry!.payload, entry!.status], ["void", {}, "applied"]);
  assert.deepEqual(await it.docs(), []);
});

test("a suspended person hands over, and then nothing of theirs is left", async () => {
  const it = await signedIn();
  it.server.publish("visits", "known", {});
  await it.exchange();
  await it.record({}, { blobs: [new Blob(["photo"], { type: "image/webp" })] });
  it.server.suspended = true;
  it.server.decide = () => ({ status: "parked", code: "out_of_scope" });
  assert.deepEqual(await it.exchange(), { kind: "revoked" });
  assert.equal(it.server.state.blobs.length, 1);
  assert.deepEqual(await it.docs(), []);
  for (const store of ["devices", "entries", "blobs", "bytes", "logins"]) {
    assert.deepEqual(await it.phone.journal.read([store], (tx) => tx.list(store)), [], store);
  }
});

test("photos of a suspended person go also after the commands are over", async () => {
  const it = await signedIn();
  await it.record({}, { blobs: [new Blob(["photo"], { type: "image/webp" })] });
  it.server.suspended = true;
  it.server.fault = (_path, init) => (init?.method === "PUT" ? html(502) : undefined);
  assert.equal((await it.exchange()).kind, "away");
  it.server.fault = (path) => (path === "/sync/exchange" ? json(403, { code: "revoked" }) : undefined);
  assert.deepEqual(await it.exchange(), { kind: "revoked" });
  assert.equal(it.server.state.blobs.length, 1);
  assert.deepEqual(await it.phone.journal.read(["bytes"], (tx) => tx.list("bytes")), []);
});

test("403 revoked keeps what could not be handed over", async () => {
  const it = await signedIn();
  await it.record();
  it.server.fault = () => json(403, { code: "revoked" });
  assert.deepEqual(await it.exchange(), { kind: "revoked" });
  assert.deepEqual(statuses(await it.entries()), ["queued"]);
});

test("killed between its two databases when a suspended person's journal went: the next exchange ends it", async () => {
  const it = await signedIn();
  it.server.suspended = true;
  const { write } = it.phone.documents;
  const devices = () => it.phone.journal.read(["devices"], (tx) => tx.list("devices"));
  it.phone.documents.write = async (stores, work) => {
    if (!(await devices()).length) throw new Error("killed");
    return write(stores, work);
  };
  const before = await it.exchange().catch((error: Error) => error.message);
  it.phone.documents.write = write;
  assert.equal(before, "killed");
  assert.deepEqual(await devices(), []);
  assert.deepEqual(await it.exchange(), { kind: "revoked" });
  assert.deepEqual(await it.exchange(), { kind: "signin" });
});

test("a browser that has dropped the journal alone: the person signs in again, and is not left waiting", async () => {
  const it = await signedIn();
  it.server.publish("visits", "known", {});
  await it.exchange();
  await it.phone.journal.write(["devices"], async (tx) => tx.remove("devices", []));
  assert.deepEqual(await it.exchange(), { kind: "signin" });
  assert.deepEqual(await it.docs(), []);
});

test("nobody is signed in: nothing is sent", async () => {
  const it = rig();
  assert.deepEqual(await it.exchange(), { kind: "signin" });
  assert.equal(it.server.requests.length, 0);
});
