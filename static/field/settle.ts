// What the server's answers do to the journal.
import { deviceRow, dropPhotos, JOURNALLED, queuedAgain, voided, type Photo, type Saved } from "./journal";
import type { Store, Tx } from "./store";
import type { Answer, Change, Settled } from "./wire";

function settled(entry: Saved, outcome: Settled, now: string): Saved {
  const { id: _, seq: __, status, code, message, fields, ...detail } = outcome;
  const { was, code: ___, ...before } = entry;
  // Applied, and since a restore it waits: should the server go back once more, it must hear again that it had been applied.
  const kept = status === "parked" && was === "applied" ? { ...before, was } : before;
  const more = { ...(code && { code }), ...(message && { message }), ...(fields && { fields }), ...(Object.keys(detail).length && { detail }) };
  const done: Saved = { ...kept, status, settled_at: now, ...more };
  // Nothing on the phone says whose an anonymous record was; a rejected one stays until its author has dealt with it.
  return (entry.anonymous && status !== "rejected") || code === "erased" ? voided(done) : done;
}

const OWN_ID: Record<string, string> = { patrols: "patrol_id", findings: "finding_id", visits: "visit_id", opinions: "opinion_id", cases: "case_id", claims: "claim_id" };
const COLLECTION: [prefix: string, collection: string][] = [
  ["patrol.finding", "findings"], ["patrol.", "patrols"], ["visit.", "visits"], ["opinion.", "opinions"], ["case.", "cases"],
  ["claim.", "claims"],
];

/** The document that a command makes or moves. */
export function subject(type: string, payload: Record<string, any>): { collection: string; id: string } | null {
  if (type === "record.amend") return { collection: `${payload.kind}s`, id: payload.id };
  const collection = COLLECTION.find(([prefix]) => type.startsWith(prefix))?.[1];
  return collection ? { collection, id: payload[OWN_ID[collection]!] } : null;
}

/** A change that says what became of a parked command, or erases what a person asked to be erased. */
const concernsJournal = (change: Change) => change.erased || change.collection === "commands";

/** What is erased may come in one answer with what was decided about the same record, before or behind it. */
function follow(entry: Saved, changes: Change[]): Saved | null {
  const about = subject(entry.type, entry.payload);
  const gone = changes.some(({ collection, id, erased }) => erased && about?.id === id && about.collection === collection);
  if (!gone || !(entry.status || entry.was)) return decided(entry, changes);
  return voided(decided(entry, changes.filter(({ doc }) => doc)) ?? entry);
}

/** Refused for good, whatever a restore brings back: what is decided under its id is another record, or one that is deleted. */
const ANOTHER = new Set(["id_reused", "erased"]);

function decided(entry: Saved, changes: Change[]): Saved | null {
  for (const { collection, id, doc } of changes) {
    if (collection !== "commands" || id !== entry.id || !entry.status || entry.status === doc?.status) continue;
    // Decided, and shown for a month, while this phone was away: it asks once more, and hears the outcome.
    if (!doc && entry.status === "parked") return queuedAgain(entry);
    if (!doc || (entry.status === "rejected" && ANOTHER.has(entry.code ?? ""))) continue;
    // It had been settled, and then the server went back to a time when it was not. Should it go back once more, to before it
    // came, it must hear that it had been applied.
    const had = entry.status === "applied" && { was: "applied" as const };
    if (doc.status === "parked") return { ...entry, ...had, status: "parked", code: doc.code, message: undefined, dealt: undefined };
    const settled_at = doc.settled_at ?? entry.settled_at;
    // Decided for the first time, or anew, where a restore took back what was decided before and this phone was away.
    if (doc.status === "applied") return { ...entry, status: "applied", settled_at, code: undefined, message: undefined, dealt: undefined };
    if (doc.status === "declined") return { ...entry, status: "declined", code: doc.code, message: doc.reason ?? doc.message, settled_at };
  }
  return null;
}

/** The entries that an answer changed, or that it may be any; and whether a number of this device means another command at the server. */
interface Absorbed {
  changed: Saved[] | "all" | null;
  clash: boolean;
}

