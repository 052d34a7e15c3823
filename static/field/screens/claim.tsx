/* A right that a resident claims at the door: which door, which right, in their words; and what became of earlier ones. */
import { useSignal } from "@preact/signals";
import { collection, entries, newId, record, type Doc } from "../engine";
import { useDraft } from "../draft";
import type { Claim } from "../parts/docs";
import { Doors } from "../parts/doors";
import { need, Text, Tiles, useMistakes } from "../parts/fields";
import { Icon } from "../parts/icon";
import { Page } from "../parts/page";
import { doorWords, Plate } from "../parts/places";
import { Form, Save, useSaving } from "../parts/save";
import { href } from "../router";
import { cap, t, tCode, whenWithin } from "../words";

interface Words { grid_code: string; household_id: string | null; right: string; text: string }

export const RIGHTS = ["see", "correct", "export", "erase", "withdraw"] as const;
const MOST = 1000;
const SHOWN = 10;

const payload = (claim_id: string, w: Words) =>
  ({ claim_id, household_id: w.household_id, grid_code: w.grid_code, right: w.right, words: w.text.trim() });

const mistakes = (w: Words) => ({
  ...(w.household_id ? {} : { door: t("missing.door") }),
  ...(w.right ? {} : { right: t("missing.pick") }),
  ...(w.right === "correct" && !w.text.trim() ? { text: need("what.correct") } : {}),
});

function start(of?: string, id?: string): Words {
  const p = entries.peek().find((e) => e.id === id || e.payload.visit_id === id)?.payload;
  if (!of || !p) return { grid_code: "", household_id: null, right: "", text: "" };
  return { grid_code: p.grid_code, household_id: p.household_id, right: p.right ?? "", text: p.words ?? "" };
}

/** `#/claim`, `#/claim/visit/<visit>`, `#/claim/fix/<entry>`. */
export function ClaimForm({ of, id }: { of?: string; id?: string }) {
  const old = of === "fix" ? entries.value.find((e) => e.id === id) : undefined;
  const draft = useDraft<Words>(old ? `fix ${old.id}` : "claim", () => start(of, id));
  const saved = useSignal<{ place: string; right: string } | null>(null);
  const saving = useSaving();
  const w = draft.value.value;
  const { wrong, clean, again } = useMistakes(() => (w ? mistakes(w) : {}));
  const back = old ? ["records"] : ["visit"];
  if (saved.value) return <Saved {...saved.value} onMore={() => (saved.value = null)} />;
  if (!w) return <Page title={t("claim")} back={back} form><p class="blank">{t("opening")}</p></Page>;
  const submit = () => {
    if (!clean()) return;
    void saving.run(async () => {
      await record("claim.record", payload(newId(), w), { supersedes: old?.id, draft });
      const place = doorWords(w.grid_code, w.household_id);
      void draft.clear({ grid_code: w.grid_code, household_id: null, right: "", text: "" });
      again();
      saved.value = { place, right: w.right };
      scrollTo(0, 0);
    });
  };
  return (
    <Page title={t("claim")} back={back} form stack foot={<Save saving={saving} draft={draft} words={() => w.text} />}>
      <p class="said">{t("claim.about")}</p>
      <Form onSave={submit} draft={draft}>
        <Doors doors grid_code={w.grid_code} household={w.household_id} wrong={wrong.door}
          onPick={(grid_code, household_id) => draft.set({ grid_code, household_id })} />
        <Tiles id="right" legend={t("claim.right")} tile="low" value={w.right} wrong={wrong.right} onPick={(right) => draft.set({ right })}
          options={RIGHTS.map((value) => ({ value, label: t(`right.${value}`) }))} />
        {w.right && <p class="hint">{t(`claim.${w.right as (typeof RIGHTS)[number]}`)}</p>}
        <Text id="text" long label={t("claim.text")} small={w.right === "correct" ? undefined : t("optional")} value={w.text} wrong={wrong.text}
          onText={(text) => draft.set({ text })} max={MOST} placeholder={t("claim.example")} />
      </Form>
      <Earlier />
    </Page>
  );
}

/** Newest first, with the office's answer as it is to be passed on. */
function Earlier() {
  const all = [...collection<Claim>("claims").value].sort((a, b) => Date.parse(b.doc.made_at ?? "") - Date.parse(a.doc.made_at ?? ""));
  if (!all.length) return null;
  return (
    <section aria-labelledby="earlier">
      <div class="head"><h2 id="earlier">{t("claims")}</h2></div>
      <ul class="sheet flush rows">{all.slice(0, SHOWN).map((one) => <Row key={one.id} claim={one} />)}</ul>
    </section>
  );
}

const Row = ({ claim: { doc, preview } }: { claim: Doc<Claim> }) => (
  <li>
    <div class="row">
      <span>
        <span class="title">{cap(tCode("right", doc.right))} <Plate>{doorWords(doc.grid_code, doc.household_id)}</Plate></span>
        <span class="meta">{preview ? t("saved") : stateWords(doc)}</span>
        {doc.answer && <span class="meta">{t("claim.answer", { text: doc.answer })}</span>}
      </span>
    </div>
  </li>
);

const stateWords = (doc: Claim): string =>
  tCode("claimed", doc.state) + (doc.settled_at ? t("comma") + whenWithin(doc.settled_at) : "");

const Saved = ({ place, right, onMore }: { place: string; right: string; onMore: () => void }) => (
  <Page title={t("claim")} back={["visit"]} sync>
    <section class="sheet settle" aria-labelledby="saved">
      <p class="done" role="status"><Icon name="check" />{t("saved")}</p>
      <p><Plate>{place}</Plate></p>
      <h2 class="big" id="saved">{t(right === "withdraw" ? "claim.saved.withdraw" : "claim.saved")}</h2>
      <p class="said">{t("claim.saved.said")}</p>
      <a class="btn" href={href("visit")}><Icon name="visit" />{t("visit.next")}</a>
      <button class="btn text" type="button" onClick={onMore}>{t("claims")}</button>
    </section>
  </Page>
);
