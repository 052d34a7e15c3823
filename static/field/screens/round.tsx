import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { get, record, withdraw, type Entry } from "../engine";
import { useDraft } from "../draft";
import { Aloud } from "../parts/aloud";
import { categoryWord } from "../parts/choices";
import type { Patrol, Position } from "../parts/docs";
import { Text } from "../parts/fields";
import { Icon } from "../parts/icon";
import { helpPhone, nameOf } from "../parts/me";
import { Page } from "../parts/page";
import { findingsOf, ofRound, pointsOf, routeOf, type Point } from "../parts/rounds";
import { Alarm, useSaving } from "../parts/save";
import { locate } from "../parts/spot";
import { href } from "../router";
import { clock, t } from "../words";

/** The screen stays lit on the way; a phone that cannot do it goes dark as it always did. */
function useWakeLock(on: boolean): void {
  useEffect(() => {
    if (!on || !("wakeLock" in navigator)) return;
    let lock: WakeLockSentinel | null = null;
    let over = false;
    const ask = async () => {
      if (document.visibilityState !== "visible") return;
      lock = await navigator.wakeLock.request("screen").catch(() => null); // refused at low battery
      if (over) void lock?.release();
    };
    void ask();
    document.addEventListener("visibilitychange", ask);
    return () => {
      over = true;
      document.removeEventListener("visibilitychange", ask);
      void lock?.release();
    };
  }, [on]);
}

export function Sos() {
  const phone = helpPhone() ?? "110";
  return (
    <a class="sos" href={`tel:${phone}`}>
      SOS <small>{t("sos")}</small><span class="vh"> {phone}</span>
    </a>
  );
}

const DOUBLE_TAP_MS = 400; // a glove that taps twice has reached one point, not two

export function Round({ id }: { id: string }) {
  const found = get<Patrol>("patrols", id).value;
  const chosen = useSignal<string | null>(null);
  const ending = useSignal(false);
  const draft = useDraft(`finish ${id}`, () => ({ note: "" }));
  const reached = useRef(0);
  const saving = useSaving();
  const finished = !found || found.doc.state === "finished" || ofRound(id).some((e) => e.type === "patrol.finish");
  useWakeLock(!finished);
  if (!found) return <Page title={t("bar.patrol")} back={["today"]} sync><p class="blank">{t("patrol.gone")}</p></Page>;
  const points = pointsOf(id, found.doc);
  const open = points.filter((p) => !p.at);
  const next = open.find((p) => p.id === chosen.value) ?? open[0];
  const title = routeOf(found.doc.route_id)?.name ?? t("patrol.free");
  if (finished) return <Over id={id} title={title} patrol={found.doc} points={points} />;
  const note = draft.value.value?.note ?? "";
  const reach = (point: Point, where?: () => Promise<Position>) => {
    if (Date.now() - reached.current < DOUBLE_TAP_MS) return;
    reached.current = Date.now();
    void saving.run(async () => {
      const position = await where?.();
      await record("patrol.scan", { patrol_id: id, checkpoint_id: point.id, by: "tap", ...(position && { position }) });
      reached.current = Date.now();
      chosen.value = null;
    });
  };
  const finish = () =>
    void saving.run(async () => {
      await record("patrol.finish", { patrol_id: id, note: note.trim() }, { draft });
      void draft.clear();
    });
  return (
    <Page title={title} back={["today"]} backWord={t("leave")} sync
      foot={<><Sos /><a class="btn solid" href={href("patrol", id, "finding")}><Icon name="camera" />{t("finding")}</a></>}>
      <section class="sheet" aria-labelledby="next">
        {ending.value ? (
          <Ending id={id} missed={open} note={note} onNote={(v) => draft.set({ note: v })} onYes={finish} onNo={() => (ending.value = false)} />
        ) : next ? (
          <>
            <p class="eyebrow">{t("round.next", { n: points.indexOf(next) + 1, all: points.length })}</p>
            <h2 class="big" id="next"><PointName name={next.name} /></h2>
            {next.hint && <p class="said">{t("round.look", { what: next.hint })}</p>}
            <button class="btn band" type="button" aria-disabled={saving.busy.value || undefined}
              onClick={() => reach(next)}><Icon name="check" />{t("round.here")}</button>
            <LastScan id={id} points={points} />
            {"geolocation" in navigator && (
              <button class="btn text" type="button" onClick={() => reach(next, locate)}>{t(saving.busy.value ? "spot.busy" : "round.spot")}</button>
            )}
            <Aloud text={() => [t("round.next", { n: points.indexOf(next) + 1, all: points.length }), next.name, next.hint].join(t("stop"))} />
            <button class="btn text" type="button" onClick={() => (ending.value = true)}>{t("round.early")}</button>
          </>
        ) : (
          <>
            <p class="eyebrow">{points.length ? t("round.all", { n: points.length }) : t("patrol.free.said")}</p>
            <h2 class="big" id="next">{t(points.length ? "round.last" : "patrol.free")}</h2>
            <LastScan id={id} points={points} />
            <button class="btn band" type="button" onClick={() => (ending.value = true)}><Icon name="check" />{t("round.done")}</button>
          </>
        )}
        <Alarm saving={saving} words={() => note} />
      </section>
      {points.length > 0 && <Points points={points} next={next} onPick={(p) => (chosen.value = p)} />}
      <p class="said gap">{found.doc.companions.length ? t("round.with", { who: found.doc.companions.map((c) => nameOf(c)).join(t("and")) }) : t("round.alone")}</p>
    </Page>
  );
}

