import { useSignal } from "@preact/signals";
import { account, entries, newId, record } from "../engine";
import { useDraft } from "../draft";
import { categories } from "../parts/choices";
import type { Place, Reporter } from "../parts/docs";
import { Check, need, Text, Tiles, useMistakes } from "../parts/fields";
import { Icon } from "../parts/icon";
import { isResident } from "../parts/me";
import { Page } from "../parts/page";
import { blobs, digests, Photos, type Shot } from "../parts/photos";
import { noPlace, PlacePick, tidy } from "../parts/placepick";
import { buildingCode } from "../parts/places";
import { Form, Save, useSaving } from "../parts/save";
import { useShared } from "../parts/shared";
import { finishSpeaking, isSpeaking, useVoice, type Clip } from "../parts/voice";
import { href } from "../router";
import { t } from "../words";

interface Words {
  category: string; text: string; place: Place; anonymous: boolean; name: string; phone: string; wants_news: boolean;
  shots: Shot[]; clips: Clip[]; urgent: boolean; visit_id: string | null;
}

const blank = (visit_id: string | null): Words => {
  const visit = visit_id ? entries.peek().find((e) => e.payload.visit_id === visit_id && e.type === "visit.record") : undefined;
  return {
    category: "", text: "", place: { ...noPlace(), grid_code: (visit?.payload.grid_code as string) ?? null }, anonymous: false,
    name: "", phone: "", wants_news: true, shots: [], clips: [], urgent: false, visit_id,
  };
};

function reporter(w: Words): Reporter | null {
  if (w.anonymous) return null;
  const me = account.peek();
  const own = isResident() && me;
  const name = own ? me.name : w.name.trim() || null;
  const phone = w.phone.trim() || null;
  return name || phone ? { name, phone, account_id: own ? me.id : null, wants_news: w.wants_news } : null;
}

/** A voice names its owner. */
const spoken = (w: Words): Clip[] => (w.anonymous ? [] : w.clips);

/** Anonymous is anonymous by what is sent: no visit, no name, no voice, nothing finer than the building, an id that tells no time. */
function payload(w: Words) {
  const place = tidy(w.place);
  return {
    opinion_id: newId(w.anonymous), visit_id: w.anonymous ? null : w.visit_id, category: w.category, text: w.text.trim() || t("opinion.spoken"),
    place: w.anonymous ? { ...place, grid_code: buildingCode(place.grid_code), position: null } : place,
    anonymous: w.anonymous, reporter: reporter(w), photos: digests(w.shots), recordings: digests(spoken(w)), urgent: w.urgent,
  };
}

const mistakes = (w: Words) => ({
  ...(w.text.trim() || spoken(w).length || isSpeaking() ? {} : { text: need("what.said") }),
  ...(w.category ? {} : { category: t("missing.pick") }),
});

