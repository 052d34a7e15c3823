import { account, get, record } from "../engine";
import { useDraft } from "../draft";
import type { Case } from "../parts/docs";
import { Check, need, Pick, Text, Tiles, useMistakes, type Wrong } from "../parts/fields";
import { isResident, partyLabel, people } from "../parts/me";
import { movesOf, type MoveName } from "../parts/moves";
import { Page } from "../parts/page";
import { placeWords, Plate } from "../parts/places";
import { isMoreTime, remindersOf, type Reminding } from "../parts/reminding";
import { Form, Save, useSaving } from "../parts/save";
import { href, replace } from "../router";
import { evening, has, t } from "../words";
import { refused, wordsOf } from "./matter";

type Step = MoveName | Reminding | "escalate" | "join";
interface Words {
  note: string; refer_to: string; lead: string; assisting: string[]; due: string; verdict: string; satisfied: string;
  name: string; phone: string; wants_news: boolean;
}

const blank = (note: string): Words => ({
  note, refer_to: "", lead: "property_company", assisting: [], due: "", verdict: "", satisfied: "", name: "", phone: "", wants_news: true,
});
const PARTIES = ["property_company", "owners_committee", "grid_worker", "secretary"];
const FREE_NOTE = ["accept", "discuss", "assign", "begin", "nudge"]; // the others are nothing without words
const REASONS = ["escalate", "decline", "extend"];

const known = (step: string): step is Step => has(`move.${step}`);

function mistakes(step: Step, c: Case, w: Words): Wrong {
  const wrong: Wrong = {};
  if (step === "extend" && !w.due) wrong.due = need("what.day");
  else if (step === "extend" && !isMoreTime(evening(w.due), c)) wrong.due = t("extend.later");
  if (step === "appraise" && !w.verdict) wrong.verdict = t("missing.pick");
  const note = step === "appraise" ? w.verdict === "again" : step !== "join" && !FREE_NOTE.includes(step);
  if (note && !w.note.trim()) wrong.note = need(REASONS.includes(step) ? "what.reason" : step === "appraise" ? "what.again" : "what.note");
  if (step === "decline" && !w.refer_to.trim()) wrong.refer_to = need("what.refer");
  return wrong;
}

function payload(step: Step, id: string, c: Case, w: Words): [string, Record<string, unknown>] {
  const expects = { state: c.state, level: c.level };
  const note = w.note.trim();
  if (step === "escalate") return ["case.escalate", { case_id: id, expects, reason: note }];
  if (step === "extend") return ["case.extend", { case_id: id, expects, due_at: evening(w.due), reason: note }];
  if (step === "nudge") return ["case.nudge", { case_id: id, note }];
  if (step === "join") {
    const self = isResident();
    const reporter = {
      name: (self ? account.peek()?.name : w.name.trim()) || null, phone: w.phone.trim() || null,
      account_id: self ? account.peek()?.id : null, wants_news: w.wants_news,
    };
    return ["case.join", { case_id: id, reporter }];
  }
  const to = step === "appraise" && w.verdict === "again" ? "handling" : movesOf(c, account.peek()).find((m) => m.name === step)?.to;
  const more =
    step === "decline" ? { refer_to: w.refer_to.trim() }
    : step === "assign" ? { lead: w.lead, assisting: w.assisting, ...(w.due ? { due_at: evening(w.due) } : {}) }
    : step === "appraise" && to === "closed" ? { settled: w.verdict === "yes", satisfied: w.satisfied ? w.satisfied === "yes" : null }
    : {};
  return ["case.advance", { case_id: id, expects, to, note, ...more }];
}

export function Move({ id, to: step }: { id: string; to: string }) {
  const draft = useDraft<Words>(`move ${id} ${step}`, () => {
    const bad = refused(id);
    return blank(bad ? wordsOf(bad) : ""); // what was refused is not lost
  });
  const saving = useSaving();
  const c = get<Case>("cases", id).value?.doc;
  const w = draft.value.value;
  const { wrong, clean } = useMistakes(() => (c && w && known(step) ? mistakes(step, c, w) : {}));
  const back = ["matters", id];
  if (!c || !known(step) || !w) return <Page title={t("matter")} back={back} form><p class="blank">{t(c && w ? "nowhere" : "matter.gone")}</p></Page>;
  const offered: string[] = [...movesOf(c, account.value).map((m) => m.name), ...remindersOf(c, account.value), "escalate", "join"];
  if (!offered.includes(step)) return <Page title={t(`move.${step}`)} back={back} form><p class="blank">{t("matter.moved")}</p><a class="btn" href={href(...back)}>{t("matter.see")}</a></Page>;
  const submit = () => {
    if (!clean()) return;
    void saving.run(async () => {
      const [type, sent] = payload(step, id, c, w);
      await record(type, sent, { supersedes: refused(id)?.id, draft });
      void draft.clear();
      replace(...back);
    });
  };
  return (
    <Page title={t(`move.${step}`)} back={back} form stack foot={<Save saving={saving} draft={draft} words={() => w.note || w.name} />}>
      <Form onSave={submit} draft={draft}>
        <section class="sheet">
          <p><Plate>{placeWords(c.place)}</Plate></p>
          <p class="title">{c.title}</p>
        </section>
        <p class="said gap">{t(`about.${step}`)}</p>
        <Questions step={step} w={w} set={(change) => draft.set(change)} wrong={wrong} />
      </Form>
    </Page>
  );
}

