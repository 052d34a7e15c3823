/* Where one stands, by satellites: asked for with one tap, never by itself, and let go with another. */
import { useSignal } from "@preact/signals";
import { Problem } from "../engine";
import { t } from "../words";
import type { Position } from "./docs";
import { Icon } from "./icon";
import { problemWords } from "./save";

const PATIENCE_MS = 15_000;
const FINE = 1e6; // a tenth of a metre

export const locate = (): Promise<Position> =>
  new Promise((resolve, reject) =>
    navigator.geolocation.getCurrentPosition(
      ({ coords, timestamp }) =>
        resolve({
          lat: Math.round(coords.latitude * FINE) / FINE, lon: Math.round(coords.longitude * FINE) / FINE,
          accuracy_m: Math.round(coords.accuracy), at: new Date(timestamp).toISOString(),
        }),
      (cause) => reject(new Problem("position", { cause })),
      { enableHighAccuracy: true, timeout: PATIENCE_MS },
    ),
  );

export function Spot({ position, onPosition }: { position: Position | null; onPosition: (position: Position | null) => void }) {
  const busy = useSignal(false);
  const wrong = useSignal("");
  const ask = async () => {
    if (busy.peek()) return;
    busy.value = true;
    wrong.value = "";
    await locate().then(onPosition, (error: unknown) => (wrong.value = problemWords(error)));
    busy.value = false;
  };
  if (!("geolocation" in navigator)) return null;
  return (
    <div role="status">
      {position && <p class="done gap"><Icon name="check" />{t("spot.noted", { n: position.accuracy_m ?? 0 })}</p>}
      {position ? (
        <button class="btn text small" type="button" onClick={() => onPosition(null)}>{t("spot.drop")}</button>
      ) : (
        <button class="btn text small" type="button" onClick={() => void ask()}><Icon name="place" />{t(busy.value ? "spot.busy" : "spot")}</button>
      )}
      {wrong.value && <p class="wrong">{wrong.value}</p>}
    </div>
  );
}
