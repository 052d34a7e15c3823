/* Which steps of a matter this person may take. The server has the last word; here it decides which buttons are worth showing. */
import { account } from "../engine";
import type { Case } from "./docs";
import { isResident, me, myRoles } from "./me";

export type MoveName =
  | "accept" | "decline" | "discuss" | "assign" | "begin" | "progress" | "handled" | "giveback" | "answer" | "appraise" | "attempt";
export interface Move { name: MoveName; to: string }

const HOLDERS: Record<string, string> = {
  unit: "unit_head", building: "building_head", grid: "grid_worker", estate: "secretary",
  community: "community_staff", street: "street_staff", district: "district_staff",
};
const LADDER = ["unit", "building", "grid", "estate", "community", "street", "district"];

const within = (code: string | null | undefined, cell: string) => code === cell || Boolean(code?.startsWith(`${cell}-`));

/** A post-holder of the matter's present level, in whose cells it lies. */
export function holds(c: Case): boolean {
  return (account.value?.posts ?? []).some(
    (post) =>
      post.role === HOLDERS[c.level] &&
      (!c.organisation_id || post.organisation === c.organisation_id) &&
      (!post.cells.length || !c.place?.grid_code || post.cells.some((cell) => within(c.place.grid_code, cell))),
  );
}

const leads = (c: Case) => c.lead !== null && (c.lead === me() || myRoles().includes(c.lead));
const decides = (c: Case) => holds(c) || myRoles().includes("secretary");

/** The reporter's word; without one, who raised it; for an anonymous opinion the grid worker of the place. Never the lead. */
function appraises(c: Case): boolean {
  if (leads(c)) return false;
  if (isResident()) return true; // a resident sees a matter only as its reporter
  return c.by === me() || (c.anonymous && myRoles().includes("grid_worker"));
}

export function movesOf(c: Case): Move[] {
  const move = (name: MoveName, to: string): Move => ({ name, to });
  switch (c.state) {
    case "raised":
      return decides(c) ? [move("accept", "accepted"), move("decline", "declined")] : [];
    case "accepted":
      return decides(c) ? [move("assign", "assigned"), move("discuss", "discussing"), move("decline", "declined")] : [];
    case "discussing":
      return decides(c) ? [move("assign", "assigned")] : [];
    case "assigned":
      return leads(c) ? [move("begin", "handling"), move("giveback", "accepted")] : [];
    case "handling":
      return leads(c) ? [move("progress", "handling"), move("handled", "handled"), move("giveback", "accepted")] : [];
    case "escalated":
      return holds(c) && c.left ? [move("answer", c.left.state)] : [];
    case "appraising":
      return [
        ...(appraises(c) ? [move("appraise", "closed")] : []),
        ...(!isResident() && !leads(c) && (c.by === me() || decides(c)) ? [move("attempt", "appraising")] : []),
      ];
    default:
      return [];
  }
}

export const mayEscalate = (c: Case) =>
  holds(c) && c.level !== LADDER.at(-1) && !["appraising", "closed", "declined"].includes(c.state);

/** Somebody waits for this person. */
export const myTurn = (c: Case) => movesOf(c).length > 0;
