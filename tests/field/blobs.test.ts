import assert from "node:assert/strict";
import { test } from "node:test";
import type { Photo } from "../../static/field/journal";
import { html, json, signedIn, type Rig } from "./rig";

const ME = "account-of-grid1";
const photo = (size: number) => new Blob(["x".repeat(size)], { type: "image/webp" });
const photos = (it: Rig) => it.phone.journal.read(["blobs"], (tx) => tx.list<Photo>("blobs", [ME]));
const sent = (it: Rig) => it.server.requests.filter(({ path }) => path.startsWith("/sync/"));

test("commands go first, photos after, smallest first, and then what they made ready", async () => {
  const it = await signedIn();
  await it.record({}, { blobs: [photo(300), photo(10)] });
  await it.record({}, { blobs: [photo(200)] });
  await it.exchange();
  assert.deepEqual(sent(it).map(({ method }) => method), ["POST", "PUT", "PUT", "PUT", "POST"]);
  const sizes = sent(it).slice(1, 4).map(({ body }) => (body as ArrayBuffer).byteLength);
  assert.deepEqual(sizes, [10, 200, 300]);
  assert.deepEqual((await photos(it)).map(({ state }) => state), ["sent", "sent", "sent"]);
});

test("a record made while photos go does not wait for them", async () => {
  const it = await signedIn();
  await it.record({}, { blobs: [photo(1), photo(2)] });
  let once = true;
  it.server.after = async (_path, init) => {
    if (init?.method === "PUT" && once) {
      once = false;
      await it.record();
    }
    return undefined;
  };
  await it.exchange();
  assert.deepEqual(sent(it).map(({ method }) => method), ["POST", "PUT", "POST", "PUT", "POST"]);
});

test("a cut upload is asked after, and sent again only where it is missing", async () => {
  const it = await signedIn();
  await it.record({}, { blobs: [photo(1)] });
  it.server.after = (_path, init) => (init?.method === "PUT" ? Promise.reject(new TypeError()) : undefined);
  assert.deepEqual(await it.exchange(), { kind: "offline" });
  it.server.after = null;
  await it.exchange();
  assert.deepEqual(sent(it).filter(({ path }) => path.includes("blobs")).map(({ method }) => method), ["PUT", "HEAD"]);
  assert.equal((await photos(it))[0]!.state, "sent");
});

test("a page that answers the question after a photo is not believed", async () => {
  const it = await signedIn();
  await it.record({}, { blobs: [photo(1)] });
  it.server.fault = (_path, init) => (init?.method === "PUT" ? Promise.reject(new TypeError()) : undefined);
  await it.exchange();
  it.server.fault = (_path, init) => (init?.method === "HEAD" ? new Response(null, { headers: { "Content-Type": "text/html" } }) : undefined);
  await it.exchange();
  assert.equal(it.server.state.blobs.length, 1);
});

test("a portal that says 200 to everything has got no photo", async () => {
  const it = await signedIn();
  await it.record({}, { blobs: [photo(1)] });
  for (const answer of [() => json(200, {}), () => json(201, { sha256: "another" }), () => new Response("OK"), () => new Response(null, { status: 204 })]) {
    it.server.fault = (_path, init) => (["PUT", "HEAD"].includes(init?.method ?? "") ? answer() : undefined);
    assert.deepEqual(await it.exchange(), { kind: "offline" });
    assert.deepEqual((await photos(it)).map(({ state }) => state), ["waiting"]);
  }
  it.server.fault = null;
  assert.deepEqual(await it.exchange(), { kind: "done" });
  assert.equal(it.server.state.blobs.length, 1);
});

test("a final refusal shows on the record; a portal's does not", async () => {
  const it = await signedIn();
  await it.record({}, { blobs: [photo(1)] });
  it.server.fault = (_path, init) => (init?.method === "PUT" ? html(200) : undefined);
  assert.deepEqual(await it.exchange(), { kind: "offline" });
  it.server.fault = (_path, init) => (init?.method === "PUT" ? html(413) : undefined);
  assert.equal((await it.exchange()).kind, "away");
  assert.equal((await photos(it))[0]!.state, "waiting");
  it.server.fault = (_path, init) => (init?.method === "PUT" ? json(415, { code: "blob.format" }) : undefined);
  assert.deepEqual(await it.exchange(), { kind: "done" });
  const [refused] = await photos(it);
  assert.deepEqual([refused!.state, refused!.code], ["refused", "blob.format"]);
});

test("bytes that were maimed on the way are sent again; bytes that are broken on the phone are not", async () => {
  const it = await signedIn();
  await it.record({}, { blobs: [photo(1)] });
  const refuse = (_path: string, init?: RequestInit) => (init?.method === "PUT" ? json(422, { code: "digest" }) : undefined);
  it.server.fault = refuse;
  for (let i = 0; i < 4; i++) assert.equal((await it.exchange()).kind, "away");
  it.server.fault = null;
  assert.deepEqual(await it.exchange(), { kind: "done" });
  assert.equal((await photos(it))[0]!.state, "sent");

  await it.record({}, { blobs: [photo(2)] });
  const [, broken] = (await photos(it)).sort((a, b) => a.size - b.size);
  await it.phone.journal.write(["bytes"], async (tx) => tx.put("bytes", { account: ME, sha256: broken!.sha256, bytes: new ArrayBuffer(2) }));
  it.server.fault = refuse;
  assert.deepEqual(await it.exchange(), { kind: "done" });
  const refused = (await photos(it)).find(({ sha256 }) => sha256 === broken!.sha256)!;
  assert.deepEqual([refused.state, refused.code], ["refused", "digest"]);
});
