import { entries, record } from "../engine";
import { useDraft } from "../draft";
import { isKind, mayAmend, recordOf, type Kind, type Recorded } from "../parts/amending";
import { categories, categoryWord, purposes } from "../parts/choices";
import { Check, need, Pick, Text, Tiles, useMistakes } from "../parts/fields";
import { Gallery, hasKept } from "../parts/gallery";
import { Page } from "../parts/page";
import { doorWords, placeWords, Plate } from "../parts/places";
import { Form, Save, useSaving } from "../parts/save";
import { replace } from "../router";
import { t, tCode, whenWithin } from "../words";
import { OUTCOMES } from "./visit";

interface Words { text: string; category: string; purpose: string; outcome: string; consent: boolean; reason: string }
type Changes = Record<string, unknown>;

const textOf = (kind: Kind, doc: Recorded) => (kind === "opinion" ? doc.text : doc.note);

/** Only what is different is sent. A withdrawn consent takes the words with it. */
function changes(kind: Kind, doc: Recorded, w: Words): Changes {
  const text = w.text.trim();
  if (kind !== "visit") return differing(doc, { [kind === "opinion" ? "text" : "note"]: text, category: w.category });
  const consent = w.outcome === "met" && w.consent;
  return differing(doc, { outcome: w.outcome, purpose: w.purpose, consent, note: consent ? text : "" });
}

const differing = (doc: Recorded, fields: Changes): Changes =>
  Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== doc[name as keyof Recorded]));

function mistakes(kind: Kind, doc: Recorded, w: Words) {
  return {
    ...(kind === "opinion" && !w.text.trim() ? { text: need("what.said") } : {}),
    ...(Object.keys(changes(kind, doc, w)).length ? {} : { text: t("amend.same") }),
    ...(w.reason.trim() ? {} : { reason: need("what.amend") }),
  };
}

/** `#/amend/<finding|opinion|visit>/<id>`: what was sent can be put right; what it said before is kept beside it. */
export function Amend({ kind, id }: { kind: string; id: string }) {
  const doc = isKind(kind) ? recordOf(kind, id) : undefined;
  if (!isKind(kind) || !mayAmend(doc)) return <Page title={t("amend")} back={["records"]} form><p class="blank">{t("amend.gone")}</p></Page>;
  return <AmendForm kind={kind} id={id} doc={doc} />;
}

function AmendForm({ kind, id, doc }: { kind: Kind; id: string; doc: Recorded }) {
  const bad = entries.value.find((e) => e.type === "record.amend" && e.payload.id === id && e.status === "rejected" && !e.dealt);
  const draft = useDraft<Words>(`amend ${kind} ${id}`, () => {
    const said = { ...doc, ...(bad?.payload.changes as Partial<Recorded> | undefined) }; // what was refused is not lost
    return {
      text: textOf(kind, said), category: said.category, purpose: said.purpose, outcome: said.outcome, consent: said.consent,
      reason: (bad?.payload.reason as string | undefined) ?? "",
    };
  });
  const saving = useSaving();
  const w = draft.value.value;
  const { wrong, clean } = useMistakes(() => (w ? mistakes(kind, doc, w) : {}));
  const back = ["records"];
  if (!w) return <Page title={t("amend")} back={back} form><p class="blank">{t("opening")}</p></Page>;
  const submit = () => {
    if (!clean()) return;
    void saving.run(async () => {
      await record("record.amend", { kind, id, changes: changes(kind, doc, w), reason: w.reason.trim() }, { supersedes: bad?.id, draft });
      void draft.clear();
      replace(...back);
    });
  };
  return (
    <Page title={t("amend")} back={back} form stack foot={<Save saving={saving} draft={draft} words={() => `${w.text}\n${w.reason}`} />}>
      <Form onSave={submit} draft={draft}>
        <section class="sheet">
          <p><Plate>{kind === "visit" ? doorWords(doc.grid_code, doc.household_id) : placeWords(doc.place)}</Plate></p>
          <p class="said">{t("amend.about")}</p>
          {hasKept(doc) && <Gallery doc={doc} />}
        </section>
        {kind === "visit" ? <VisitFields doc={doc} w={w} set={(change) => draft.set(change)} /> : (
          <Pick id="category" plain label={t("opinion.category")} options={categories()} value={w.category} onPick={(category) => draft.set({ category })} />
        )}
        {(kind !== "visit" || (w.outcome === "met" && w.consent)) && (
          <Text id="text" long label={t(kind === "opinion" ? "opinion.text" : kind === "finding" ? "finding.note" : "visit.note")} value={w.text}
            onText={(text) => draft.set({ text })} max={4000} wrong={wrong.text} />
        )}
        <Text id="reason" label={t("amend.reason")} value={w.reason} onText={(reason) => draft.set({ reason })} wrong={wrong.reason}
          max={400} placeholder={t("amend.example")} />
      </Form>
      <Before doc={doc} />
    </Page>
  );
}

function VisitFields({ doc, w, set }: { doc: Recorded; w: Words; set: (change: Partial<Words>) => void }) {
  return (
    <>
      <Tiles id="outcome" legend={t("visit.outcome")} tile="low" value={w.outcome} onPick={(outcome) => set({ outcome })}
        options={OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) }))} />
      {w.outcome === "met" && (
        <Check id="consent" label={t("visit.consent")} quiet={doc.consent ? t("amend.consent") : t("visit.consent.hint")}
          checked={w.consent} onCheck={(consent) => set({ consent })} />
      )}
      <Pick id="purpose" plain label={t("visit.purpose")} options={purposes()} value={w.purpose} onPick={(purpose) => set({ purpose })} />
    </>
  );
}

function saidBefore(name: string, value: unknown): string {
  if (name === "category") return categoryWord(String(value));
  if (name === "outcome") return tCode("outcome", String(value));
  if (name === "purpose") return tCode("purpose", String(value), String(value));
  return typeof value === "string" ? value : "";
}

/** What it said earlier, newest first. */
function Before({ doc }: { doc: Recorded }) {
  if (!doc.earlier?.length) return null;
  return (
    <>
      <div class="head"><h2>{t("amend.before")}</h2></div>
      <ul class="sheet flush rows">
        {[...doc.earlier].reverse().map(({ until, reason, ...was }) => (
          <li key={until} class="row">
            <span>
              <span class="title">{Object.entries(was).map(([name, value]) => saidBefore(name, value)).filter(Boolean).join(t("comma")) || t("amend.empty")}</span>
              <span class="meta">{t("amend.until", { when: whenWithin(until), reason })}</span>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
