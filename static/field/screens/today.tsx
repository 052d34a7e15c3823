import { account, collection } from "../engine";
import { Coming, isComing } from "../parts/coming";
import type { Case } from "../parts/docs";
import { Icon } from "../parts/icon";
import { InstallHint } from "../parts/install";
import { MatterRow, sortByDue, isOpen } from "../parts/matterrow";
import { canPatrol, canVisit, helpPhone, isResident, myOrganisation, nameOf } from "../parts/me";
import { myTurn } from "../parts/moves";
import { once } from "../parts/once";
import { Page } from "../parts/page";
import { activeRoutes, doneToday, pointsOf, routeOf, underway } from "../parts/rounds";
import { href } from "../router";
import { LockOffer } from "../ways";
import { clock, dateLine, now, t } from "../words";

const SHOWN = 5;

/** The next duty, one action. */
function RoundCard() {
  const round = underway();
  if (round) {
    const points = pointsOf(round.id, round.doc);
    const reached = points.filter((p) => p.at).length;
    const company = round.doc.companions.map((id) => nameOf(id)).join(t("and"));
    return (
      <section class="sheet" aria-labelledby="card">
        <p class="eyebrow">{t("today.since", { at: clock(round.doc.made_at ?? now.value) })}{company && t("today.with", { who: company })}</p>
        <h2 class="big" id="card">{routeOf(round.doc.route_id)?.name ?? t("patrol.free")}</h2>
        {points.length > 0 && <p class="said">{t("round.reached.of", { n: reached, all: points.length })}</p>}
        <a class="btn band" href={href("patrol", round.id)}><Icon name="round" />{t("today.resume")}</a>
      </section>
    );
  }
  const done = doneToday();
  const [route] = activeRoutes();
  return (
    <section class="sheet" aria-labelledby="card">
      <p class="eyebrow">{done.length ? t("today.done.count", { n: done.length }) : t("today.noroster")}</p>
      <h2 class="big" id="card">{done.length ? t("today.done") : t("today.anytime")}</h2>
      {route && <p class="said">{t("today.route", { n: route.doc.checkpoint_ids.length, minutes: route.doc.minutes })}</p>}
      <a class={done.length ? "btn" : "btn band"} href={href("patrol")}>
        <Icon name="round" />{t(done.length ? "today.more" : "patrol.start")}
      </a>
    </section>
  );
}

const VisitCard = () => (
  <section class="sheet" aria-labelledby="card">
    <p class="eyebrow">{t("today.visit.over")}</p>
    <h2 class="big" id="card">{t("today.visit")}</h2>
    <a class="btn band" href={href("visit")}><Icon name="visit" />{t("today.visit.do")}</a>
  </section>
);

function StaffCard({ first, n }: { first?: string; n: number }) {
  return (
    <section class="sheet" aria-labelledby="card">
      <p class="eyebrow">{t("today.turn.over")}</p>
      <h2 class="big" id="card">{n ? t("today.turn", { n }) : t(isComing() ? "coming" : "today.turn.none")}</h2>
      {first ? (
        <a class="btn band" href={href("matters", first)}><Icon name="matter" />{t("today.turn.do")}</a>
      ) : (
        <a class="btn band" href={href("opinion")}><Icon name="opinion" />{t("opinion.do")}</a>
      )}
    </section>
  );
}

function Hero() {
  return (
    <div class="hero">
      <h1 class="big" tabIndex={-1}>{t("hero.first")}<br /><em>{t("hero.second")}</em></h1>
      <p class="said">{t("hero.said")}</p>
      <a class="btn band" href={href("raise")}><Icon name="opinion" />{t("hero.do")}</a>
    </div>
  );
}

const STEPS = ["raise", "discuss", "handle", "appraise"] as const;

function Afterwards() {
  const phone = helpPhone();
  return (
    <>
      <section class="sheet" aria-labelledby="after">
        <h2 class="title" id="after">{t("after")}</h2>
        <ol class="chain down">
          {STEPS.map((step) => <li key={step}><b>{t(`chain.${step}.mark`)}</b><span>{t(`after.${step}`)}</span></li>)}
        </ol>
      </section>
      {phone && <a class="btn gap" href={`tel:${phone}`}><Icon name="phone" />{t("call.office")}</a>}
    </>
  );
}

const welcome = once("silian.welcome");

/** The three things that a first evening needs. */
const Welcome = () =>
  welcome.read.value ? null : (
    <section class="note gap" aria-label={t("app")}>
      <p>{t("welcome")}</p>
      <button class="btn small" type="button" onClick={welcome.understood}>{t("understood")}</button>
    </section>
  );

export function Today() {
  const resident = isResident();
  const cases = collection<Case>("cases").value.filter((c) => isOpen(c.doc));
  const turn = sortByDue(cases.filter((c) => myTurn(c.doc, account.value)));
  const follow = [...turn, ...sortByDue(cases.filter((c) => !turn.includes(c)))];
  const brand = resident ? (myOrganisation()?.name ?? t("app.long")) : undefined;
  return (
    <Page title={t("bar.today")} over={dateLine(now.value)} brand={brand} sync tab="today">
      <Welcome />
      {resident ? <Hero /> : canPatrol() ? <RoundCard /> : canVisit() ? <VisitCard /> : <StaffCard first={turn[0]?.id} n={turn.length} />}
      <div class="head">
        <h2>{t(resident ? "bar.mine" : "today.follow")}</h2>
        {follow.length > 0 && <span class="count">{t("count.matters", { n: follow.length })}</span>}
        <a href={href("matters")}>{t("all")}</a>
      </div>
      {follow.length ? (
        <ul class="sheet flush rows">{follow.slice(0, SHOWN).map((c) => <MatterRow key={c.id} matter={c} />)}</ul>
      ) : isComing() ? <Coming /> : (
        <p class="blank">{t(resident ? "matters.none.mine" : "matters.none")}</p>
      )}
      {resident && <Afterwards />}
      <InstallHint />
      {LockOffer.value && <LockOffer.value />}
      <ul class="sheet flush rows">
        {(["records", "settings"] as const).map((name) => (
          <li key={name}><a class="row" href={href(name)}><span class="title">{t(name)}</span><Icon name="next" /></a></li>
        ))}
      </ul>
    </Page>
  );
}
