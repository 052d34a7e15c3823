/* Places in words: people know their estate by its doors. */
import { collection } from "../engine";
import { language, t } from "../words";
import type { Place, Unit } from "./docs";

export const units = () =>
  [...collection<Unit>("units").value].map((u) => u.doc).sort((a, b) => a.building - b.building || a.unit - b.unit);

/** 630102001001001-03-2 → building 3, unit 2. */
export function parseCode(code: string | null | undefined): { building: number; unit: number } {
  const [, building = "", unit = ""] = (code ?? "").split("-");
  return { building: Number(building) || 0, unit: Number(unit) || 0 };
}

/** An anonymous opinion names the building at the finest. */
export const buildingCode = (code: string | null) => code?.split("-").slice(0, 2).join("-") ?? null;

export function codeWords(code: string | null | undefined): string {
  const { building, unit } = parseCode(code);
  if (!building) return "";
  return t("place.building", { n: building }) + (unit ? t("place.unit", { n: unit }) : "");
}

export function placeWords(place: Place | null | undefined): string {
  const where = codeWords(place?.grid_code);
  const text = place?.text?.trim() ?? "";
  // a checkpoint's name often says the building already, in either language
  const said = new RegExp(`^(Building |Bldg )?${parseCode(place?.grid_code).building}(号楼|栋|\\b)`, "i").test(text);
  if (!where || (said && /号楼|栋|Bldg|Building/i.test(text))) return text || t("place.none");
  return text ? `${where}${language.value === "zh" ? " " : ", "}${text}` : where;
}

export function doorWords(code: string, household: string | null | undefined): string {
  const door = household ? units().flatMap((u) => u.doors).find(([id]) => id === household)?.[2] : undefined;
  return door ? placeWords({ grid_code: code, position: null, text: door }) : codeWords(code) || t("place.none");
}

const AT_HOME = /^(\d+号楼(?:\d+单元)?|(?:Building|Bldg) \d+(?:,? Unit \d+)?,?)(?=.)/;

/** A title that begins with its place breaks after it, not inside: 3号楼2单元 | 门关不严. */
export function Title({ text }: { text: string }) {
  const house = AT_HOME.exec(text)?.[0];
  return house ? <><span class="whole">{house}</span>{text.slice(house.length)}</> : <>{text}</>;
}

export const Plate = ({ children }: { children: string }) => <span class="plate">{children}</span>;
