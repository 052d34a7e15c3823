import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { newId, record } from "../engine";
import { Check, Tiles } from "../parts/fields";
import { patrollers } from "../parts/me";
import { Page } from "../parts/page";
import { activeRoutes, underway } from "../parts/rounds";
import { Form, Save, useSaving } from "../parts/save";
import { replace } from "../router";
import { t } from "../words";

/** Before a round: which way, and with whom. A round that is under way is taken up again. */
export function Patrol() {
  const routes = activeRoutes();
  const chosen = useSignal<string | null>(null);
  const company = useSignal<string[]>([]);
  const saving = useSaving();
  const round = underway();
  useEffect(() => {
    if (round && !saving.busy.peek()) replace("patrol", round.id);
  }, [round?.id]);
  const route = chosen.value ?? routes[0]?.id ?? "";
  const others = patrollers();
  const submit = () =>
    void saving.run(async () => {
      const patrol_id = newId();
      await record("patrol.start", { patrol_id, route_id: route || null, companions: company.value, track: false });
      replace("patrol", patrol_id);
    });
  const toggle = (id: string, on: boolean) => (company.value = on ? [...company.value, id] : company.value.filter((other) => other !== id));
  const ways = [
    ...routes.map((r) => ({ value: r.id, label: t("patrol.route", { name: r.doc.name, n: r.doc.checkpoint_ids.length, minutes: r.doc.minutes }) })),
    { value: "", label: t("patrol.free") },
  ];
  return (
    <Page title={t("bar.patrol")} back={["today"]} sync stack foot={<Save saving={saving} label={t("patrol.start")} icon="round" />}>
      <Form onSave={submit}>
        <Tiles id="route" legend={t("patrol.which")} shape="one" tile="wide" options={ways} value={route} onPick={(v) => (chosen.value = v)} />
        <fieldset>
          <legend>{t("patrol.with")} <small>{t("patrol.with.hint")}</small></legend>
          {others.map((p) => (
            <Check key={p.id} id={p.id} label={p.doc.name} checked={company.value.includes(p.id)} onCheck={(on) => toggle(p.id, on)} />
          ))}
          {!others.length && <p class="quiet">{t("patrol.with.none")}</p>}
        </fieldset>
        <p class="hint">{t("patrol.notrack")}</p>
      </Form>
    </Page>
  );
}
