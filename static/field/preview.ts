// What the lists show before the server has answered: documents as the queued commands would make them.
import { subject } from "./settle";
import type { Account, Entry } from "./types";

type Document = Record<string, any>;
export type Base = (collection: string, id: string) => Document | undefined;
export type Previews = Map<string, Map<string, Document>>;

/** Not in the server's documents yet: no outcome, parked, or applied after the last page that left nothing to come. */
export function pending(entry: Entry, complete: string | null): boolean {
  if (entry.status !== "applied") return entry.status === "queued" || entry.status === "sending" || entry.status === "parked";
  return !complete || Date.parse(entry.settled_at ?? "") > Date.parse(complete);
}

const ready = (payload: Document) => ![...(payload.photos ?? []), ...(payload.recordings ?? [])].length;

function made(entry: Entry, me: Account, more: Document): Document {
  return { ...more, by: me.id, made_at: entry.made_at, received_at: null, ready: ready(more) };
}

function without(payload: Document, ...keys: string[]): Document {
  return Object.fromEntries(Object.entries(payload).filter(([key]) => !keys.includes(key)));
}

const step = (entry: Entry, me: Account, kind: string, before: Document, to: string): Document => ({
  at: entry.made_at, kind, by: me.id, role: me.posts[0]?.role ?? "resident", from: before.state ?? null, to,
  level: before.level ?? null, note: entry.payload.note ?? entry.payload.reason ?? "",
});

/** Who raises it starts at the level of their post, as on the server; no ladder is known here for others. */
const LEVEL: Record<string, string> = {
  unit_head: "unit", building_head: "building", grid_worker: "grid", community_staff: "community", street_staff: "street", district_staff: "district",
};

const AFTER: Record<string, string> = { handled: "appraising" };

type Change = (entry: Entry, me: Account, before: Document | undefined) => Document | undefined;

const CHANGES: Record<string, Change> = {
  "patrol.start": (entry, me, before) =>
    before ?? made(entry, me, { ...without(entry.payload, "patrol_id"), state: "started", note: "", finished_at: null, scans: [] }),
  "patrol.scan": ({ payload, made_at }, me, before) => {
    const known = before?.scans?.some((s: Document) => s.checkpoint_id === payload.checkpoint_id && Date.parse(s.at) === Date.parse(made_at));
    const scan = { checkpoint_id: payload.checkpoint_id, by: payload.by, at: made_at, account_id: me.id };
    return before && (known ? before : { ...before, scans: [...(before.scans ?? []), scan] });
  },
  "patrol.finish": ({ payload, made_at }, _, before) =>
    before && { ...before, state: "finished", note: before.finished_at ? before.note : payload.note, finished_at: before.finished_at ?? made_at },
  "patrol.finding": (entry, me, before) => before ?? made(entry, me, { ...without(entry.payload, "finding_id"), case_id: null, state: "recorded" }),
  "visit.record": (entry, me, before) => before ?? made(entry, me, { ...without(entry.payload, "visit_id"), state: "recorded" }),
  "opinion.record": (entry, me, before) => {
    const content = { ...without(entry.payload, "opinion_id"), state: "recorded" };
    if (!entry.payload.anonymous) return before ?? made(entry, me, content);
    return before ?? { ...content, received_on: null, ready: ready(entry.payload) };
  },
  "claim.record": (entry, me, before) =>
    before ?? made(entry, me, { ...without(entry.payload, "claim_id"), state: entry.payload.right === "withdraw" ? "done" : "open", answer: "", settled_at: null }),
  "case.raise": (entry, me, before) => {
    if (before) return before;
    const level = LEVEL[me.posts[0]?.role ?? ""] ?? "estate";
    const base = made(entry, me, { ...without(entry.payload, "case_id"), from: entry.payload.from ?? null, state: "raised", level });
    return {
      ...base, ready: true, number: null, organisation_id: me.posts[0]?.organisation ?? null, left: null, lead: null, assisting: [], due_at: null,
      reporters: 0, anonymous: false, moved_at: entry.made_at, closed_at: null, refer_to: null, settled: null, satisfied: null, attempts: 0,
      timeline: [step(entry, me, "raise", { level }, "raised")],
    };
  },
  "case.advance": (entry, me, before) => {
    if (!before) return undefined;
    const { to, expects } = entry.payload;
    if (before.state !== expects?.state || before.level !== expects?.level) return before; // it has moved on, the server will say stale
    const state = AFTER[to] ?? to;
    const moved = without(entry.payload, "case_id", "expects", "to", "note");
    return { ...before, ...moved, state, moved_at: entry.made_at, timeline: [...(before.timeline ?? []), step(entry, me, "advance", before, to)] };
  },
  "case.escalate": (entry, me, before) => {
    if (!before || before.state !== entry.payload.expects?.state || before.level !== entry.payload.expects?.level) return before;
    const left = before.state === "escalated" ? before.left : { state: before.state, level: before.level };
    const timeline = [...(before.timeline ?? []), step(entry, me, "escalate", before, "escalated")];
    return { ...before, state: "escalated", left, moved_at: entry.made_at, timeline };
  },
  "case.extend": (entry, me, before) => {
    const { expects, due_at } = entry.payload;
    if (!before || before.state !== expects?.state || before.level !== expects?.level) return before;
    return { ...before, due_at, moved_at: entry.made_at, timeline: [...(before.timeline ?? []), step(entry, me, "extend", before, before.state)] };
  },
  // a second one within the hour has no effect
  "case.nudge": (entry, me, before) =>
    !before || before.timeline?.some(({ kind, at }: Document) => kind === "nudge" && Date.parse(entry.made_at) - Date.parse(at) < 3_600_000)
      ? before
      : { ...before, timeline: [...(before.timeline ?? []), step(entry, me, "nudge", before, before.state)] },
  "record.amend": (entry, _, before) => before && { ...before, ...entry.payload.changes, amended_at: entry.made_at },
};

/** `entries` oldest first, pending ones only. */
export function previews(entries: Entry[], me: Account | null, base: Base): Previews {
  const all: Previews = new Map();
  if (!me) return all;
  for (const entry of entries) {
    const about = subject(entry.type, entry.payload);
    const change = CHANGES[entry.type];
    if (!about?.id || !change) continue;
    const mine = all.get(about.collection) ?? new Map<string, Document>();
    const before = mine.get(about.id) ?? base(about.collection, about.id);
    const after = change(entry, me, before);
    if (after && after !== before) all.set(about.collection, mine.set(about.id, after));
  }
  return all;
}