const HOUSE = /^(\d+号楼|(?:Building|Bldg) \d+)[ ,]*(.+)$/;

/** Which house, then what about it: "6号楼 地下车库" takes two lines, so that both are read at a glance. */
function PointName({ name }: { name: string }) {
  const [, house, rest] = HOUSE.exec(name) ?? [];
  return house ? <>{house}<br />{rest}</> : <>{name}</>;
}

/** What was saved last, and for a tap the way back while it is still here. */
function LastScan({ id, points }: { id: string; points: Point[] }) {
  const saving = useSaving();
  const last: Entry | undefined = ofRound(id).find((e) => e.type === "patrol.scan" || e.type === "patrol.finding");
  const point = points.find((p) => p.id === last?.payload.checkpoint_id);
  return (
    <div role="status">
      {last?.type === "patrol.finding" && (
        <p class="done settle" key={last.id}><Icon name="check" />{t("round.found", { what: categoryWord(last.payload.category as string) })}</p>
      )}
      {last && point && (
        <p class="done settle" key={last.id}><Icon name="check" />{t("round.noted", { name: point.name, at: clock(last.made_at) })}</p>
      )}
      {last && point && last.status === "queued" && (
        <button class="btn text" type="button" onClick={() => void saving.run(() => withdraw(last.id))}>{t("round.undo")}</button>
      )}
      <Alarm saving={saving} />
    </div>
  );
}

interface EndingProps { id: string; missed: Point[]; note: string; onNote: (note: string) => void; onYes: () => void; onNo: () => void }

/** The shortest way is one tap on "nothing found"; points left out are said, and are no obstacle. */
function Ending({ id, missed, note, onNote, onYes, onNo }: EndingProps) {
  const n = findingsOf(id).length;
  return (
    <>
      <h2 class="big" id="next">{t("finish.ask")}</h2>
      {missed.length > 0 && <p class="said">{t("finish.missed", { n: missed.length, names: missed.map((p) => p.name).join(t("list.comma")) })}</p>}
      {n > 0 && <p class="said">{t("finish.found", { n })}</p>}
      <button class="btn band" type="button" onClick={onYes}><Icon name="check" />{t(n ? "finish.yes" : "finish.nothing")}</button>
      <Text id="finish-note" long label={t("finish.note")} small={t("optional")} value={note} onText={onNote} max={4000} />
      <button class="btn text" type="button" onClick={onNo}>{t("finish.no")}</button>
    </>
  );
}

function Points({ points, next, onPick }: { points: Point[]; next?: Point; onPick: (id: string) => void }) {
  return (
    <>
      <div class="head"><h2>{t("round.points")}</h2><span class="count">{t("round.reached", { n: points.filter((p) => p.at).length })}</span></div>
      <ol class="sheet flush points">
        {points.map((p, i) => (
          <li key={p.id} class={p.at ? "ok" : p === next ? "here" : ""} aria-current={p === next ? "step" : undefined}>
            <span class="n">{p.at ? <><Icon name="check" /><span class="vh">{t("round.was")}</span></> : i + 1}</span>
            {p.at || p === next ? (
              <><span>{p.name}</span><span class="at">{p.at ? clock(p.at) : t("round.now")}</span></>
            ) : (
              <button class="pick-point" type="button" onClick={() => { onPick(p.id); scrollTo(0, 0); }}>{p.name}<span class="at">{t("round.go")}</span></button>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

function Over({ id, title, patrol, points }: { id: string; title: string; patrol: Patrol; points: Point[] }) {
  const n = findingsOf(id).length;
  return (
    <Page title={title} back={["today"]} sync tab="patrol">
      <section class="sheet settle" aria-labelledby="over">
        <p class="done" role="status"><Icon name="check" />{t("saved")}</p>
        <h2 class="big" id="over">{t("today.done")}</h2>
        <p class="said">{n ? t("over.found", { n }) : t("over.nothing")}</p>
        {points.length > 0 && <p class="said">{t("round.reached.of", { n: points.filter((p) => p.at).length, all: points.length })}</p>}
        {patrol.note && <p class="said">{patrol.note}</p>}
        <a class="btn" href={href("today")}><Icon name="today" />{t("home")}</a>
      </section>
      {points.length > 0 && <Points points={points} onPick={() => undefined} />}
    </Page>
  );
}
