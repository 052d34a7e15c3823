// How long the journal keeps what the server has answered.
import type { Device } from "./devices";
import { dropPhotos, JOURNALLED, voided, type Photo, type Saved } from "./journal";
import type { Store, Tx } from "./store";

const KEPT_MS = 30 * 24 * 3600_000;

/** Counted by the server's clock, between its answer then and its `now`. */
function spent(entry: Saved, now: number): boolean {
  const old = now - Date.parse(entry.settled_at ?? "") > KEPT_MS;
  if (entry.status === "rejected") return !!entry.dealt;
  return old && (entry.status === "applied" || entry.status === "declined");
}

async function drop(tx: Tx, entry: Saved): Promise<void> {
  tx.remove("entries", [entry.device, entry.seq]);
  await dropPhotos(tx, entry.account, entry.id);
}

/**
 * Removes what is past its time. Entries go from the front only, so that the journal has no hole: a restored server asks
 * for every number from the lowest that we say we hold.
 */
export function prune(store: Store, account: string, now: number): Promise<void> {
  return store.write(JOURNALLED, async (tx) => {
    const row = await tx.get<Device>("devices", [account]);
    if (!row) return;
    const entries = await tx.list<Saved>("entries", [row.device]);
    const kept = entries.findIndex((entry) => !spent(entry, now));
    for (const entry of kept < 0 ? entries : entries.slice(0, kept)) await drop(tx, entry);
  });
}

/** The phone is full: photos that the server has go first. Answers whether that made room. */
export function makeRoom(store: Store, account: string): Promise<boolean> {
  return store.write(JOURNALLED, async (tx) => {
    const sent = (await tx.list<Photo>("blobs", [account])).filter((photo) => photo.state === "sent");
    for (const photo of sent) for (const kind of ["blobs", "bytes"]) tx.remove(kind, [account, photo.sha256]);
    return sent.length > 0;
  });
}

/** Signing out: applied entries lose their content, and are gone where they leave no hole. Photos not yet sent stay. */
export function forgetApplied(store: Store, account: string): Promise<void> {
  return store.write(JOURNALLED, async (tx) => {
    const row = await tx.get<Device>("devices", [account]);
    if (!row) return;
    let front = true;
    for (const entry of await tx.list<Saved>("entries", [row.device])) {
      front &&= entry.status === "applied";
      if (front) tx.remove("entries", [entry.device, entry.seq]);
      else if (entry.status === "applied") tx.put("entries", voided(entry));
    }
    for (const photo of await tx.list<Photo>("blobs", [account])) {
      if (photo.state === "sent") for (const kind of ["blobs", "bytes"]) tx.remove(kind, [account, photo.sha256]);
    }
  });
}

/** A suspended person has handed everything over: nothing of theirs stays. */
export function forgetAll(store: Store, account: string): Promise<void> {
  return store.write([...JOURNALLED, "logins", "drafts", "notes"], async (tx) => {
    const row = await tx.get<Device>("devices", [account]);
    if (row) tx.remove("entries", [row.device]);
    for (const kind of ["blobs", "bytes", "devices", "drafts"]) tx.remove(kind, [account]);
    tx.remove("notes", [`pin/${account}`]);
    for (const login of await tx.list<{ login: string; account?: string }>("logins")) {
      if (login.account === account) tx.remove("logins", [login.login]);
    }
  });
}
