import assert from "node:assert/strict";
import { test } from "node:test";
import { dropShared, keepShared, sharedFiles } from "../../static/field/shared";
import { rig, signedIn } from "./rig";

const ME = "account-of-grid1";
const photos = (n: number) => Array.from({ length: n }, (_, i) => new Blob([`photo ${i}`], { type: "image/jpeg" }));

test("what was shared waits for its person, six at most, until the form has kept it", async () => {
  const it = await signedIn();
  await keepShared(it.phone, photos(8));
  assert.equal((await sharedFiles(it.phone, ME)).length, 6);
  assert.equal((await sharedFiles(it.phone, ME)).length, 6);
  await dropShared(it.phone);
  assert.deepEqual(await sharedFiles(it.phone, ME), []);
});

test("another person on the phone never gets it, and a day later nobody does", async () => {
  const it = await signedIn();
  await keepShared(it.phone, photos(1));
  assert.deepEqual(await sharedFiles(it.phone, "account-of-grid2"), []);
  assert.deepEqual(await sharedFiles(it.phone, ME), []);
  await keepShared(it.phone, photos(1));
  it.clock.pass(25 * 3600_000);
  assert.deepEqual(await sharedFiles(it.phone, ME), []);
});

test("shared while nobody is signed in, it is for whoever signs in next", async () => {
  const it = rig();
  await keepShared(it.phone, photos(1));
  assert.equal((await sharedFiles(it.phone, ME)).length, 1);
});
