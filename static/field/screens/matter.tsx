import { account, entries, get, type Entry } from "../engine";
import { Aloud } from "../parts/aloud";
import { Chain } from "../parts/chain";
import { categoryWord } from "../parts/choices";
import type { Case } from "../parts/docs";
import { Discard } from "../parts/discard";
import { Gallery, hasKept } from "../parts/gallery";
import { Icon, type IconName } from "../parts/icon";
import { standing, Standing } from "../parts/matterrow";
import { isResident, me, partyWord } from "../parts/me";
import { mayEscalate, movesOf, type MoveName } from "../parts/moves";
import { Page } from "../parts/page";
import { placeWords, Plate, Title } from "../parts/places";
import { refusalWords } from "../parts/refusal";
import { remindersOf } from "../parts/reminding";
import { Timeline, toldAloud } from "../parts/timeline";
import { href } from "../router";
import { cap, t, tCode, when } from "../words";

const ICONS: Partial<Record<MoveName, IconName>> = { accept: "check", handled: "check", discuss: "meeting", assign: "people", appraise: "check", conclude: "check" };

/** A step of this matter that was refused: it is told here, where the new state is, and the next step takes its place. */
export const refused = (id: string) =>
  entries.value.find((e) => e.payload.case_id === id && e.status === "rejected" && !e.dealt && e.type.startsWith("case."));

/** What was written for it, so that it can be said again in the next step. */
export const wordsOf = (entry: Entry): string => (entry.payload.note ?? entry.payload.reason ?? "") as string;

function Who({ c }: { c: Case }) {
  const lead = c.lead ? t("matter.lead", { who: partyWord(c.lead) }) : "";
  const helpers = c.assisting?.length ? t("matter.assist", { who: c.assisting.map(partyWord).join(t("and")) }) : "";
  return lead || helpers ? <p class="said">{cap([lead, helpers].filter(Boolean).join(t("comma")))}</p> : null;
}

const SOURCES: Record<string, string> = { finding: "findings", opinion: "opinions", visit: "visits" };
/** What it was made of, where this phone may see it. */
const sourceOf = (c: Case) => {
  const { kind, id } = c.from ?? {};
  return kind && id && SOURCES[kind] ? get<any>(SOURCES[kind], id).value?.doc : undefined;
};

const STEPS_ALOUD = 3;
const aloud = (c: Case) =>
  [placeWords(c.place), c.title, tCode("state", c.state), standing(c, true).text, ...toldAloud(c, STEPS_ALOUD)].filter(Boolean).join(t("stop"));

export function Matter({ id }: { id: string }) {
  const found = get<Case>("cases", id).value;
  if (!found) {
    return (
      <Page title={t("matter")} back={["matters"]}><p class="blank">{t("matter.gone")}</p>
        <a class="btn" href={href("matters")}>{t("matters.all")}</a></Page>
    );
  }
  const c = found.doc;
  const [first, ...rest] = movesOf(c, account.value).map((move) => move.name);
  const others = [...rest, ...remindersOf(c, account.value)];
  const escalate = mayEscalate(c, account.value);
  const bad = refused(id);
  const source = sourceOf(c);
  const over = c.state === "closed" || c.state === "declined";
  const foot = (escalate || first) && (
    <>
      {escalate && <a class="btn" href={href("matters", id, "escalate")}><Icon name="ladder" />{t("move.escalate")}</a>}
      {first && <a class="btn band" href={href("matters", id, first)}><Icon name={ICONS[first] ?? "pen"} />{t(`move.${first}`)}</a>}
    </>
  );
  return (
    <Page title={t("matter")} back={["matters"]} sync foot={foot || undefined}>
      {bad && (
        <section class="sheet case-hand" role="group" aria-label={t("hand.one")}>
          <p class="reason">{refusalWords(bad)}</p>
          {wordsOf(bad) && <p>{t("matter.wrote", { words: wordsOf(bad) })}</p>}
          <Discard id={bad.id} />
        </section>
      )}
      <section class="sheet" aria-labelledby="matter">
        <p><Plate>{placeWords(c.place)}</Plate></p>
        <h2 class="big" id="matter"><Title text={c.title} /></h2>
        <Chain c={c} />
        <p><Standing c={c} long /></p>
        {c.urgent && <p class="due late">{t("matter.urgent")}</p>}
        <Who c={c} />
        {c.state === "escalated" && <p class="said">{t("matter.level", { level: tCode("level", c.level) })}</p>}
        {c.refer_to && <p class="note">{t("matter.refer")}{c.refer_to}</p>}
        {hasKept(source) && <Gallery doc={source} />}
        <Aloud text={() => aloud(c)} />
        {found.preview && <p class="done" role="status"><Icon name="check" />{t("saved")}</p>}
      </section>
      {(others.length > 0 || !over) && (
        <div class="stack gap">
          {others.length > 0 && (
            <div class="pair fold">
              {others.map((name) => <a key={name} class="btn" href={href("matters", id, name)}>{t(`move.${name}`)}</a>)}
            </div>
          )}
          {!over && !(isResident() && c.by === me()) && <a class="btn text" href={href("matters", id, "join")}>{t(isResident() ? "move.join.me" : "move.join")}</a>}
        </div>
      )}
      <div class="head"><h2>{t("timeline")}</h2></div>
      <Timeline c={c} />
      <dl class="facts">
        {c.number && <><dt>{t("matter.number")}</dt><dd>{c.number}</dd></>}
        <dt>{t("matter.category")}</dt><dd>{categoryWord(c.category)}</dd>
        {c.reporters > 0 && <><dt>{t("matter.reporters")}</dt><dd>{t("count.people", { n: c.reporters })}</dd></>}
        {c.closed_at && <><dt>{t("state.closed")}</dt><dd>{when(c.closed_at)}</dd></>}
      </dl>
    </Page>
  );
}
