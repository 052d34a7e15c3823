/* Who I am, and what a post lets me record. The server decides; this only spares people a screen that would be refused. */
import { account, collection } from "../engine";
import { cap, t, tCode, zone } from "../words";
import type { Organisation, Person } from "./docs";

const PATROLLERS = ["patrol_volunteer", "grid_worker"];
const VISITORS = ["grid_worker", "building_head", "unit_head"];
const NOT_STAFF = ["patrol_volunteer", "resident"];

export const me = () => account.value?.id ?? "";
export const myRoles = () => account.value?.posts.map((post) => post.role) ?? [];
const holds = (roles: string[]) => myRoles().some((role) => roles.includes(role));

export const canPatrol = () => holds(PATROLLERS);
export const canVisit = () => holds(VISITORS);
/** Takes at the door what a resident asks about their data. */
export const canClaim = () => holds(["grid_worker"]);
export const isStaff = () => myRoles().some((role) => !NOT_STAFF.includes(role));
/** Nothing but a resident: a smaller bar, and the way to say something first. */
export const isResident = () => !isStaff() && !canPatrol();

export const people = () => collection<Person>("people").value;
export const patrollers = () =>
  people().filter((p) => p.id !== me() && p.doc.posts.some((post) => PATROLLERS.includes(post.role)));

export const roleWord = (role: string | null | undefined) => tCode("role", role, t("someone"));

/** A person's name where this phone may know it, else the post. */
export function nameOf(id: string | null | undefined, role?: string | null): string {
  if (id && id === me()) return t("me");
  const found = id ? people().find((p) => p.id === id) : undefined;
  return found?.doc.name ?? roleWord(role);
}

/** A lead or an assisting party: a role or an account. */
export const partyWord = (party: string) => tCode("role", party) || nameOf(party);
export const partyLabel = (party: string) => cap(partyWord(party));

export function myOrganisation(): Organisation | null {
  const all = collection<Organisation>("organisations").value;
  const mine = account.value?.posts.map((post) => post.organisation) ?? [];
  return (all.find((o) => mine.includes(o.id)) ?? all.find((o) => o.doc.kind === "estate"))?.doc ?? null;
}

/** The telephone somebody answers: our own organisation's, else the nearest one above it. */
export function helpPhone(): string | null {
  const all = collection<Organisation>("organisations").value;
  return myOrganisation()?.phone || all.find((o) => o.doc.phone)?.doc.phone || null;
}

export function followZone(): void {
  zone.value = myOrganisation()?.time_zone || "Asia/Shanghai";
}
