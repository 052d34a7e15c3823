import assert from "node:assert/strict";
import { test } from "node:test";
import { keepReceipt, sendReceipts } from "../../static/field/receipts";
import { html, json, rig } from "./rig";

const receipt = (id: string, what: "shown" | "opened" = "shown") => ({ id, what, token: "secret", at: "2026-11-24T10:00:00+08:00" });
const left = (it: ReturnType<typeof rig>) => it.phone.journal.read(["receipts"], async (tx) => (await tx.list<any>("receipts")).length);

test("receipts wait for a network, and go without a session", async () => {
  const it = rig();
  await keepReceipt(it.phone, receipt("a"));
  await keepReceipt(it.phone, receipt("a", "opened"));
  it.server.fault = () => Promise.reject(new TypeError());
  await sendReceipts(it.phone);
  it.server.fault = () => html();
  await sendReceipts(it.phone);
  assert.equal(await left(it), 2);
  it.server.fault = null;
  await sendReceipts(it.phone);
  assert.equal(await left(it), 0);
  const { path, body } = it.server.requests.at(-1)!;
  assert.equal(path, "/alerts/a/seen");
  assert.deepEqual(body, { token: "secret", what: "shown", at: "2026-11-24T10:00:00+08:00" });
});

test("a receipt that nobody knows is not sent for ever; one that met trouble is sent again", async () => {
  const it = rig();
  await keepReceipt(it.phone, receipt("a"));
  it.server.fault = () => json(503, { code: "busy" });
  await sendReceipts(it.phone);
  assert.equal(await left(it), 1);
  it.server.fault = () => json(404, { code: "not_found" });
  await sendReceipts(it.phone);
  assert.equal(await left(it), 0);
});
