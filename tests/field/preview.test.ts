import assert from "node:assert/strict";
import { test } from "node:test";
import { pending, previews } from "../../static/field/preview";
import type { Account, Entry } from "../../static/field/types";

const me: Account = { id: "me", name: "", language: "zh", posts: [{ role: "grid_worker", organisation: "estate", cells: [] }] };
let seq = 0;
const entry = (type: string, payload: Record<string, any>, more: Partial<Entry> = {}): Entry => ({
  id: `c${++seq}`, seq, type, v: 1, made_at: `2026-11-24T10:00:${String(seq % 60).padStart(2, "0")}Z`, payload, status: "queued", photos_waiting: 0, ...more,
});
const nothing = () => undefined;

test("a round grows from what was recorded on it", () => {
  const all = [
    entry("patrol.start", { patrol_id: "p", route_id: "r", companions: [], track: false }),
    entry("patrol.scan", { patrol_id: "p", checkpoint_id: "a", by: "qr" }),
    entry("patrol.finding", { finding_id: "f", patrol_id: "p", category: "fire", note: "", place: {}, photos: ["x"], recordings: [], urgent: false }),
    entry("patrol.finish", { patrol_id: "p", note: "nothing found" }),
  ];
  const made = previews(all, me, nothing);
  const round = made.get("patrols")!.get("p")!;
  assert.equal(round.state, "finished");
  assert.equal(round.note, "nothing found");
  assert.deepEqual(round.scans, [{ checkpoint_id: "a", by: "qr", at: all[1]!.made_at, account_id: "me" }]);
  assert.equal(round.patrol_id, undefined);
  assert.equal(made.get("findings")!.get("f")!.ready, false);
});

test("a scan that the server has already is not shown twice", () => {
  const scan = entry("patrol.scan", { patrol_id: "p", checkpoint_id: "a", by: "tap" });
  const base = { state: "started", scans: [{ checkpoint_id: "a", by: "tap", at: new Date(scan.made_at).toISOString(), account_id: "me" }] };
  assert.equal(previews([scan], me, () => base).size, 0);
});

test("once the document has come, it is shown as it came", () => {
  const visit = entry("visit.record", { visit_id: "v", note: "mine" });
  assert.equal(previews([visit], me, () => ({ note: "theirs" })).size, 0);
});

test("an anonymous opinion says nothing of its author or hour", () => {
  const made = previews([entry("opinion.record", { opinion_id: "o", anonymous: true, text: "…", photos: [], recordings: [] })], me, nothing);
  const opinion = made.get("opinions")!.get("o")!;
  assert.deepEqual([opinion.by, opinion.made_at, opinion.received_on, opinion.state], [undefined, undefined, null, "recorded"]);
});

test("a case is raised and moved, and a move that has been overtaken changes nothing", () => {
  const raise = entry("case.raise", { case_id: "c", title: "lamp", category: "facilities", place: {}, urgent: false });
  const raised = previews([raise], me, nothing).get("cases")!.get("c")!;
  assert.deepEqual([raised.state, raised.level, raised.number, raised.timeline.length], ["raised", "grid", null, 1]);
  const base = { state: "handling", level: "estate", timeline: [] };
  const handled = entry("case.advance", { case_id: "c", expects: { state: "handling", level: "estate" }, to: "handled", note: "new bulb" });
  const after = previews([handled], me, () => base).get("cases")!.get("c")!;
  assert.deepEqual([after.state, after.timeline[0].note], ["appraising", "new bulb"]);
  assert.equal(previews([handled], me, () => ({ ...base, state: "closed" })).size, 0);
  const up = entry("case.escalate", { case_id: "c", expects: { state: "handling", level: "estate" }, reason: "beyond us" });
  const escalated = previews([up], me, () => base).get("cases")!.get("c")!;
  assert.deepEqual([escalated.state, escalated.left], ["escalated", { state: "handling", level: "estate" }]);
});

test("more time and a reminder show at once; a second reminder within the hour, and time for a matter that has moved, do not", () => {
  const base = { state: "handling", level: "estate", due_at: "2026-11-24T10:00:00Z", timeline: [] };
  const now = { state: "handling", level: "estate" };
  const extend = entry("case.extend", { case_id: "c", expects: now, due_at: "2026-11-27T10:00:00Z", reason: "parts" });
  const nudge = () => entry("case.nudge", { case_id: "c", note: "please" });
  const after = previews([extend, nudge(), nudge()], me, () => base).get("cases")!.get("c")!;
  assert.equal(after.due_at, "2026-11-27T10:00:00Z");
  assert.deepEqual(after.timeline.map((line: { kind: string; note: string }) => [line.kind, line.note]), [["extend", "parts"], ["nudge", "please"]]);
  assert.equal(previews([extend], me, () => ({ ...base, state: "appraising" })).size, 0);
});

test("what is parked stays in sight; what is refused does not; what is applied waits for the last page", () => {
  const now = "2026-11-24T10:00:00Z";
  const at = (status: Entry["status"], settled_at?: string) => entry("visit.record", {}, { status, settled_at });
  assert.equal(pending(at("parked", now), now), true);
  assert.equal(pending(at("rejected", now), now), false);
  assert.equal(pending(at("declined", now), now), false);
  assert.equal(pending(at("applied", now), null), true);
  assert.equal(pending(at("applied", "2026-11-24T10:00:01Z"), now), true);
  assert.equal(pending(at("applied", now), now), false);
});
