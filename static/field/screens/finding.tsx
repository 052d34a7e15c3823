import { useSignal } from "@preact/signals";
import { latest } from "../calendar";
import { entries, get, newId, record } from "../engine";
import { useDraft } from "../draft";
import { categories, ON_THE_ROUND } from "../parts/choices";
import type { Patrol, Place } from "../parts/docs";
import { Check, need, Text, Tiles, useMistakes } from "../parts/fields";
import { Icon } from "../parts/icon";
import { helpPhone } from "../parts/me";
import { Page } from "../parts/page";
import { blobs, digests, Photos, type Shot } from "../parts/photos";
import { isPlace, noPlace, PlacePick, tidy } from "../parts/placepick";
import { pointsOf } from "../parts/rounds";
import { Form, Save, useSaving } from "../parts/save";
import { useShared } from "../parts/shared";
import { Spot } from "../parts/spot";
import { finishSpeaking, isSpeaking, useVoice, type Clip } from "../parts/voice";
import { replace } from "../router";
import { t } from "../words";

interface Words { category: string; note: string; place: Place; shots: Shot[]; clips: Clip[]; urgent: boolean; patrol_id: string | null }

/** Where the patroller most likely stands: the point reached last, else the next one. */
function here(patrol: string | undefined): Place {
  const found = patrol ? get<Patrol>("patrols", patrol).peek() : null;
  if (!found || !patrol) return noPlace();
  const points = pointsOf(patrol, found.doc);
  const last = points.filter((p) => p.at).sort((a, b) => latest(a.at!, b.at!))[0] ?? points[0];
  return last ? { grid_code: last.grid_code, position: null, text: last.name } : noPlace();
}

const mistakes = (w: Words) => ({
  ...(w.category ? {} : { category: t("missing.pick") }),
  // "other" alone tells nobody anything
  ...(w.category === "other" && !w.note.trim() && !w.shots.length && !w.clips.length && !isSpeaking() ? { note: need("what.saw") } : {}),
  ...(isPlace(w.place) ? {} : { place: need("what.place") }),
});

export function FindingForm({ patrol, fix, shared = false }: { patrol?: string; fix?: string; shared?: boolean }) {
  const old = entries.value.find((e) => e.id === fix);
  const draft = useDraft<Words>(fix ? `fix ${fix}` : `finding ${patrol ?? ""}`, () => {
    if (!old) return { category: "", note: "", place: here(patrol), shots: [], clips: [], urgent: false, patrol_id: patrol ?? null };
    const p = old.payload;
    return {
      category: p.category, note: p.note, place: p.place, urgent: p.urgent, patrol_id: p.patrol_id ?? null,
      shots: p.photos.map((sha256: string) => ({ sha256 })), clips: (p.recordings ?? []).map((sha256: string) => ({ sha256 })),
    };
  });
  const unshared = useShared(draft, shared && "#/finding");
  const writing = useSignal(false);
  const more = useSignal(false);
  const saving = useSaving();
  const back = old ? ["records"] : patrol ? ["patrol", patrol] : ["today"];
  const w = draft.value.value;
  const voice = useVoice(w?.clips ?? [], (clips) => draft.set({ clips }));
  const { wrong, clean } = useMistakes(() => (w ? mistakes(w) : {}));
  if (!w) return <Page title={t("finding")} back={back} form><p class="blank">{t("opening")}</p></Page>;
  const all = categories();
  const usual = ON_THE_ROUND.flatMap((code) => all.filter((o) => o.value === code));
  const shown = more.value || !usual.length || (w.category && !ON_THE_ROUND.includes(w.category)) ? all : usual;
  const submit = () => {
    writing.value ||= "note" in mistakes(w);
    if (!clean()) return;
    void saving.run(async () => {
      await finishSpeaking();
      const { shots, clips } = draft.value.peek()!;
      const payload = {
        finding_id: newId(), patrol_id: w.patrol_id, category: w.category, note: w.note.trim(), place: tidy(w.place),
        photos: digests(shots), recordings: digests(clips), urgent: w.urgent,
      };
      await record("patrol.finding", payload, { blobs: blobs([...shots, ...clips]), supersedes: old?.id, draft });
      void draft.clear();
      replace(...back);
    });
  };
  const phone = helpPhone();
  return (
    <Page title={t("finding")} back={back} form stack foot={<Save saving={saving} draft={draft} words={() => w.note} />}>
      <Form onSave={submit} draft={draft}>
        <Tiles id="category" legend={<><span class="step-n">1</span>{t("finding.what")}</>}
          shape="kinds" options={shown} value={w.category} wrong={wrong.category}
          onPick={(category) => draft.set({ category })}>
          {shown.length < all.length && <button class="btn text small" type="button" onClick={() => (more.value = true)}>{t("finding.more")}</button>}
        </Tiles>
        <fieldset>
          <legend><span class="step-n">2</span>{t("finding.photo")} <small>{t("photo.hint")}</small></legend>
          <Photos shots={w.shots} onShots={(shots) => draft.set({ shots })}>
            {voice.tool}
            {!writing.value && !w.note && (
              <button class="tool" type="button" onClick={() => (writing.value = true)}><Icon name="pen" />{t("finding.write")}</button>
            )}
          </Photos>
          {voice.rows}
          {unshared && <p class="wrong" role="status">{unshared}</p>}
        </fieldset>
        {(writing.value || w.note) && (
          <Text id="note" long label={t("finding.note")} value={w.note} onText={(note) => draft.set({ note })}
            wrong={wrong.note} max={4000} placeholder={t("finding.example")} />
        )}
        <PlacePick place={w.place} onPlace={(place) => draft.set({ place })} wrong={wrong.place} />
        <Spot position={w.place.position} onPosition={(position) => draft.set({ place: { ...w.place, position } })} />
        <Check id="urgent" label={t("urgent")} checked={w.urgent} onCheck={(urgent) => draft.set({ urgent })} />
        {w.urgent && (
          <div class="note gap">
            <p>{t("urgent.call")}</p>
            {phone && <a class="btn small" href={`tel:${phone}`}><Icon name="phone" />{t("call.office")}</a>}
          </div>
        )}
      </Form>
    </Page>
  );
}
