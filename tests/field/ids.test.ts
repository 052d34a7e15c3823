import assert from "node:assert/strict";
import { test } from "node:test";
import { stamp, uuid4, uuid7 } from "../../static/field/ids";
import { rig } from "./rig";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-([47])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("ids are UUIDs of their version, and those of version 7 sort by time", () => {
  const { env, clock } = rig();
  const earlier = uuid7(env);
  clock.now += 1;
  const later = uuid7(env);
  assert.equal(UUID.exec(earlier)![1], "7");
  assert.equal(UUID.exec(uuid4(env))![1], "4");
  assert.ok(earlier.slice(0, 13) < later.slice(0, 13));
  assert.equal(parseInt(later.replaceAll("-", "").slice(0, 12), 16), clock.now);
});

test("a stamp says the phone's own time, and the same moment", () => {
  const ms = Date.parse("2026-11-24T10:00:00.123Z");
  assert.equal(Date.parse(stamp(ms)), ms);
  assert.match(stamp(ms), /^2026-11-2\dT\d\d:\d\d:00\.123[+-]\d\d:\d\d$/);
});
