import assert from "node:assert/strict";
import { test } from "node:test";
import type { Result } from "../../static/field/exchange";
import { pacer } from "../../static/field/pacer";
import { rig } from "./rig";

function paced() {
  const { env, clock } = rig();
  const results: Result[] = [];
  let runs = 0;
  let open = () => {};
  const gate = { wait: Promise.resolve() };
  const pace = pacer(env, async () => (runs++, await gate.wait, results.shift() ?? { kind: "done" }), () => {});
  return {
    clock, pace, results,
    runs: () => runs,
    hold: () => void (gate.wait = new Promise((resolve) => (open = resolve))),
    release: () => open(),
  };
}

const settle = () => new Promise(setImmediate);

test("what calls while an exchange runs is heard after it, once", async () => {
  const it = paced();
  it.hold();
  it.pace.kick();
  it.pace.kick();
  it.pace.kick();
  assert.equal(it.runs(), 1);
  it.release();
  await settle();
  assert.equal(it.runs(), 2);
});

test("without a network it tries again by itself, later and later, and at once when something calls", async () => {
  const it = paced();
  it.results.push(...Array<Result>(8).fill({ kind: "offline" }));
  const waits: number[] = [];
  it.pace.kick();
  for (let i = 0; i < 4; i++) {
    await settle();
    waits.push(it.clock.due[0]!);
    it.clock.pass(it.clock.due[0]!);
  }
  waits.forEach((wait, i) => assert.ok(wait >= 1000 * 2 ** i && wait < 3000 * 2 ** i, String(waits)));
  await settle();
  const before = it.runs();
  it.pace.kick();
  assert.equal(it.runs(), before + 1);
});

test("a server that asks for time gets it, whoever calls", async () => {
  const it = paced();
  it.results.push({ kind: "away", wait: 30_000 });
  it.pace.kick();
  await settle();
  it.pace.kick();
  it.pace.kick(true);
  assert.equal(it.runs(), 1);
  it.clock.pass(29_000);
  it.pace.kick(true);
  assert.equal(it.runs(), 1);
  it.clock.pass(9_000);
  assert.equal(it.runs(), 2);
});

test("a tap goes ahead of our own waiting", async () => {
  const it = paced();
  it.results.push({ kind: "away", wait: 0 });
  it.pace.kick();
  await settle();
  it.pace.kick();
  assert.equal(it.runs(), 1);
  it.pace.kick(true);
  assert.equal(it.runs(), 2);
});

test("a clock that is set back by years holds nothing up", async () => {
  const it = paced();
  it.results.push({ kind: "away", wait: 30_000 });
  it.pace.kick();
  await settle();
  const due = it.clock.due.at(-1)!;
  const back = 20 * 365 * 24 * 3600_000;
  it.clock.setBack(back);
  it.clock.pass(due);
  await settle();
  assert.equal(it.runs(), 2);
});

test("after a push it comes within a minute, and not before its turn", async () => {
  const it = paced();
  it.pace.soon();
  assert.equal(it.runs(), 0);
  it.clock.pass(60_000);
  assert.equal(it.runs(), 1);
});

test("stopped is stopped", async () => {
  const it = paced();
  it.results.push({ kind: "offline" });
  it.pace.kick();
  await settle();
  it.pace.stop();
  it.clock.pass(600_000);
  it.pace.kick(true);
  assert.equal(it.runs(), 1);
});
