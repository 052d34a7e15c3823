/* A journal entry in words: what was done, where, and when. */
import { get, type Entry } from "../engine";
import { cap, t, tCode, when } from "../words";
import { categoryWord } from "./choices";
import type { Case, Checkpoint, Route } from "./docs";
import { doorWords, placeWords } from "./places";

const SHORT = 24;
const short = (text: string) => (text.length > SHORT ? `${text.slice(0, SHORT)}…` : text);
const caseTitle = (id: string) => get<Case>("cases", id).value?.doc.title ?? t("matter");

export function titleWords({ type, payload: p }: Entry): string {
  switch (type) {
    case "visit.record": return t("record.visit", { what: doorWords(p.grid_code, p.household_id) });
    case "opinion.record": return t("record.opinion", { what: short(p.text) });
    case "claim.record": return t("record.claim", { what: tCode("right", p.right), where: doorWords(p.grid_code, p.household_id) });
    case "patrol.finding": return t("record.finding", { what: `${placeWords(p.place)} ${categoryWord(p.category)}` });
    case "patrol.scan": return t("record.scan", { what: get<Checkpoint>("checkpoints", p.checkpoint_id).value?.doc.name ?? "" });
    case "patrol.start": return t("record.start", { what: (p.route_id && get<Route>("routes", p.route_id).value?.doc.name) || t("patrol.free") });
    case "patrol.finish": return t("record.finish");
    case "case.raise": return t("record.raise", { what: short(p.title) });
    case "case.join": return t("record.join", { what: short(caseTitle(p.case_id)) });
    case "case.escalate": return t("record.escalate", { what: short(caseTitle(p.case_id)) });
    case "case.nudge": return t("record.nudge", { what: short(caseTitle(p.case_id)) });
    case "case.extend": return t("record.extend", { what: short(caseTitle(p.case_id)) });
    case "case.advance": return t("record.advance", { state: cap(tCode("state", p.to)), what: short(caseTitle(p.case_id)) });
    case "record.amend": return t("record.amend", { what: tCode("amended", p.kind) });
    case "alert.test": return t("record.test");
    case "alert.subscribe": return t("record.push");
    case "alert.unsubscribe": return t("record.nopush");
    default: return t("record.other");
  }
}

export function metaWords(entry: Entry): string {
  const { payload: p } = entry;
  return [
    when(entry.made_at),
    p.photos?.length ? t("count.photos", { n: p.photos.length }) : "",
    p.recordings?.length ? t("count.recordings", { n: p.recordings.length }) : "",
    p.anonymous ? t("opinion.anonymous") : "",
  ].filter(Boolean).join(t("comma"));
}

/** Where a refused record is mended: its form, prefilled; a step of a matter where the matter's new state is. */
export function fixPath({ id, type, payload: p }: Entry): string[] | null {
  switch (type) {
    case "visit.record": return ["visit", id];
    case "opinion.record": return ["opinion", "fix", id];
    case "claim.record": return ["claim", "fix", id];
    case "patrol.finding": return p.patrol_id ? ["patrol", p.patrol_id, "finding", id] : ["finding", id];
    case "case.raise": return ["raise", "fix", id];
    case "record.amend": return ["amend", p.kind, p.id];
    case "case.advance": case "case.escalate": case "case.join": case "case.extend": case "case.nudge": return ["matters", p.case_id];
    default: return null;
  }
}
