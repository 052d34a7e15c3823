/* A matter as a row of the ledger: what, where, until when. */
import { account, type Doc } from "../engine";
import { href } from "../router";
import { due, t } from "../words";
import type { Case } from "./docs";
import { Icon, type IconName } from "./icon";
import { movesOf } from "./moves";
import { placeWords, Plate } from "./places";

export const isOpen = (c: Case) => c.state !== "closed" && c.state !== "declined";

/** What is urgent first, then by the time limit, what has none last. */
export function sortByDue(cases: Doc<Case>[]): Doc<Case>[] {
  const limits = new Map(cases.map((c) => [c, c.doc.due_at ? Date.parse(c.doc.due_at) : Infinity]));
  return [...cases].sort((a, b) => Number(b.doc.urgent) - Number(a.doc.urgent) || limits.get(a)! - limits.get(b)!);
}

/** What there is to say about time: the limit, who is waited for, or that it is over. */
export function standing(c: Case, long = false): { text: string; tone: string; icon?: IconName } {
  if (c.state === "closed") return { tone: "done", icon: "check", text: t("state.closed") };
  if (c.state === "declined") return { tone: "", text: t("state.declined") };
  if (c.state === "appraising") {
    const mine = movesOf(c, account.value).some((m) => m.name === "appraise");
    return { tone: "wait", icon: "people", text: t(mine ? "state.appraising.mine" : "state.appraising") };
  }
  if (!c.due_at) return { tone: "wait", text: t(c.state === "raised" ? "state.raised" : "state.nodue") };
  return { icon: "clock", ...due(c.due_at, { long, raised: c.state === "raised" }) };
}

export function Standing({ c, long }: { c: Case; long?: boolean }) {
  const { text, tone, icon } = standing(c, long);
  return <span class={`due ${tone}`}>{icon && <Icon name={icon} />}{text}</span>;
}

export const MatterRow = ({ matter }: { matter: Doc<Case> }) => (
  <li>
    <a class="row open" href={href("matters", matter.id)}>
      <span class="title">{matter.doc.title}</span>
      <Icon name="next" />
      <span class="meta">
        <Plate>{placeWords(matter.doc.place)}</Plate>
        <Standing c={matter.doc} />
      </span>
    </a>
  </li>
);