/** Outcomes, decisions about parked commands and erasures of one answer, in one transaction, before its documents are kept. */
export async function absorb(store: Store, account: string, device: string, answer: Pick<Answer, "outcomes" | "changes" | "now">): Promise<Absorbed> {
  const changes = answer.changes.filter(concernsJournal);
  if (!answer.outcomes.length && !changes.length) return { changed: null, clash: false };
  const changed: Saved[] = [];
  let all = changes.length > 0;
  let clash = false;
  await store.write(JOURNALLED, async (tx) => {
    for (const outcome of answer.outcomes) {
      const entry = await tx.get<Saved>("entries", [device, outcome.seq]);
      if (entry?.id !== outcome.id) continue;
      if (outcome.code === "id_reused" && outcome.taken === "seq") {
        // The phone's storage went back: under this number the server knows what is gone here. The record is none the worse
        // for it, and is sent under the number of another device.
        clash = true;
        continue;
      }
      const next = settled(entry, outcome, answer.now);
      tx.put("entries", next);
      changed.push(next);
      if (outcome.code === "erased") {
        all = true;
        await dropPhotos(tx, account, entry.id);
      }
    }
    if (changes.length) await followAll(tx, account, changes);
  });
  return { changed: all ? "all" : changed, clash };
}

async function followAll(tx: Tx, account: string, changes: Change[]): Promise<void> {
  const { device } = await deviceRow(tx, account);
  for (const entry of await tx.list<Saved>("entries", [device])) {
    const next = follow(entry, changes);
    if (next) tx.put("entries", next);
    if (next?.type === "void") await dropPhotos(tx, account, entry.id);
  }
}

/**
 * The server has lost what it had answered: everything from that number on is queued again, with the status it had.
 * Their photos are asked for again. Answers how many entries that were.
 */
export function rewind(store: Store, account: string, from: number): Promise<number> {
  return store.write(JOURNALLED, async (tx) => {
    const { device } = await deviceRow(tx, account);
    const lost = (await tx.list<Saved>("entries", [device], { from: [device, from] })).filter((entry) => entry.status);
    for (const entry of lost) tx.put("entries", queuedAgain(entry));
    const ids = new Set(lost.map((entry) => entry.id));
    await sendAgain(tx, account, (photo) => photo.of.some((id) => ids.has(id)));
    return lost.length;
  });
}

/** How long the server shows what became of a parked command is 30 days; a day less, since clocks and nights differ. */
const SHOWN_MS = 29 * 24 * 3600_000;

/**
 * The server may have gone back to a time from which it knows another outcome of what was parked here, of what the desk had
 * declined, or of what was refused (a backup of before one restore may be put in place after it): what it does not show so is
 * asked for once more, and the stored outcome comes. Answers how many entries that were. Of an anonymous record nothing is
 * shown to anybody.
 *
 * The last one that the server says it knows is handed in again with them, unless it is anonymous or was `heard` of just now:
 * where this phone's storage went back, too, in between, the server may know another command under its number (`id_reused`), and
 * lacks what is here.
 */
export function askAgain(store: Store, account: string, shown: Set<string>, heard: Set<string> | null, { last_seq, now }: Answer): Promise<number> {
  const expected = ({ status, code, settled_at }: Saved) =>
    status === "parked" || (status === "rejected" && !ANOTHER.has(code ?? "")) ||
    (status === "declined" && Date.parse(now) - Date.parse(settled_at ?? "") < SHOWN_MS);
  return store.write(JOURNALLED, async (tx) => {
    const { device } = await deviceRow(tx, account);
    const entries = await tx.list<Saved>("entries", [device]);
    const last = heard && entries.filter(({ id, seq, status, anonymous }) => seq <= last_seq && status && !anonymous && !heard.has(id)).pop();
    const unknown = entries.filter((entry) => expected(entry) && entry.type !== "void" && !shown.has(entry.id));
    if (last && !unknown.includes(last)) unknown.push(last);
    for (const entry of unknown) tx.put("entries", queuedAgain(entry));
    return unknown.length;
  });
}

async function sendAgain(tx: Tx, account: string, wanted: (photo: Photo) => boolean): Promise<void> {
  for (const photo of await tx.list<Photo>("blobs", [account])) {
    if (photo.state === "sent" && wanted(photo)) tx.put("blobs", { ...photo, state: "waiting", tries: photo.tries + 1 });
  }
}

/** A document that is not ready lacks bytes which this phone may still have. */
export async function sendMissing(store: Store, account: string, changes: Change[]): Promise<void> {
  const missing = new Set(changes.filter(({ doc }) => doc?.ready === false).flatMap(({ doc }) => [doc!.photos, doc!.recordings].flat()));
  if (missing.size) await store.write(["blobs"], (tx) => sendAgain(tx, account, (photo) => missing.has(photo.sha256)));
}