interface QuestionsProps { step: Step; w: Words; set: (change: Partial<Words>) => void; wrong: Wrong }

function Questions({ step, w, set, wrong }: QuestionsProps) {
  if (step === "join") {
    return (
      <>
        {!isResident() && <Text id="name" label={t("reporter.name")}
          small={t("optional")} value={w.name} onText={(name) => set({ name })} max={80} />}
        {!isResident() && <Text id="phone" label={t("reporter.phone")}
          small={t("optional")} type="tel" value={w.phone} onText={(phone) => set({ phone })} max={40} />}
        <Check id="wants_news" label={t("reporter.news")} checked={w.wants_news} onCheck={(wants_news) => set({ wants_news })} />
      </>
    );
  }
  const free = FREE_NOTE.includes(step) || (step === "appraise" && w.verdict !== "again");
  return (
    <>
      {step === "assign" && <Assigning w={w} set={set} />}
      {step === "extend" && <Day w={w} set={set} wrong={wrong.due} />}
      {step === "appraise" && (
        <Tiles id="verdict" legend={t("appraise.verdict")} shape="one" tile="wide"
          wrong={wrong.verdict} value={w.verdict} onPick={(verdict) => set({ verdict })}
          options={(["yes", "again", "no"] as const).map((value) => ({ value, label: t(`appraise.${value}`) }))} />
      )}
      {step === "appraise" && w.verdict && w.verdict !== "again" && (
        <Tiles id="satisfied" legend={t("appraise.satisfied")} shape="two" tile="low" value={w.satisfied} onPick={(satisfied) => set({ satisfied })}
          options={(["yes", "no"] as const).map((value) => ({ value, label: t(`satisfied.${value}`) }))} />
      )}
      <Text id="note" long label={t(REASONS.includes(step) ? "note.reason" : "note.what")} small={free ? t("optional") : undefined}
        value={w.note} onText={(note) => set({ note })} wrong={wrong.note} max={4000} />
      {step === "decline" && (
        <Text id="refer_to" label={t("note.refer")} value={w.refer_to} onText={(refer_to) => set({ refer_to })}
          wrong={wrong.refer_to} max={400} placeholder={t("note.refer.example")} />
      )}
    </>
  );
}

function Assigning({ w, set }: { w: Words; set: (change: Partial<Words>) => void }) {
  const staff = people().filter((p) => p.doc.posts.some((post) => post.role !== "resident" && post.role !== "patrol_volunteer"));
  const options = [...PARTIES.map((role) => ({ value: role, label: partyLabel(role) })), ...staff.map((p) => ({ value: p.id, label: p.doc.name }))];
  const toggle = (party: string, on: boolean) => set({ assisting: on ? [...w.assisting, party] : w.assisting.filter((p) => p !== party) });
  return (
    <>
      <Pick id="lead" plain label={t("assign.lead")} options={options} value={w.lead}
        onPick={(lead) => set({ lead, assisting: w.assisting.filter((p) => p !== lead) })} />
      <fieldset>
        <legend>{t("assign.assisting")} <small>{t("optional")}</small></legend>
        {PARTIES.filter((p) => p !== w.lead).map((p) => (
          <Check key={p} id={`with-${p}`} label={partyLabel(p)} checked={w.assisting.includes(p)} onCheck={(on) => toggle(p, on)} />
        ))}
      </fieldset>
      <Day w={w} set={set} free />
    </>
  );
}

const Day = ({ w, set, wrong, free }: { w: Words; set: (change: Partial<Words>) => void; wrong?: string; free?: boolean }) => (
  <Text id="due" type="date" label={t("assign.due")} small={free ? t("optional") : undefined}
    value={w.due} onText={(due) => set({ due })} hint={free ? t("assign.due.hint") : undefined} wrong={wrong}
    min={new Date().toISOString().slice(0, 10)} />
);
