/* 说 商 办 评: how far a matter is, for the eye and for the ear. */
import { t } from "../words";
import type { Case, Step } from "./docs";

export const LINKS = ["raise", "discuss", "handle", "appraise"] as const;
export type Link = (typeof LINKS)[number];

const OF_STATE: Record<string, Link> = {
  raised: "raise", accepted: "raise", declined: "raise", discussing: "discuss",
  assigned: "handle", handling: "handle", escalated: "handle", handled: "appraise", appraising: "appraise", closed: "appraise",
};
export const linkOf = (state: string | null | undefined): Link => OF_STATE[state ?? ""] ?? "raise";

export function Chain({ c }: { c: Case }) {
  const at = LINKS.indexOf(linkOf(c.state));
  const over = c.state === "closed";
  return (
    <ol class="chain" aria-label={t("chain")}>
      {LINKS.map((link, i) => {
        const where = over || i < at ? "past" : i === at ? "now" : "later";
        return (
          <li key={link} class={where} aria-current={where === "now" ? "step" : undefined}>
            <b>{t(`chain.${link}.mark`)}</b>
            <span>{t(`chain.${link}`)}<span class="vh">{t(`chain.${where}`)}</span></span>
          </li>
        );
      })}
    </ol>
  );
}

/** A knot that carries its character, where a step brought the matter to another link of the chain. */
export const knotOf = (step: Step): Link | null =>
  step.kind === "raise" ? "raise" : step.kind === "advance" && step.to && linkOf(step.from) !== linkOf(step.to) ? linkOf(step.to) : null;
