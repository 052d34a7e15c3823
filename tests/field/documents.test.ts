import assert from "node:assert/strict";
import { test } from "node:test";
import { positionOf } from "../../static/field/documents";
import type { Store } from "../../static/field/store";
import { signedIn, type Rig } from "./rig";

const ME = "account-of-grid1";
const position = (it: Rig) => positionOf(it.phone.documents, ME);

/** A phone that holds documents 1 to 4 in pages of two. */
async function filled(): Promise<Rig> {
  const it = await signedIn();
  it.server.page = 2;
  for (const id of ["a", "b", "c", "d"]) it.server.publish("visits", id, { note: id });
  await it.exchange();
  return it;
}

/** The n-th put into `store` fails from now on; what it answers mends it. */
function breakPut(store: Store, name: string, n: number): () => void {
  const real = store.write;
  store.write = (stores, work) =>
    real(stores, (tx) =>
      work({
        ...tx,
        put(into, value) {
          if (into === name && --n === 0) throw new DOMException("full", "QuotaExceededError");
          tx.put(into, value);
        },
      }),
    );
  return () => (store.write = real);
}

test("pages follow one another until there is no more", async () => {
  const it = await filled();
  assert.deepEqual(await it.docs(), ["a", "b", "c", "d"]);
  assert.equal(it.server.exchanges().length, 2);
  it.server.publish("visits", "b", { note: "new" });
  it.server.publish("visits", "c", null);
  await it.exchange();
  assert.deepEqual(await it.docs(), ["a", "b", "d"]);
});

test("a document and the cursor after it are kept together or not at all", async () => {
  for (const [name, n] of [["documents", 2], ["meta", 1]] as const) {
    const it = await filled();
    for (const id of ["e", "f"]) it.server.publish("visits", id, {});
    const before = await position(it);
    const mend = breakPut(it.phone.documents, name, n);
    await assert.rejects(it.exchange(), { code: "phone_full" });
    mend();
    assert.deepEqual(await it.docs(), ["a", "b", "c", "d"], name);
    assert.deepEqual(await position(it), before, name);
    await it.exchange();
    assert.deepEqual(await it.docs(), ["a", "b", "c", "d", "e", "f"]);
  }
});

test("what a kill leaves between outcome and documents comes again", async () => {
  const it = await filled();
  const { id, payload } = await it.record();
  const mend = breakPut(it.phone.documents, "meta", 1);
  await assert.rejects(it.exchange());
  mend();
  assert.equal((await it.entries())[0]!.status, "applied");
  await it.exchange();
  assert.ok((await it.docs()).includes(payload.visit_id));
  assert.deepEqual(it.server.applied(), [id]);
});

test("a sweep takes what the server no longer shows, with the last page", async () => {
  const it = await filled();
  it.server.state.feed = it.server.state.feed.filter(({ id }) => id !== "b");
  it.server.reset = "sweep";
  it.server.after = (path) => (path === "/sync/exchange" && it.server.exchanges().length === 4 ? Promise.reject(new TypeError()) : undefined);
  await it.exchange();
  assert.deepEqual(await it.docs(), ["a", "b", "c", "d"]); // the first page came, the last did not
  assert.equal((await position(it)).sweeping, true);
  it.server.after = null;
  await it.exchange();
  assert.deepEqual(await it.docs(), ["a", "c", "d"]);
  assert.equal((await position(it)).sweeping, false);
});

test("a wipe takes all with the first page", async () => {
  const it = await filled();
  it.server.reset = "wipe";
  it.server.after = (path) => (path === "/sync/exchange" && it.server.exchanges().length === 4 ? Promise.reject(new TypeError()) : undefined);
  await it.exchange();
  assert.deepEqual(await it.docs(), ["a", "b"]);
  it.server.after = null;
  await it.exchange();
  assert.deepEqual(await it.docs(), ["a", "b", "c", "d"]);
});

test("a reset leaves journal and queue alone", async () => {
  const it = await filled();
  await it.record();
  it.server.reset = "wipe";
  await it.exchange();
  assert.equal((await it.entries()).length, 1);
});

test("a page that comes after a sign-out is not kept", async () => {
  const it = await filled();
  it.server.publish("visits", "late", {});
  const { signOut } = await import("../../static/field/session");
  it.server.after = async (path) => {
    if (path === "/sync/exchange") await signOut(it.phone);
    return undefined;
  };
  await it.exchange();
  assert.deepEqual(await it.docs(), []);
  assert.deepEqual(await it.phone.documents.read(["meta"], (tx) => tx.list("meta")), []);
});

test("a document that is not ready gets the bytes that are here", async () => {
  const it = await signedIn();
  const { sha256 } = await import("../../static/field/photo");
  const photo = new Blob(["picture"], { type: "image/webp" });
  const digest = await sha256(await photo.arrayBuffer());
  await it.record({ photos: [digest] }, { blobs: [photo] });
  await it.exchange();
  assert.deepEqual(it.server.state.blobs, [digest]);
  it.server.state.blobs = [];
  it.server.publish("visits", "restored", { photos: [digest], ready: false });
  await it.exchange();
  assert.deepEqual(it.server.state.blobs, [digest]);
  const methods = it.server.requests.filter(({ path }) => path.startsWith("/sync/blobs")).map(({ method }) => method);
  assert.deepEqual(methods, ["PUT", "HEAD", "PUT"]); // asked before it is sent again
});

test("a photo that the server lost, though nothing that this phone has read changed, is asked for within the hour", async () => {
  const it = await signedIn();
  const { sha256 } = await import("../../static/field/photo");
  const [photo, other] = ["picture", "another"].map((text) => new Blob([text], { type: "image/webp" }));
  const [digest, elsewhere] = await Promise.all([photo!, other!].map(async (blob) => sha256(await blob.arrayBuffer())));
  await it.record({ photos: [digest, elsewhere] }, { blobs: [photo!] });
  await it.exchange();
  const { cursor } = await it.phone.documents.read(["meta"], (tx) => tx.get<any>("meta", ["position"]));
  it.server.state.blobs = [];
  await it.exchange();
  assert.deepEqual(it.server.state.blobs, []);
  it.phone.pace.pruned -= 3600_001;
  await it.exchange();
  assert.deepEqual(it.server.state.blobs, [digest]);
  assert.equal((await it.phone.documents.read(["meta"], (tx) => tx.get<any>("meta", ["position"]))).cursor, cursor);
  const asked = it.server.requests.length;
  await it.exchange();
  assert.equal(it.server.requests.length, asked + 1); // still not ready for want of the other one: not asked again and again
});