/** `#/opinion`, `#/opinion/visit/<visit>`, `#/opinion/fix/<entry>`. */
export function OpinionForm({ of, id, shared = false }: { of?: string; id?: string; shared?: boolean }) {
  const old = of === "fix" ? entries.value.find((e) => e.id === id) : undefined;
  const visit = of === "visit" ? (id ?? null) : null;
  const draft = useDraft<Words>(old ? `fix ${old.id}` : `opinion ${visit ?? ""}`, () => {
    if (!old) return blank(visit);
    const p = old.payload;
    return {
      category: p.category, text: p.text, place: p.place, anonymous: p.anonymous, urgent: p.urgent, visit_id: p.visit_id ?? null,
      name: p.reporter?.name ?? "", phone: p.reporter?.phone ?? "", wants_news: p.reporter?.wants_news ?? true,
      shots: p.photos.map((sha256: string) => ({ sha256 })), clips: (p.recordings ?? []).map((sha256: string) => ({ sha256 })),
    };
  });
  const unshared = useShared(draft, shared && "#/opinion");
  const saved = useSignal<string | null>(null);
  const saving = useSaving();
  const w = draft.value.value;
  const voice = useVoice(w?.clips ?? [], (clips) => draft.set({ clips }));
  const { wrong, clean, again } = useMistakes(() => (w ? mistakes(w) : {}));
  const back = old ? ["records"] : ["today"];
  if (saved.value) return <Saved text={saved.value} onMore={() => (saved.value = null)} />;
  if (!w) return <Page title={t("opinion")} back={back} form><p class="blank">{t("opening")}</p></Page>;
  const resident = isResident();
  const submit = () => {
    if (!clean()) return;
    void saving.run(async () => {
      await finishSpeaking();
      const now = draft.value.peek()!;
      const sent = payload(now);
      await record("opinion.record", sent, { blobs: blobs([...now.shots, ...spoken(now)]), supersedes: old?.id, anonymous: w.anonymous, draft });
      saved.value = sent.text;
      void draft.clear(blank(null));
      again();
      scrollTo(0, 0);
    });
  };
  return (
    <Page title={t("opinion")} back={back} form stack foot={<Save saving={saving} draft={draft} words={() => w.text} />}>
      <Form onSave={submit} draft={draft}>
        <Text id="text" long label={t(resident ? "opinion.own" : "opinion.text")} value={w.text}
          onText={(text) => draft.set({ text })} wrong={wrong.text} max={4000} placeholder={t("opinion.example")} />
        <Tiles id="category" legend={t("opinion.category")} shape="kinds" options={categories()}
          value={w.category} wrong={wrong.category} onPick={(category) => draft.set({ category })} />
        <Tiles id="anonymous" legend={t("opinion.who")} shape="two" tile="low"
          value={w.anonymous ? "yes" : "no"} onPick={(v) => void finishSpeaking().then(() => draft.set({ anonymous: v === "yes" }))}
          options={[{ value: "no", label: t("opinion.named") }, { value: "yes", label: t("opinion.anonymous") }]} />
        {w.anonymous ? <Anonymous /> : (
          <>
            {resident ? <p class="hint">{t("opinion.self", { name: account.value?.name ?? "" })}</p> : (
              <Text id="name" label={t("reporter.name")} small={t("optional")} value={w.name}
                onText={(name) => draft.set({ name })} max={80} placeholder={t("reporter.example")} />
            )}
            <Text id="phone" label={t("reporter.phone")} small={t("optional")} type="tel"
              value={w.phone} onText={(phone) => draft.set({ phone })} max={40} />
            <Check id="wants_news" label={t("reporter.news")} checked={w.wants_news} onCheck={(wants_news) => draft.set({ wants_news })} />
          </>
        )}
        <PlacePick key={String(w.anonymous)} coarse={w.anonymous} place={w.anonymous ? { ...w.place, grid_code: buildingCode(w.place.grid_code) } : w.place}
          onPlace={(place) => draft.set({ place })} label={t("opinion.place")} />
        <fieldset>
          <legend>{t("finding.photo")} <small>{t("photo.hint")}</small></legend>
          <Photos shots={w.shots} onShots={(shots) => draft.set({ shots })}>{!w.anonymous && voice.tool}</Photos>
          {!w.anonymous && voice.rows}
          {unshared && <p class="wrong" role="status">{unshared}</p>}
        </fieldset>
        <Check id="urgent" label={t("urgent")} checked={w.urgent} onCheck={(urgent) => draft.set({ urgent })} />
        {w.urgent && <p class="note gap">{t("urgent.call")}</p>}
      </Form>
    </Page>
  );
}

/** What it means, and what it does not protect from, before anything is saved. */
const Anonymous = () => (
  <ul class="note gap stack">
    {(["account", "place", "trace", "lost"] as const).map((point) => <li key={point}>{t(`anonymous.${point}`)}</li>)}
  </ul>
);

function Saved({ text, onMore }: { text: string; onMore: () => void }) {
  return (
    <Page title={t("opinion")} back={["today"]} sync tab="opinion">
      <section class="sheet settle" aria-labelledby="saved">
        <p class="done" role="status"><Icon name="check" />{t("saved")}</p>
        <h2 class="big" id="saved">{t("opinion.saved")}</h2>
        <p class="said">{text}</p>
        <a class="btn" href={href("today")}><Icon name="today" />{t("home")}</a>
        <button class="btn text" type="button" onClick={onMore}>{t("opinion.more")}</button>
      </section>
    </Page>
  );
}
