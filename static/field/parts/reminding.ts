/* Beside the moves: a reminder to whoever has a matter in hand, and more time for it; both are the office's. */
import type { Case } from "./docs";
import { office, type Mover } from "./moves";

export type Reminding = "nudge" | "extend";

const UNDER_WAY = ["assigned", "handling"]; // somebody is at it

export function remindersOf(c: Case, me: Mover | null): Reminding[] {
  if (!me || !UNDER_WAY.includes(c.state) || !office(c, me)) return [];
  return c.due_at ? ["nudge", "extend"] : ["nudge"];
}

/** More time is later than now, and later than before. */
export const isMoreTime = (due: string, c: Case): boolean => Date.parse(due) > Math.max(Date.now(), Date.parse(c.due_at ?? ""));
