import assert from "node:assert/strict";
import { test } from "node:test";
import type { Case } from "../../static/field/parts/docs";
import { mayEscalate, movesOf, myTurn, type Mover } from "../../static/field/parts/moves";
import { isMoreTime, remindersOf } from "../../static/field/parts/reminding";

const GRID = "630102001001001";
const post = (role: string, cells: string[] = [], organisation = "estate") => ({ role, organisation, cells });
const who = (id: string, ...posts: Mover["posts"]): Mover => ({ id, posts });
const secretary = who("secretary", post("secretary"));
const property = who("property", post("property_company"));
const owners = who("owners", post("owners_committee"));
const grid1 = who("grid1", post("grid_worker", [GRID]));
const grid2 = who("grid2", post("grid_worker", ["630102001001002"]));
const resident = who("resident", post("resident"));
const community = who("community", post("community_staff", [], "community"));

const matter = (more: Partial<Case>): Case => ({
  title: "t", category: "other", place: { grid_code: `${GRID}-03-2`, position: null, text: null }, urgent: false, from: null, state: "raised",
  level: "estate", organisation_id: "estate", left: null, lead: null, assisting: [], due_at: null, reporters: 0, anonymous: false, by: "grid1",
  closed_at: null, timeline: [], attempts: 0, ...more,
});
const names = (c: Case, me: Mover) => movesOf(c, me).map((move) => move.name);

test("the micro-complex takes a matter on or says where else it belongs; nobody else does", () => {
  const raised = matter({ state: "raised", level: "grid" });
  assert.deepEqual(names(raised, secretary), ["accept", "decline"]);
  assert.deepEqual(names(raised, grid1), []);
  assert.deepEqual(movesOf(raised, null), []);
});

test("the lead works on it and the helper adds news", () => {
  const c = matter({ state: "handling", lead: "property_company", assisting: ["grid1", "owners_committee"] });
  assert.deepEqual(names(c, property), ["progress", "handled", "giveback"]);
  assert.deepEqual(names(c, owners), ["progress"]);
  assert.deepEqual(names(c, grid1), ["progress"]);
  assert.deepEqual(names(c, grid2), []);
});

test("whoever handled it never says that it is settled", () => {
  const c = matter({ state: "appraising", lead: "grid_worker", by: "grid1" });
  assert.deepEqual(names(c, grid1), []);
  assert.deepEqual(names(c, resident), ["appraise"]);
  assert.deepEqual(names(c, secretary), ["attempt"]);
});

test("after two tries without an answer staff may close it", () => {
  const c = matter({ state: "appraising", lead: "property_company", attempts: 2, by: "resident" });
  assert.deepEqual(names(c, secretary), ["attempt", "conclude"]);
  assert.deepEqual(names(c, grid1), ["attempt", "conclude"]);
});

test("an anonymous voice is answered for by the grid worker of the place", () => {
  const c = matter({ state: "appraising", lead: "property_company", anonymous: true, by: "secretary" });
  assert.deepEqual(names(c, grid1), ["appraise", "attempt"]);
  assert.deepEqual(names(c, grid2), []);
  assert.deepEqual(names(c, secretary), ["attempt"]);
});

test("an upper level answers and sends it back to the state it left", () => {
  const c = matter({ state: "escalated", level: "community", organisation_id: "community", left: { state: "accepted", level: "estate" } });
  assert.deepEqual(movesOf(c, community), [{ name: "answer", to: "accepted" }]);
  assert.deepEqual(names(c, secretary), []);
  assert.ok(mayEscalate(c, community));
  assert.ok(!mayEscalate(c, secretary));
});

test("what came up from a grid may be taken on by the micro-complex or sent back", () => {
  const c = matter({ state: "escalated", level: "estate", left: { state: "raised", level: "grid" } });
  assert.deepEqual(names(c, secretary), ["accept", "decline", "answer"]);
});

test("a try to reach somebody presses nobody", () => {
  const c = matter({ state: "appraising", lead: "property_company", by: "resident" });
  assert.ok(!myTurn(c, secretary));
  assert.ok(myTurn(c, resident));
});

test("a matter climbs from where its person stands, until it is over", () => {
  assert.ok(mayEscalate(matter({ level: "grid" }), grid1));
  assert.ok(!mayEscalate(matter({ level: "grid" }), grid2));
  assert.ok(!mayEscalate(matter({ state: "closed" }), secretary));
  assert.ok(!mayEscalate(matter({ level: "district", organisation_id: "d" }), who("d", post("district_staff", [], "d"))));
});

test("the office reminds, and gives more time, while somebody is at it", () => {
  const c = matter({ state: "handling", lead: "property_company", due_at: "2026-11-24T10:00:00Z" });
  assert.deepEqual(remindersOf(c, secretary), ["nudge", "extend"]);
  assert.deepEqual(remindersOf({ ...c, due_at: null }, secretary), ["nudge"]);
  for (const other of [property, grid1, resident, community, null]) assert.deepEqual(remindersOf(c, other), []);
  const above = { ...c, level: "community", organisation_id: "community" };
  assert.deepEqual([remindersOf(above, community), remindersOf(above, secretary)], [["nudge", "extend"], []]);
  for (const state of ["raised", "escalated", "appraising", "closed"]) assert.deepEqual(remindersOf({ ...c, state }, secretary), []);
  assert.ok(isMoreTime("2126-11-25T10:00:00Z", c) && !isMoreTime("2026-11-24T10:00:00Z", c) && !isMoreTime("2020-01-01T10:00:00Z", c));
});
