/* The lists that the desk edits. The words below stand in until the first exchange has brought them. */
import { collection } from "../engine";
import { named, tCode } from "../words";
import type { Choice } from "./docs";
import type { Option } from "./fields";
import type { IconName } from "./icon";

const ICONS: Record<string, IconName> = {
  fire_passage: "blocked", fire_charging: "fire", facilities: "facility", sanitation: "bin", security: "guard", fire: "fire",
  property_fee: "notice", neighbours: "people", dogs_noise: "aloud", hardship: "visit", suggestion: "pen", other: "other",
};
const CATEGORIES = Object.keys(ICONS);
const PURPOSES = ["routine", "follow_up", "care", "survey", "service", "other"];
/** What a round most often meets comes first, as six tiles. */
export const ON_THE_ROUND = ["fire_passage", "fire_charging", "facilities", "sanitation", "security", "other"];

function list(name: "categories" | "purposes", otherwise: string[], prefix: string): Option[] {
  const known = collection<Choice>(name).value.map((c) => c.doc).filter((c) => c.active).sort((a, b) => a.order - b.order);
  if (!known.length) return otherwise.map((code) => ({ value: code, label: tCode(prefix, code, code) }));
  return known.map((c) => ({ value: c.code, label: named(c.names) || c.code }));
}

export const categories = (): Option[] =>
  list("categories", CATEGORIES, "category").map((o) => ({ ...o, icon: ICONS[o.value] ?? "other" }));
export const purposes = (): Option[] => list("purposes", PURPOSES, "purpose");

/** Also for a category that is no longer offered. */
export function categoryWord(code: string): string {
  const found = collection<Choice>("categories").value.find((c) => c.doc.code === code);
  return named(found?.doc.names) || tCode("category", code, code);
}
