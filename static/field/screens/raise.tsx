import { entries, get, newId, record } from "../engine";
import { useDraft } from "../draft";
import { categories, categoryWord } from "../parts/choices";
import type { Place } from "../parts/docs";
import { Check, need, Text, Tiles, useMistakes } from "../parts/fields";
import { isResident } from "../parts/me";
import { Page } from "../parts/page";
import { isPlace, noPlace, PlacePick, tidy } from "../parts/placepick";
import { Form, Save, useSaving } from "../parts/save";
import { href, replace } from "../router";
import { t } from "../words";

interface Words { title: string; category: string; place: Place; urgent: boolean; from: { kind: string; id: string | null } }
const SOURCES: Record<string, string> = { finding: "findings", opinion: "opinions", visit: "visits" };
const LONGEST = 80;

const mistakes = (w: Words) => ({
  ...(w.title.trim() ? {} : { title: need("what.matter") }),
  ...(w.category ? {} : { category: t("missing.pick") }),
  ...(isPlace(w.place) ? {} : { place: need("what.place") }),
});

/** `#/raise` (a resident's own call), `#/raise/<finding|opinion|visit>/<id>`, `#/raise/fix/<entry>`. */
export function RaiseForm({ kind, id }: { kind?: string; id?: string }) {
  const old = kind === "fix" ? entries.value.find((e) => e.id === id) : undefined;
  const source = kind && id && SOURCES[kind] ? get<any>(SOURCES[kind], id).value?.doc : undefined;
  const draft = useDraft<Words>(kind ? `raise ${kind} ${id}` : "raise", () => {
    if (old) {
      const p = old.payload;
      return { title: p.title, category: p.category, place: p.place, urgent: p.urgent, from: p.from };
    }
    if (!source || !kind || !id) return { title: "", category: "", place: noPlace(), urgent: false, from: { kind: "call", id: null } };
    const said: string = source.text || source.note || (source.category ? categoryWord(source.category) : "");
    return {
      title: said.slice(0, LONGEST), category: source.category ?? "", urgent: source.urgent ?? false, from: { kind, id },
      place: source.place ?? { ...noPlace(), grid_code: source.grid_code ?? null },
    };
  });
  const saving = useSaving();
  const w = draft.value.value;
  const { wrong, clean } = useMistakes(() => (w ? mistakes(w) : {}));
  const resident = isResident();
  const title = t(resident ? "raise.call" : "raise");
  const back = [old ? "records" : resident ? "today" : "matters"];
  if (!w) return <Page title={title} back={back} form><p class="blank">{t("opening")}</p></Page>;
  const submit = () => {
    if (!clean()) return;
    void saving.run(async () => {
      const case_id = newId();
      const payload = { case_id, from: w.from, title: w.title.trim(), category: w.category, place: tidy(w.place), urgent: w.urgent };
      await record("case.raise", payload, { supersedes: old?.id, draft });
      void draft.clear();
      replace("matters", case_id);
    });
  };
  return (
    <Page title={title} back={back} form stack foot={<Save saving={saving} draft={draft} words={() => w.title} label={t("raise.do")} />}>
      <Form onSave={submit} draft={draft}>
        <Text id="title" long label={t(resident ? "raise.what" : "raise.title")} small={t("raise.short")}
          value={w.title} onText={(v) => draft.set({ title: v })} wrong={wrong.title}
          max={LONGEST} placeholder={t("raise.example")} />
        <Tiles id="category" legend={t("opinion.category")} shape="kinds" options={categories()}
          value={w.category} wrong={wrong.category} onPick={(category) => draft.set({ category })} />
        <PlacePick place={w.place} onPlace={(place) => draft.set({ place })} wrong={wrong.place} />
        <Check id="urgent" label={t("urgent")} checked={w.urgent} onCheck={(urgent) => draft.set({ urgent })} />
        {w.urgent && <p class="note gap">{t("urgent.call")}</p>}
        {resident && <p class="hint">{t("raise.anonymous")}</p>}
        {resident && <a class="btn text small" href={href("opinion")}>{t("raise.anonymous.do")}</a>}
      </Form>
    </Page>
  );
}
