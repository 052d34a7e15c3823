import { useSignal } from "@preact/signals";
import { latest } from "../calendar";
import { account, collection, type Doc } from "../engine";
import type { Case, Finding, Opinion } from "../parts/docs";
import { Coming, isComing } from "../parts/coming";
import { categoryWord } from "../parts/choices";
import { useFits } from "../parts/fits";
import { Icon } from "../parts/icon";
import { isOpen, MatterRow, sortByDue } from "../parts/matterrow";
import { isResident, isStaff } from "../parts/me";
import { myTurn } from "../parts/moves";
import { Page } from "../parts/page";
import { placeWords, Plate } from "../parts/places";
import { tabs } from "../parts/bar";
import { href } from "../router";
import { t, type Key } from "../words";

const MOST = 20;

type Fits = ReturnType<typeof useFits>;

function Group({ title, cases, fits }: { title: Key; cases: Doc<Case>[]; fits: Fits }) {
  const everything = useSignal(false);
  if (!cases.length) return null;
  return (
    <>
      <div class="head"><h2>{t(title)}</h2><span class="count">{t("count.matters", { n: cases.length })}</span></div>
      <ul class="sheet flush rows">{fits(cases.slice(0, everything.value ? undefined : MOST)).map((c) => <MatterRow key={c.id} matter={c} />)}</ul>
      {!everything.value && cases.length > MOST && <More n={cases.length - MOST} onMore={() => (everything.value = true)} />}
    </>
  );
}

const More = ({ n, onMore }: { n: number; onMore: () => void }) => (
  <button class="btn text" type="button" onClick={onMore}>{t("more", { n })}</button>
);

interface Loose { kind: "finding" | "opinion"; id: string; title: string; place: Finding["place"]; at: string }

/** What was recorded and no matter was made of yet; what is urgent becomes one by itself. */
function loose(cases: Doc<Case>[]): Loose[] {
  const raised = new Set(cases.map((c) => c.doc.from?.id));
  const findings = collection<Finding>("findings").value.filter((f) => !f.doc.case_id && !f.doc.urgent && !raised.has(f.id));
  const opinions = collection<Opinion>("opinions").value.filter((o) => !raised.has(o.id));
  return [
    ...findings.map((f) => ({ kind: "finding" as const, id: f.id, title: f.doc.note || categoryWord(f.doc.category), place: f.doc.place, at: f.doc.made_at ?? "" })),
    ...opinions.map((o) => ({ kind: "opinion" as const, id: o.id, title: o.doc.text, place: o.doc.place, at: o.doc.made_at ?? o.doc.received_on ?? "" })),
  ].sort((a, b) => latest(a.at, b.at));
}

export function Matters() {
  const everything = useSignal(false);
  const fits = useFits();
  const all = collection<Case>("cases").value;
  const open = sortByDue(all.filter((c) => isOpen(c.doc)));
  const turn = open.filter((c) => myTurn(c.doc, account.value));
  const mine = new Set(turn);
  const others = open.filter((c) => !mine.has(c));
  const over = all.filter((c) => !isOpen(c.doc)).sort((a, b) => latest(a.doc.moved_at ?? "", b.doc.moved_at ?? ""));
  const rest = isStaff() && fits.whole ? loose(all) : []; // below the first screen: it is read behind it
  const inBar = tabs().includes("matters");
  return (
    <Page title={t(isResident() ? "bar.mine" : "matters")} tab="matters" back={inBar ? undefined : ["today"]} sync>
      {isComing() && <Coming />}
      {!all.length && !isComing() && <p class="blank">{t(isResident() ? "matters.none.mine" : "matters.none")}</p>}
      <Group title="matters.turn" cases={turn} fits={fits} />
      <Group title={turn.length ? "matters.others" : "matters.open"} cases={others} fits={fits} />
      {rest.length > 0 && (
        <>
          <div class="head"><h2>{t("matters.loose")}</h2><span class="count">{t("count.records", { n: rest.length })}</span></div>
          <ul class="sheet flush rows">
            {fits(rest.slice(0, everything.value ? undefined : MOST)).map((r) => (
              <li key={r.id}>
                <a class="row open" href={href("raise", r.kind, r.id)}>
                  <span class="title">{t(`record.${r.kind}`, { what: r.title })}</span>
                  <Icon name="next" />
                  <span class="meta"><Plate>{placeWords(r.place)}</Plate>{t("matters.raise")}</span>
                </a>
              </li>
            ))}
          </ul>
          {!everything.value && rest.length > MOST && <More n={rest.length - MOST} onMore={() => (everything.value = true)} />}
        </>
      )}
      <Group title="matters.over" cases={over} fits={fits} />
      {isResident() && <a class="btn gap" href={href("raise")}><Icon name="plus" />{t("hero.do")}</a>}
    </Page>
  );
}
