/* A matter as a row of the ledger: what, where, until when. */
import { account, type Doc } from "../engine";
import { href } from "../router";
import { due, t } from "../words";
import type { Case } from "./docs";
import { Icon } from "./icon";
import { movesOf } from "./moves";
import { placeWords, Plate } from "./places";

export const isOpen = (c: Case) => c.state !== "closed" && c.state !== "declined";

const limit = (c: Doc<Case>) => (c.doc.due_at ? Date.parse(c.doc.due_at) : Infinity);
export const sortByDue = (cases: Doc<Case>[]) =>
  [...cases].sort((a, b) => Number(b.doc.urgent) - Number(a.doc.urgent) || limit(a) - limit(b));

/** What there is to say about time: the limit, who is waited for, or that it is over. */
export function Standing({ c, long }: { c: Case; long?: boolean }) {
  if (c.state === "closed") return <span class="due done"><Icon name="check" />{t("state.closed")}</span>;
  if (c.state === "declined") return <span class="due">{t("state.declined")}</span>;
  if (c.state === "appraising") {
    const mine = movesOf(c, account.value).some((m) => m.name === "appraise");
    return <span class="due wait"><Icon name="people" />{t(mine ? "state.appraising.mine" : "state.appraising")}</span>;
  }
  if (!c.due_at) return <span class="due wait">{t(c.state === "raised" ? "state.raised" : "state.nodue")}</span>;
  const { text, tone } = due(c.due_at, { long, raised: c.state === "raised" });
  return <span class={`due ${tone}`}><Icon name="clock" />{text}</span>;
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
