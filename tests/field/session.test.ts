import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceOf } from "../../static/field/devices";
import { me } from "../../static/field/documents";
import { list } from "../../static/field/journal";
import { activate, leave, refresh, signIn, signOut } from "../../static/field/session";
import { Problem } from "../../static/field/types";
import { html, json, rig, signedIn, type Rig } from "./rig";

const offline = () => Promise.reject(new TypeError("Failed to fetch"));
const devices = (it: Rig, path = "/auth/sign-in") => it.server.requests.filter((r) => r.path === path).map(({ device }) => device);

test("the same login on the same phone keeps its device, also when an answer was lost", async () => {
  const it = rig();
  it.server.after = offline;
  await assert.rejects(signIn(it.phone, "grid1", "right"), { code: "offline" });
  it.server.after = null;
  await assert.rejects(signIn(it.phone, "grid1", "wrong"), { code: "credentials" });
  await signIn(it.phone, " Grid1 ", "right");
  await signOut(it.phone);
  await signIn(it.phone, "grid1", "right");
  assert.equal(new Set(devices(it)).size, 1);
});

test("two people on one phone are two devices, and nothing is sent under the other's name", async () => {
  const it = await signedIn();
  const { id } = await it.record({ note: "mine" });
  it.server.publish("visits", "shown to the first", {});
  it.server.fault = (path) => (path === "/sync/exchange" ? json(503, { code: "busy" }) : undefined);
  await it.exchange();
  it.server.fault = null;
  await signIn(it.phone, "grid2", "right");
  await it.exchange();
  const { body } = it.server.exchanges().at(-1)!;
  assert.deepEqual([body.account, body.commands], ["account-of-grid2", []]);
  assert.notEqual(body.device, devices(it)[0]);
  assert.deepEqual(it.server.applied(), []);
  await signIn(it.phone, "grid1", "right");
  await it.exchange();
  assert.deepEqual(it.server.applied(), [id]);
});

test("who comes next sees nothing of who was here", async () => {
  const it = await signedIn();
  it.server.publish("visits", "private", {});
  await it.record();
  await it.exchange();
  it.server.state.feed = [];
  await signIn(it.phone, "grid2", "right");
  assert.deepEqual(await it.docs(), []);
  assert.equal((await me(it.phone.documents))!.me.account.id, "account-of-grid2");
  assert.deepEqual((await list(it.phone.journal, "account-of-grid1")).entries, []); // applied
  assert.equal((await deviceOf(it.phone.journal, "account-of-grid1"))!.last, 1); // but its counter stays
});

test("signing out keeps what is unsent for the same account", async () => {
  const it = await signedIn();
  const sent = await it.record();
  await it.exchange();
  const unsent = await it.record();
  await signOut(it.phone);
  assert.equal(it.server.session, null);
  assert.deepEqual(await it.docs(), []);
  const { entries } = await list(it.phone.journal, "account-of-grid1");
  assert.deepEqual(entries.map(({ id }) => id), [unsent.id]);
  await signIn(it.phone, "grid1", "right");
  await it.exchange();
  assert.deepEqual(it.server.applied(), [sent.id, unsent.id]);
});

test("a sign-out without a network is told to the server later", async () => {
  const it = await signedIn();
  it.server.fault = offline;
  await signOut(it.phone);
  assert.notEqual(it.server.session, null);
  it.server.fault = () => html();
  await leave(it.phone);
  it.server.fault = null;
  await leave(it.phone);
  assert.equal(it.server.session, null);
  const asked = it.server.requests.length;
  await leave(it.phone);
  assert.equal(it.server.requests.length, asked);
});

test("after an invitation the login name finds the account's journal again", async () => {
  const it = rig();
  await activate(it.phone, "grid1", "right");
  const first = await it.record();
  await signOut(it.phone);
  await signIn(it.phone, "grid1", "right");
  const second = await it.record();
  await it.exchange();
  assert.deepEqual([first.seq, second.seq], [1, 2]);
  assert.equal(it.server.exchanges()[0]!.device, devices(it, "/auth/activate")[0]);
  await activate(it.phone, "grid2", "right");
  assert.equal(new Set(devices(it, "/auth/activate")).size, 2);
});

test("a device that the server does not take: the same once more, then a new one", async () => {
  const it = await signedIn();
  const { id } = await it.record();
  const [old] = devices(it);
  it.server.fault = (path, init) =>
    path === "/sync/exchange" && new Headers(init?.headers).get("X-Silian-Device") === old ? json(403, { code: "device" }) : undefined;
  assert.deepEqual(await it.exchange(), { kind: "signin" });
  await signIn(it.phone, "grid1", "right");
  assert.equal(devices(it).at(-1), old); // another sign-in in this browser had replaced the session
  assert.deepEqual(await it.exchange(), { kind: "signin" });
  await signIn(it.phone, "grid1", "right");
  assert.notEqual(devices(it).at(-1), old);
  await it.exchange();
  assert.deepEqual(it.server.applied(), [id]);
});

test("a device that belongs to somebody else at sign-in is replaced at once", async () => {
  const it = rig();
  let taken: string | null = null;
  it.server.fault = (_path, init) => {
    const device = new Headers(init?.headers).get("X-Silian-Device");
    taken ??= device;
    return device === taken ? json(403, { code: "device" }) : undefined;
  };
  await signIn(it.phone, "grid1", "right");
  assert.notEqual((await deviceOf(it.phone.journal, "account-of-grid1"))!.device, taken);
});

test("refusals carry the server's words, and a portal's page is no network", async () => {
  const it = rig();
  it.server.fault = () => json(429, { code: "too_many_tries", message: "later" }, { "Retry-After": "30" });
  await assert.rejects(signIn(it.phone, "grid1", "right"), (error) => {
    assert.ok(error instanceof Problem);
    assert.deepEqual([error.code, error.message, error.retryAfter], ["too_many_tries", "later", 30_000]);
    return true;
  });
  it.server.fault = () => html();
  await assert.rejects(signIn(it.phone, "grid1", "right"), { code: "offline" });
  it.server.fault = () => json(200, { ok: true });
  await assert.rejects(signIn(it.phone, "grid1", "right"), { code: "offline" });
});

test("/auth/me brings what has changed, and tells when the session is over", async () => {
  const it = await signedIn();
  assert.equal((await refresh(it.phone))!.account.id, "account-of-grid1");
  it.server.session = null;
  assert.equal(await refresh(it.phone), null);
  it.server.fault = offline;
  assert.equal(await refresh(it.phone), undefined);
  it.server.fault = () => html(401);
  assert.equal(await refresh(it.phone), undefined);
});

test("a login under another name goes on in the account's journal", async () => {
  const it = await signedIn();
  const [device] = devices(it);
  await signIn(it.phone, "also-grid1", "right");
  await it.record();
  await it.exchange();
  assert.equal(it.server.exchanges()[0]!.device, device);
});
