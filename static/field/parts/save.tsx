/* The armband of a form, and what happens when the phone cannot save: the words stay, and can be copied. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { Problem } from "../engine";
import type { Draft } from "../draft";
import { has, t, tCode } from "../words";
import { Icon, type IconName } from "./icon";

export function problemWords(problem: unknown): string {
  if (!(problem instanceof Problem)) return t("problem.storage");
  if (problem.code === "slow_down" && problem.retryAfter) return t("problem.wait", { n: Math.ceil(problem.retryAfter / 60_000) });
  return has(`problem.${problem.code}`) ? tCode("problem", problem.code) : problem.message;
}

const SHOWN_AFTER_MS = 200;

/** One saving at a time; a second tap while it runs does nothing. Most are over before there would be anything to read. */
export function useSaving() {
  /** What went wrong, kept as it is: its words are those of the language now. */
  const problem = useSignal<unknown>(null);
  const busy = useSignal(false);
  const runs = useRef(false);
  async function run(work: () => Promise<void>): Promise<void> {
    if (runs.current) return;
    runs.current = true;
    const tell = setTimeout(() => (busy.value = true), SHOWN_AFTER_MS);
    problem.value = null;
    try {
      await work();
    } catch (error) {
      problem.value = error;
      if (!(error instanceof Problem)) throw error;
    } finally {
      clearTimeout(tell);
      runs.current = busy.value = false;
    }
  }
  return { problem, busy, run };
}

type Saving = ReturnType<typeof useSaving>;

/** What could not be saved, said above the armband. */
export const Alarm = ({ saving, words }: { saving: Saving; words?: () => string }) =>
  saving.problem.value ? (
    <div class="alarm" role="alert">
      <p>{problemWords(saving.problem.value)}</p>
      {words && <CopyButton words={words} />}
    </div>
  ) : null;

function CopyButton({ words }: { words: () => string }) {
  const done = useSignal("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(words());
      done.value = t("copy.done");
    } catch {
      done.value = t("copy.failed");
    }
  };
  return (
    <>
      <button class="btn small" type="button" onClick={() => void copy()}>{t("copy")}</button>
      <span role="status"> {done.value}</span>
    </>
  );
}

interface SaveProps { saving: Saving; label?: string; icon?: IconName; words?: () => string; draft?: Draft<any> }

export function Save({ saving, label = t("save"), icon = "check", words, draft }: SaveProps) {
  if (draft && !draft.mine.value) {
    return (
      <div class="alarm">
        <p>{t("draft.elsewhere")}</p>
        <button class="btn small" type="button" onClick={() => void draft.take()}>{t("draft.take")}</button>
      </div>
    );
  }
  return (
    <>
      <Alarm saving={saving} words={words} />
      {draft && !draft.kept.value && <p class="hint">{t("draft.unkept")}</p>}
      <button class="btn band" type="submit" form="form" aria-disabled={saving.busy.value || undefined}>
        <Icon name={icon} />
        {saving.busy.value ? t("saving") : label}
      </button>
    </>
  );
}

interface FormProps { onSave: () => void; draft?: Draft<any>; children: ComponentChildren }

/** Nothing of a form reaches the address; what another window writes is shown here and not written. */
export const Form = ({ onSave, draft, children }: FormProps) => (
  <form id="form" noValidate inert={draft && !draft.mine.value} onSubmit={(event) => { event.preventDefault(); onSave(); }}>
    {children}
  </form>
);
