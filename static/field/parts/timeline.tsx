/* What happened, newest first, in words. */
import { cap, t, tCode, when, type Key } from "../words";
import { knotOf } from "./chain";
import type { Case, Step } from "./docs";
import { Icon, type IconName } from "./icon";
import { nameOf, partyWord, roleWord } from "./me";

const RETURNS = ["assigned", "handling"];

/** The sentence of an advance depends on where it came from: work that comes back is not work that is accepted. */
function advanceKey(step: Step, before: Step | undefined): Key {
  if (step.from === "escalated" && step.level !== before?.level) return "step.answer"; // it left the level it had come up to
  if (step.to === "accepted" && RETURNS.includes(step.from ?? "")) return "step.giveback";
  if (step.to === "handling") return step.from === "handling" ? "step.progress" : step.from === "appraising" ? "step.reopen" : "step.begin";
  if (step.to === "appraising") return step.from === "appraising" ? "step.attempt" : "step.handled";
  const known: Record<string, Key> = {
    accepted: "step.accept", declined: "step.decline", discussing: "step.discuss", assigned: "step.assign", handled: "step.handled", closed: "step.close",
  };
  return known[step.to ?? ""] ?? "step.moved";
}

function words(step: Step, before: Step | undefined, c: Case): string {
  const level = tCode("level", step.level);
  switch (step.kind) {
    case "raise": return t("step.raise", { who: nameOf(step.by, step.role) });
    case "join": return t("step.join");
    case "escalate": return t("step.escalate", { level });
    case "skip": return t("step.skip", { level });
    case "nudge": return t("step.nudge");
    case "extend": return t("step.extend");
    default: return t(advanceKey(step, before), { who: step.role ? roleWord(step.role) : nameOf(step.by), lead: c.lead ? partyWord(c.lead) : t("someone") });
  }
}

const icon = (step: Step): IconName =>
  step.kind === "escalate" || step.kind === "skip" ? "ladder" : step.kind === "join" ? "people" : step.kind === "nudge" ? "nudge" : "pen";

/** Newest first. "Handled" and "waits for a word" are one step to a person. */
const told = (c: Case) => c.timeline.filter((step) => step.from !== "handled").reverse();

/** For the ear: the newest steps, each as a sentence. */
export const toldAloud = (c: Case, most: number): string[] =>
  told(c).slice(0, most).map((step, i, all) => [when(step.at), words(step, all[i + 1], c), step.note].filter(Boolean).join(t("comma")));

export function Timeline({ c }: { c: Case }) {
  if (!c.timeline?.length) return <p class="blank">{t("timeline.none")}</p>;
  return (
    <ol class="line">
      {told(c).map((step, i, all) => {
        const knot = knotOf(step);
        const over = step.to === "closed";
        return (
          <li key={i} class={over ? "step over" : knot ? "step" : step.kind === "nudge" ? "bell" : ""}>
            <span class="knot" aria-hidden="true">{knot ? t(`chain.${knot}.mark`) : <Icon name={icon(step)} />}</span>
            <p class="title">{cap(words(step, all[i + 1], c))}</p>
            {step.note && <p class="said">{step.note}</p>}
            <p class="when">{when(step.at)}{step.by || step.role ? t("comma") + nameOf(step.by, step.role) : ""}</p>
          </li>
        );
      })}
    </ol>
  );
}
