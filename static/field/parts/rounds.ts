/* A round as the phone knows it: the document, and what was recorded here since. */
import { latest } from "../calendar";
import { collection, entries, get, type Doc, type Entry } from "../engine";
import { day } from "../words";
import type { Checkpoint, Patrol, Route } from "./docs";
import { me } from "./me";

export interface Point { id: string; name: string; hint: string; grid_code: string | null; at: string | null }

const mine = (p: Patrol) => p.by === me() || p.companions.includes(me());
export const myRounds = () => collection<Patrol>("patrols").value.filter((p) => mine(p.doc));
const finishes = (id: string) => ofRound(id).some((e) => e.type === "patrol.finish");

/** Entries of a round that stand: what was refused or taken back does not. */
export const ofRound = (id: string): Entry[] =>
  entries.value.filter((e) => e.payload.patrol_id === id && e.status !== "rejected" && e.status !== "declined");

/** The round that is not finished yet; it is taken up again after a restart. */
export const underway = (): Doc<Patrol> | undefined =>
  myRounds()
    .filter((p) => p.doc.state === "started" && !finishes(p.id))
    .sort((a, b) => latest(a.doc.made_at ?? "", b.doc.made_at ?? ""))[0];
export const doneToday = (): Doc<Patrol>[] =>
  myRounds().filter((p) => (p.doc.state === "finished" || finishes(p.id)) && p.doc.made_at && day(p.doc.made_at) === day(Date.now()));

export const activeRoutes = () => collection<Route>("routes").value.filter((r) => r.doc.active);
export const routeOf = (id: string | null | undefined) => (id ? get<Route>("routes", id).value?.doc : undefined);

export function pointsOf(id: string, patrol: Patrol): Point[] {
  const reached = new Map<string, string>();
  for (const scan of patrol.scans ?? []) reached.set(scan.checkpoint_id, scan.at);
  for (const e of ofRound(id)) {
    const point = e.payload.checkpoint_id as string | undefined;
    if (e.type === "patrol.scan" && point && !reached.has(point)) reached.set(point, e.made_at);
  }
  return (routeOf(patrol.route_id)?.checkpoint_ids ?? []).flatMap((point) => {
    const found = get<Checkpoint>("checkpoints", point).value?.doc;
    return found ? [{ id: point, name: found.name, hint: found.hint, grid_code: found.grid_code, at: reached.get(point) ?? null }] : [];
  });
}

export const findingsOf = (id: string) => collection<any>("findings").value.filter((f) => f.doc.patrol_id === id);
