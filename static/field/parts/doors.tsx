/* Which door: building and stairwell by plates, doors by big buttons, top floor first as the house stands. */
import { useSignal } from "@preact/signals";
import { t } from "../words";
import { Mistake, Pick } from "./fields";
import { units } from "./places";

const AT_ONCE = 16;

interface DoorsProps { doors?: boolean; grid_code: string; household: string | null; wrong?: string; onPick: (grid_code: string, household: string | null) => void }

/** `doors`: a whole stairwell is no answer. */
export function Doors({ doors: only, grid_code, household, wrong, onPick }: DoorsProps) {
  const all = useSignal(false);
  const known = units();
  const here = known.find((u) => u.grid_code === grid_code);
  if (!known.length) return <p class="note main-note" id="door" tabIndex={-1}>{t("doors.none")}</p>;
  const buildings = [...new Set(known.map((u) => u.building))];
  const doors = [...(here?.doors ?? [])].sort((a, b) => b[1] - a[1] || a[2].localeCompare(b[2], undefined, { numeric: true }));
  const last = doors.findIndex(([id]) => id === household);
  const shown = all.value || doors.length <= AT_ONCE || last >= AT_ONCE - 4 ? doors : doors.slice(0, AT_ONCE - 4);
  const rest = doors.slice(shown.length);
  const toBuilding = (n: string) => onPick(known.find((u) => u.building === Number(n))?.grid_code ?? "", null);
  return (
    <fieldset id="door" tabIndex={-1} aria-describedby={wrong ? "door-wrong" : undefined}>
      <legend class={wrong ? "wrong" : undefined}>{t("doors.which")}</legend>
      <div class="pair plates">
        <Pick id="building" label={t("place.building.label")} hidden value={here ? String(here.building) : ""} onPick={toBuilding}
          options={[...(here ? [] : [{ value: "", label: t("doors.building") }]), ...buildings.map((n) => ({ value: String(n), label: t("place.building", { n }) }))]} />
        {here && (
          <Pick id="unit" label={t("place.unit.label")} hidden value={grid_code} onPick={(code) => onPick(code, null)}
            options={known.filter((u) => u.building === here.building).map((u) => ({ value: u.grid_code, label: t("place.unit.alone", { n: u.unit }) }))} />
        )}
      </div>
      {here && (
        <div class="tiles four doors">
          {shown.map(([id, , door]) => (
            <label key={id} class="tile low">
              <input type="radio" name="door" value={id} checked={id === household} onChange={() => onPick(grid_code, id)} />
              <span>{door}</span>
            </label>
          ))}
        </div>
      )}
      {rest.length > 0 && (
        <button class="btn text small" type="button" onClick={() => (all.value = true)}>{t("doors.more", { from: rest[rest.length - 1]![1], to: rest[0]![1] })}</button>
      )}
      {here && !only && (
        <label class="check gap">
          <input type="radio" name="door" value="" checked={household === ""} onChange={() => onPick(grid_code, "")} />
          <span>{t("doors.unit")}</span>
        </label>
      )}
      <Mistake id="door" text={wrong} />
    </fieldset>
  );
}
