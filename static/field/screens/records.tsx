import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { entries, withdraw, type Entry } from "../engine";
import { exportWaiting } from "../exporting";
import { phone, whoRecords } from "../here";
import { amendPath } from "../parts/amending";
import { Ask } from "../parts/ask";
import { Discard } from "../parts/discard";
import { Drafts } from "../parts/drafts";
import { Thumbs } from "../parts/gallery";
import { useFits } from "../parts/fits";
import { Icon, type IconName } from "../parts/icon";
import { Page } from "../parts/page";
import { refusalWords } from "../parts/refusal";
import { ofRound } from "../parts/rounds";
import { Alarm, useSaving } from "../parts/save";
import { fixPath, metaWords, titleWords } from "../parts/titles";
import { href } from "../router";
import { t, tCode, whenWithin } from "../words";

const SHOWN = 30;

function groups(all: Entry[]) {
  const shown = all.filter((e) => e.type !== "void");
  const hand = shown.filter((e) => (e.status === "rejected" || e.status === "declined") && !e.dealt);
  const waiting = shown.filter((e) => e.status === "queued" || e.status === "sending");
  const kept = shown.filter((e) => e.status === "parked");
  const sent = shown.filter((e) => e.status === "applied");
  return { hand, waiting, kept, sent };
}

/** One that needs its person: the reason, a way to mend it, and a way out that asks twice. */
function Hand({ entry, first }: { entry: Entry; first: boolean }) {
  const mend = fixPath(entry);
  return (
    <section class="sheet case-hand" aria-labelledby={entry.id}>
      <h2 class="title" id={entry.id}>{titleWords(entry)}</h2>
      <p class="quiet">{metaWords(entry)}</p>
      <p class="reason">{entry.status === "declined" ? t("refused.declined", { reason: entry.message ?? "" }) : refusalWords(entry)}</p>
      <Thumbs photos={entry.payload.photos} />
      {mend && <a class={first ? "btn band" : "btn"} href={href(...mend)}><Icon name="pen" />{t("mend")}</a>}
      <Discard id={entry.id} />
    </section>
  );
}

const Row = ({ entry, meta, children }: { entry: Entry; meta: string; children?: ComponentChildren }) => (
  <div class="row">
    <span><span class="title">{titleWords(entry)}</span><span class="meta">{meta}</span><Thumbs photos={entry.payload.photos} /></span>
    {children}
  </div>
);

/** A round's beginning stays while anything hangs on it. */
const loose = (entry: Entry) => entry.status === "queued" && (entry.type !== "patrol.start" || ofRound(entry.payload.patrol_id as string).length === 1);

function Waiting({ entry }: { entry: Entry }) {
  const asked = useSignal(false);
  const saving = useSaving();
  return (
    <li>
      <Row entry={entry} meta={metaWords(entry)}>
        {loose(entry) && !asked.value && (
          <button class="btn text small" type="button" onClick={() => (asked.value = true)}>{t("withdraw")}<span class="vh">{titleWords(entry)}</span></button>
        )}
      </Row>
      {asked.value && entry.status === "queued" && (
        <Ask question={t("withdraw.ask")} yes={t("withdraw.yes")} no={t("discard.no")}
          onYes={() => void saving.run(() => withdraw(entry.id))} onNo={() => (asked.value = false)} />
      )}
      <Alarm saving={saving} />
    </li>
  );
}

function ExportButton() {
  const saving = useSaving();
  const save = () =>
    void saving.run(async () => {
      const url = URL.createObjectURL(await exportWaiting(phone, whoRecords()));
      const link = document.createElement("a");
      link.href = url;
      link.download = `silian-${new Date().toISOString().slice(0, 10)}.json`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    });
  return (
    <>
      <button class="btn small gap" type="button" onClick={save}>{t("export")}</button>
      <p class="hint">{t("export.hint")}</p>
      <Alarm saving={saving} />
    </>
  );
}

const Head = ({ tone, icon, text }: { tone: string; icon: IconName; text: string }) => (
  <div class="head"><h2 class={`state ${tone}`}><Icon name={icon} />{text}</h2></div>
);

/** When it arrived, and whether its photos did. */
function sentWords(entry: Entry): string {
  const at = entry.settled_at ? t("sent.at", { at: whenWithin(entry.settled_at) }) : metaWords(entry);
  if (entry.photo_refused) return `${at}${t("comma")}${tCode("refused", entry.photo_refused, t("sent.photo.refused"))}`;
  return entry.photos_waiting ? `${at}${t("comma")}${t("sent.photos", { n: entry.photos_waiting })}` : at;
}

function Sent({ entry }: { entry: Entry }) {
  const path = amendPath(entry);
  return (
    <li>
      <Row entry={entry} meta={sentWords(entry)}>
        {path && <a class="btn text small" href={href(...path)}>{t("mend")}<span class="vh">{titleWords(entry)}</span></a>}
      </Row>
    </li>
  );
}

export function Records() {
  const all = useSignal(false);
  const { hand, waiting, kept, sent } = groups(entries.value);
  const fits = useFits();
  const none = !hand.length && !waiting.length && !kept.length && !sent.length;
  return (
    <Page title={t("records")} over={t("records.over")} tab="none">
      {none && <p class="blank">{t("records.none")}</p>}
      {hand.length > 0 && <Head tone="hand" icon="sync-hand" text={t("group.hand", { n: hand.length })} />}
      {fits(hand).map((e, i) => <Hand key={e.id} entry={e} first={i === 0} />)}
      <Drafts />
      {waiting.length > 0 && (
        <>
          <Head tone="wait" icon="sync-wait" text={t("group.waiting", { n: waiting.length })} />
          <ul class="sheet flush rows">{fits(waiting).map((e) => <Waiting key={e.id} entry={e} />)}</ul>
          <ExportButton />
        </>
      )}
      {kept.length > 0 && (
        <>
          <Head tone="kept" icon="sync-kept" text={t("group.kept", { n: kept.length })} />
          <ul class="sheet flush rows">
            {fits(kept).map((e) => (
              <li key={e.id}><Row entry={e} meta={tCode("kept", e.code, t("kept.other"))} /></li>
            ))}
          </ul>
        </>
      )}
      {sent.length > 0 && (
        <>
          <Head tone="sent" icon="sync-sent" text={t("group.sent", { n: sent.length })} />
          <ul class="sheet flush rows">
            {fits(sent.slice(0, all.value ? undefined : SHOWN)).map((e) => (
              <Sent key={e.id} entry={e} />
            ))}
          </ul>
          {!all.value && sent.length > SHOWN && <button class="btn text" type="button"
            onClick={() => (all.value = true)}>{t("more", { n: sent.length - SHOWN })}</button>}
        </>
      )}
    </Page>
  );
}
