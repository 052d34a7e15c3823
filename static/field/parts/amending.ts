/* What its author may still put right, and what of it (PROTOCOL: within seven days, counted between receipts). */
import { get, type Entry } from "../engine";
import { now } from "../words";
import type { Finding, Opinion, Visit } from "./docs";
import { me } from "./me";

export type Kind = "finding" | "opinion" | "visit";
export type Recorded = Finding & Opinion & Visit;
const DAYS = 7;
const KINDS: Record<string, Kind> = { "patrol.finding": "finding", "opinion.record": "opinion", "visit.record": "visit" };
export const isKind = (word: string): word is Kind => Object.values(KINDS).includes(word as Kind);

export const recordOf = (kind: Kind, id: string) => get<Recorded>(`${kind}s`, id).value?.doc;

/** Mine, here, and young enough; an anonymous one has no author. */
export const mayAmend = (doc: Recorded | undefined): doc is Recorded =>
  Boolean(doc && doc.by === me() && !doc.anonymous && doc.received_at && now.value - Date.parse(doc.received_at) < DAYS * 86_400_000);

/** Where a sent record is put right: `amend/<kind>/<id>`. */
export function amendPath({ type, status, payload }: Entry): string[] | null {
  const kind = KINDS[type];
  const id = kind && (payload[`${kind}_id`] as string | undefined);
  return kind && id && status === "applied" && mayAmend(recordOf(kind, id)) ? ["amend", kind, id] : null;
}
