/* Where: a plate that is already right, or building, unit and a few words. */
import { useSignal } from "@preact/signals";
import { t } from "../words";
import type { Place } from "./docs";
import { Pick, Text, Mistake } from "./fields";
import { parseCode, Plate, placeWords, units } from "./places";

interface PlaceProps { place: Place; onPlace: (place: Place) => void; wrong?: string; /** nothing finer than the building */ coarse?: boolean; label?: string }

export function PlacePick({ place, onPlace, wrong, coarse, label = t("place.where") }: PlaceProps) {
  const open = useSignal(!place.grid_code && !place.text);
  const known = units();
  const here = known.find((u) => u.grid_code === place.grid_code);
  const building = here?.building ?? parseCode(place.grid_code).building;
  const ofBuilding = known.filter((u) => u.building === building);
  const toBuilding = (n: string) => {
    const first = known.find((u) => u.building === Number(n));
    onPlace({ ...place, grid_code: first ? first.grid_code.split("-").slice(0, 2).join("-") : null });
  };
  if (!open.value) {
    return (
      <>
        <p class="label">{label}</p>
        <div class="check split" id="place">
          <Plate>{placeWords(place)}</Plate>
          <button class="btn text small" type="button" onClick={() => (open.value = true)}>{t("place.change")}</button>
        </div>
      </>
    );
  }
  const buildings = [...new Set(known.map((u) => u.building))];
  const outside = { value: "", label: t("place.outside") };
  return (
    <fieldset id="place" tabIndex={-1} aria-describedby={wrong ? "place-wrong" : undefined}>
      <legend class={wrong ? "wrong" : undefined}>{label}</legend>
      {buildings.length > 0 && (
        <div class="pair plates">
          <Pick id="building" label={t("place.building.label")} hidden value={String(building || "")} onPick={toBuilding}
            options={[outside, ...buildings.map((n) => ({ value: String(n), label: t("place.building", { n }) }))]} />
          {building > 0 && !coarse && (
            <Pick id="unit" label={t("place.unit.label")} hidden
              value={place.grid_code ?? ""} onPick={(grid_code) => onPlace({ ...place, grid_code })}
              options={[
                { value: ofBuilding[0]?.grid_code.split("-").slice(0, 2).join("-") ?? "", label: t("place.whole") },
                ...ofBuilding.map((u) => ({ value: u.grid_code, label: t("place.unit.alone", { n: u.unit }) })),
              ]} />
          )}
        </div>
      )}
      <Text id="place-text" label={t("place.text")} small={t("optional")} value={place.text ?? ""} max={200}
        placeholder={t("place.example")} onText={(text) => onPlace({ ...place, text })} hint={coarse ? t("place.coarse") : undefined} />
      <Mistake id="place" text={wrong} />
    </fieldset>
  );
}

export const noPlace = (): Place => ({ grid_code: null, position: null, text: null });
export const isPlace = (place: Place) => Boolean(place.grid_code || place.text?.trim());
/** As it is sent: empty words are no words. */
export const tidy = (place: Place): Place => ({ ...place, text: place.text?.trim() || null });
