/* The way out of a refused record: asked twice, because it cannot be brought back. */
import { useSignal } from "@preact/signals";
import { discard } from "../engine";
import { t } from "../words";
import { Ask } from "./ask";

const TWICE = 2;

export function Discard({ id }: { id: string }) {
  const asked = useSignal(0);
  const drop = () => {
    if (asked.value < TWICE) asked.value += 1;
    else void discard(id);
  };
  if (!asked.value) return <button class="btn text" type="button" onClick={drop}>{t("discard")}</button>;
  return (
    <Ask question={t(asked.value === 1 ? "discard.ask" : "discard.again")} yes={t("discard.yes")} no={t("discard.no")}
      onYes={drop} onNo={() => (asked.value = 0)} />
  );
}
