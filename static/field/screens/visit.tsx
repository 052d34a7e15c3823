import { useSignal } from "@preact/signals";
import { entries, newId, record } from "../engine";
import { useDraft } from "../draft";
import { purposes } from "../parts/choices";
import { canClaim } from "../parts/me";
import { Doors } from "../parts/doors";
import { Check, Pick, Text, Tiles, useMistakes } from "../parts/fields";
import { Icon } from "../parts/icon";
import { Page } from "../parts/page";
import { blobs, digests, Photos, type Shot } from "../parts/photos";
import { doorWords, Plate } from "../parts/places";
import { Form, Save, useSaving } from "../parts/save";
import { href, replace } from "../router";
import { t } from "../words";

interface Words { grid_code: string; household_id: string | null; outcome: string; consent: boolean; purpose: string; note: string; shots: Shot[] }

export const OUTCOMES = ["met", "not_home", "declined"] as const;
/** "Only the stairwell unit": the door is not in the list, or is nobody's business. */
export const NO_DOOR = "";

/** Without a meeting or a yes nothing of it is sent, whatever was typed before the box was unticked. */
function payload(visit_id: string, w: Words) {
  const consent = w.outcome === "met" && w.consent;
  return {
    visit_id, household_id: w.household_id || null, grid_code: w.grid_code, purpose: w.purpose, outcome: w.outcome, consent,
    note: consent ? w.note.trim() : "", photos: consent ? digests(w.shots) : [],
  };
}

const mistakes = (w: Words) => ({
  ...(w.grid_code && w.household_id !== null ? {} : { door: t("missing.door") }),
  ...(w.outcome ? {} : { outcome: t("missing.pick") }),
});

export function VisitForm({ fix }: { fix?: string }) {
  const old = entries.value.find((e) => e.id === fix);
  const draft = useDraft<Words>(fix ? `fix ${fix}` : "visit", () => {
    if (!old) return { grid_code: "", household_id: null, outcome: "", consent: false, purpose: "routine", note: "", shots: [] };
    const p = old.payload;
    return {
      grid_code: p.grid_code, household_id: p.household_id ?? NO_DOOR, outcome: p.outcome, consent: p.consent, purpose: p.purpose, note: p.note,
      shots: p.photos.map((sha256: string) => ({ sha256 })),
    };
  });
  const second = useSignal(false);
  const saved = useSignal<{ id: string; place: string; met: boolean } | null>(null);
  const saving = useSaving();
  const w = draft.value.value;
  const { wrong, clean, again } = useMistakes(() => (w ? mistakes(w) : {}));
  if (saved.value) return <Saved {...saved.value} onNext={() => (saved.value = null)} />;
  if (!w) return <Page title={t("visit")} back={["today"]} form><p class="blank">{t("opening")}</p></Page>;
  const writes = w.outcome === "met" && w.consent;
  const submit = () => {
    if (!clean()) return;
    if (writes && !second.value) {
      second.value = true;
      scrollTo(0, 0);
      return;
    }
    void saving.run(async () => {
      const sent = payload(newId(), w);
      await record("visit.record", sent, { blobs: sent.consent ? blobs(w.shots) : [], supersedes: old?.id, draft });
      const place = doorWords(w.grid_code, w.household_id);
      // the next door is in the same stairwell, as a rule
      void draft.clear({ grid_code: w.grid_code, household_id: null, outcome: "", consent: false, purpose: w.purpose, note: "", shots: [] });
      second.value = false;
      again();
      saved.value = { id: sent.visit_id, place, met: sent.outcome === "met" };
      scrollTo(0, 0);
    });
  };
  const back = old ? ["records"] : ["today"];
  const foot = writes && !second.value
    ? <Save saving={saving} draft={draft} label={t("visit.goon")} icon="pen" />
    : <Save saving={saving} draft={draft} words={() => w.note} />;
  if (writes && second.value) {
    return (
      <Page title={t("visit.note.title")} back={back} form stack foot={foot}>
        <Form onSave={submit} draft={draft}>
          <div class="check split gap">
            <Plate>{doorWords(w.grid_code, w.household_id)}</Plate>
            <button class="btn text small" type="button" onClick={() => (second.value = false)}>{t("visit.before")}</button>
          </div>
          <Text id="note" long label={t("visit.note")} small={t("optional")} value={w.note}
            onText={(note) => draft.set({ note })} max={4000} placeholder={t("visit.example")} />
          <fieldset>
            <legend>{t("finding.photo")} <small>{t("photo.hint")}</small></legend>
            <Photos shots={w.shots} onShots={(shots) => draft.set({ shots })} />
          </fieldset>
        </Form>
      </Page>
    );
  }
  return (
    <Page title={t("visit")} back={back} form stack foot={foot}>
      <Form onSave={submit} draft={draft}>
        <Doors grid_code={w.grid_code} household={w.household_id} wrong={wrong.door}
          onPick={(grid_code, household_id) => draft.set({ grid_code, household_id })} />
        <Tiles id="outcome" legend={t("visit.outcome")} tile="low" value={w.outcome}
          wrong={wrong.outcome} onPick={(outcome) => draft.set({ outcome })}
          options={OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) }))} />
        {w.outcome === "met" && (
          <fieldset>
            <legend>{t("visit.asked")}</legend>
            <Check id="consent" label={t("visit.consent")} quiet={t("visit.consent.hint")} checked={w.consent} onCheck={(consent) => draft.set({ consent })} />
          </fieldset>
        )}
        <Pick id="purpose" plain label={t("visit.purpose")} options={purposes()} value={w.purpose} onPick={(purpose) => draft.set({ purpose })} />
      </Form>
      {canClaim() && <a class="btn text gap" href={href("claim")}>{t("claim.do")}</a>}
    </Page>
  );
}

function Saved({ id, place, met, onNext }: { id: string; place: string; met: boolean; onNext: () => void }) {
  return (
    <Page title={t("visit")} back={["today"]} sync tab="visit">
      <section class="sheet settle" aria-labelledby="saved">
        <p class="done" role="status"><Icon name="check" />{t("saved")}</p>
        <p><Plate>{place}</Plate></p>
        <h2 class="big" id="saved">{t("visit.saved")}</h2>
        <button class="btn band" type="button" onClick={onNext}><Icon name="visit" />{t("visit.next")}</button>
        {met && <a class="btn" href={href("opinion", "visit", id)}><Icon name="opinion" />{t("visit.said")}</a>}
        {met && canClaim() && <a class="btn text" href={href("claim", "visit", id)}>{t("claim.do")}</a>}
        <a class="btn text" href={href("today")} onClick={(e) => { e.preventDefault(); replace("today"); }}>{t("home")}</a>
      </section>
    </Page>
  );
}
