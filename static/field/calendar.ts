/* The organisation's wall clock. The first question about zones or languages makes a browser load its tables of them, which
   takes a cheap phone a third of a second, on the first screen of all. So what is known of the zone is noted, and read from then on. */
import { signal } from "@preact/signals";

/** The organisation's time zone: a due time is the same for everybody, wherever their phone believes to be. */
export const zone = signal("Asia/Shanghai");

export const MINUTE = 60_000;
export const DAY = 86_400_000;
const NOTED = "silian.zone";
const STEP = 5 * DAY;
const STEPS = 80; // more than a year, either way

/** So many minutes that zone is ahead of Greenwich, from then to then. */
interface Steady { zone: string; minutes: number; from: number; to: number }

let known: Steady | null | undefined;
let clock: { zone: string; format: Intl.DateTimeFormat } | undefined;

/** A moment on the wall, to be read with `getUTCHours` and its like. */
export const wall = (moment: number): Date => new Date(moment + ahead(moment) * MINUTE);

/** The moment at which the wall shows what this date says in UTC. Of an hour that comes twice, one of both. */
export const onWall = (shown: number): number => shown - ahead(shown - ahead(shown) * MINUTE) * MINUTE;

/** Orders moments that are written alike, the latest first, without asking a language how it orders words. */
export const latest = (a: string, b: string): number => (a < b ? 1 : Number(a > b) * -1);

function ahead(moment: number): number {
  if (known === undefined) known = read();
  if (holds(moment)) return known!.minutes;
  const minutes = ask(moment);
  if (!holds(Date.now())) note();
  return minutes;
}

const holds = (moment: number) => known?.zone === zone.value && known.from <= moment && moment < known.to;

/** What the browser's tables say. */
function ask(moment: number): number {
  if (clock?.zone !== zone.value) {
    const parts = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", hourCycle: "h23" } as const;
    clock = { zone: zone.value, format: new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: zone.value }) };
  }
  const { year, month, day, hour, minute } = Object.fromEntries(clock.format.formatToParts(moment).map((part) => [part.type, Number(part.value)]));
  return (Date.UTC(year!, month! - 1, day, hour, minute) - Math.floor(moment / MINUTE) * MINUTE) / MINUTE;
}

/** Notes the time around now in which the zone keeps its distance. */
function note(): void {
  const now = Date.now();
  const minutes = ask(now);
  const until = (step: number) => {
    let steps = 0;
    while (steps < STEPS && ask(now + (steps + 1) * step) === minutes) steps++;
    return now + steps * step;
  };
  known = { zone: zone.value, minutes, from: until(-STEP), to: until(STEP) };
  try {
    localStorage.setItem(NOTED, JSON.stringify(known));
  } catch {
    return; // no room, or closed to us: it is asked for again at the next start
  }
}

function read(): Steady | null {
  try {
    return JSON.parse(localStorage.getItem(NOTED) ?? "null") as Steady | null;
  } catch {
    return null;
  }
}
