// What happened, to read along or to read afterwards. TRACE=<a phone's letter> prints what that phone says and hears, TRACE=*
// what all do; with KEEP=<a folder> the whole course of a seed that fails is written there.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const { TRACE = "", KEEP = "" } = process.env;
type Line = [now: number, who: string, what: unknown[]];

const short = (part: unknown): unknown =>
  typeof part === "object" ? JSON.stringify(part, (key, value) => (key === "payload" || key === "doc" || key === "recorded" ? undefined : value))?.slice(0, 4000) : part;
const said = ([now, who, what]: Line): string => [new Date(now).toISOString(), who, ...what.map(short)].join(" ");

export class Trace {
  private readonly lines: Line[] = [];

  note(now: number, who: string, ...what: unknown[]): void {
    const line: Line = [now, who, what];
    if (KEEP) this.lines.push(line);
    if (TRACE === "*" || TRACE === who.split("-")[0] || (TRACE && who === "office")) console.log(said(line).slice(0, 800));
  }

  keep(seed: string, wrong: string[]): void {
    if (!KEEP) return;
    mkdirSync(KEEP, { recursive: true });
    writeFileSync(join(KEEP, `seed-${seed}-${Date.now()}.log`), [...wrong, ...this.lines.map(said)].join("\n"));
  }
}
