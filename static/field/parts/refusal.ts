/* Why a record came back, in everyday words: the rule, then the way out. */
import type { Entry } from "../engine";
import { has, t, tCode, type Key } from "../words";

/** A field that the server found wanting, in the words of the form where we have them. */
const fieldWords = (name: string): string => tCode("fields", name.split(".")[0] ?? name, "");

export function refusalWords(entry: Entry): string {
  const names = Object.keys(entry.fields ?? {});
  if (entry.code === "invalid" && entry.payload.consent === false && names.some((n) => n === "note" || n === "photos")) return t("refused.consent");
  if (entry.code === "invalid" && names.length) {
    const what = [...new Set(names.map(fieldWords).filter(Boolean))].join(t("and"));
    if (what) return t("refused.fields", { what });
  }
  if (entry.code === "stale" && entry.detail?.state) return t("refused.stale.now", { state: tCode("state", entry.detail.state as string) });
  const key = `refused.${entry.code}`;
  return has(key) ? t(key as Key) : entry.message || t("refused.other");
}
