/* Which steps of a matter this person may take. The server has the last word; here it decides which buttons are worth showing. */
import type { Account } from "../types";
import type { Case } from "./docs";

export type MoveName =
  | "accept" | "decline" | "discuss" | "assign" | "begin" | "progress" | "handled" | "giveback" | "answer" | "appraise" | "attempt" | "conclude";
export interface Move { name: MoveName; to: string }
export type Mover = Pick<Account, "id" | "posts">;
type Who = "office" | "lead" | "helper" | "appraiser" | "caller";

const HOLDERS: Record<string, string> = {
  unit: "unit_head", building: "building_head", grid: "grid_worker", estate: "secretary",
  community: "community_staff", street: "street_staff", district: "district_staff",
};
const INSIDE = ["unit", "building", "grid", "estate"]; // the micro-complex may act for each of them
const ATTEMPTS_BEFORE_CLOSING = 2;

const TABLE: Record<string, [MoveName, string, Who][]> = {
  raised: [["accept", "accepted", "office"], ["decline", "declined", "office"]],
  accepted: [["assign", "assigned", "office"], ["discuss", "discussing", "office"], ["decline", "declined", "office"]],
  discussing: [["assign", "assigned", "office"]],
  assigned: [["begin", "handling", "lead"], ["giveback", "accepted", "lead"]],
  handling: [["progress", "handling", "helper"], ["handled", "handled", "lead"], ["giveback", "accepted", "lead"]],
  appraising: [["appraise", "closed", "appraiser"], ["attempt", "appraising", "caller"], ["conclude", "closed", "caller"]],
};

const within = (code: string | null | undefined, cell: string) => code === cell || Boolean(code?.startsWith(`${cell}-`));

/** One of the posts has this role, and the matter lies in its cells. */
const reaches = (role: string, c: Case, me: Mover) =>
  me.posts.some((post) => post.role === role && (!post.cells.length || post.cells.some((cell) => within(c.place?.grid_code, cell))));

const isSecretary = (me: Mover) => me.posts.some((post) => post.role === "secretary");
const isUnit = (unit: string | null, c: Case, me: Mover) => unit !== null && (unit === me.id || reaches(unit, c, me));

/** Staff of the matter's present level; inside the estate the secretary is of every level. */
function stands(c: Case, me: Mover): boolean {
  const role = HOLDERS[c.level] ?? "";
  if (INSIDE.includes(c.level)) return isSecretary(me) || reaches(role, c, me);
  return me.posts.some((post) => post.role === role && post.organisation === c.organisation_id);
}

export const office = (c: Case, me: Mover) => (INSIDE.includes(c.level) ? isSecretary(me) : stands(c, me));

/** The reporter's word; without one, who raised it; for an anonymous opinion the grid worker of the place. */
function appraises(c: Case, me: Mover): boolean {
  if (c.anonymous) return reaches("grid_worker", c, me);
  return c.by === me.id || me.posts.every((post) => post.role === "resident"); // a resident sees a matter only as its reporter
}

function is(who: Who, c: Case, me: Mover): boolean {
  const lead = isUnit(c.lead, c, me);
  switch (who) {
    case "office": return office(c, me);
    case "lead": return lead;
    case "helper": return lead || c.assisting.some((unit) => isUnit(unit, c, me));
    case "caller": return !lead && (office(c, me) || reaches("grid_worker", c, me));
    case "appraiser": return !lead && appraises(c, me); // whoever handled it does not also say whether it was settled
  }
}

function moves(state: string, c: Case, me: Mover): Move[] {
  const may = (TABLE[state] ?? []).filter(([name, , who]) => is(who, c, me) && (name !== "conclude" || (c.attempts ?? 0) >= ATTEMPTS_BEFORE_CLOSING));
  const found = may.map(([name, to]) => ({ name, to }));
  return found.some((m) => m.name === "appraise") ? found.filter((m) => m.name !== "conclude") : found;
}

export function movesOf(c: Case, me: Mover | null): Move[] {
  if (!me) return [];
  if (c.state !== "escalated" || !c.left) return moves(c.state, c, me);
  const { state } = c.left;
  const back: Move[] = office(c, me) ? [{ name: "answer", to: state }] : [];
  // once it is with the micro-complex itself, it may also be taken on from there
  return c.level === "estate" ? [...moves(state, c, me).filter((m) => m.to !== state), ...back] : back;
}

export const mayEscalate = (c: Case, me: Mover | null) =>
  me !== null && stands(c, me) && c.level !== "district" && !["appraising", "closed", "declined"].includes(c.state);

/** Somebody waits for this person; what may be done, but presses nobody, is not counted. */
export const myTurn = (c: Case, me: Mover | null) => movesOf(c, me).some((m) => m.name !== "attempt");
