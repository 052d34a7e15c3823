// A PIN is good on the phone that keeps its secret; an answer that got lost on the way costs nobody a second invitation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { forgetAll } from "../../static/field/retention";
import { activateByPin, digits, easy, known, signInByPin } from "../../static/field/pins";
import { signOut } from "../../static/field/session";
import { json, rig, type Rig } from "./rig";

/** What the server does with PINs: an invitation is good once, and a secret opens with its own digits. */
function pinned(it: Rig): Map<string, string> {
  const pins = new Map<string, string>();
  it.server.fault = (path, init, body: any) => {
    if (path === "/auth/activate" && pins.size) return json(410, { code: "used" });
    if (path === "/auth/activate") pins.set(body.secret, body.pin);
    else if (path === "/auth/pin" && !pins.has(body.secret)) return json(403, { code: "pin_elsewhere" });
    else if (path === "/auth/pin" && pins.get(body.secret) !== body.pin) return json(401, { code: "wrong_pin" });
    else if (path !== "/auth/pin") return undefined;
    const device = new Headers(init?.headers).get("X-Silian-Device")!;
    it.server.session = { account: "account-of-newcomer", device };
    const account = { id: "account-of-newcomer", name: "newcomer", login: "Newcomer", language: "zh", posts: [] };
    return json(200, { account, csrf: "csrf", push: { public_key: "AAAA" }, limits: {}, time_zone: "Asia/Shanghai" });
  };
  return pins;
}

test("digits as keyboards and pastes give them; and what is too easy", () => {
  assert.deepEqual(["３１４１５９", " 314 159\n", "314-159-2"].map(digits), ["314159", "314159", "314159"]);
  const all = ["111111", "123456", "987654", "890123", "121212", "123123", "112233", "314159", "192837"];
  assert.deepEqual(all.filter(easy), all.slice(0, 7));
});

test("the same person on the same phone keeps device, numbers and queue", async () => {
  const it = rig();
  pinned(it);
  await activateByPin(it.phone, "a code", "314159");
  const first = await it.record();
  await signOut(it.phone);
  const [whose] = await known(it.phone);
  await assert.rejects(signInByPin(it.phone, whose!, "271828"), { code: "wrong_pin" });
  await signInByPin(it.phone, whose!, "314159");
  const second = await it.record();
  await it.exchange();
  assert.deepEqual([first.seq, second.seq], [1, 2]);
  assert.equal(new Set(it.server.requests.map(({ device }) => device)).size, 1);
});

test("the answer to an invitation got lost: the same digits come in all the same, others do not", async () => {
  const it = rig();
  pinned(it);
  const reached = it.server.fault!;
  it.server.fault = async (...request) => {
    await reached(...request);
    throw new TypeError("the answer got lost");
  };
  await assert.rejects(activateByPin(it.phone, "a code", "314159"), { code: "offline" });
  it.server.fault = reached;
  await assert.rejects(activateByPin(it.phone, "a code", "271828"), { code: "used" });
  assert.equal((await activateByPin(it.phone, "a code", "314159")).account.id, "account-of-newcomer");
  assert.deepEqual((await known(it.phone)).map(({ login }) => login), ["newcomer"]);
});

test("a PIN that the server knows no more is forgotten here, and a suspended person's too", async () => {
  const it = rig();
  const pins = pinned(it);
  await activateByPin(it.phone, "a code", "314159");
  const [whose] = await known(it.phone);
  pins.clear();
  await assert.rejects(signInByPin(it.phone, whose!, "314159"), { code: "pin_elsewhere" });
  assert.deepEqual(await known(it.phone), []);
  await activateByPin(it.phone, "another", "314159");
  await forgetAll(it.phone.journal, "account-of-newcomer");
  assert.deepEqual(await known(it.phone), []);
});
