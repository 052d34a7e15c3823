/* Where one is signed in, and passkeys: in the settings, asked of the server when they are opened. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { canPasskey } from "../../shared/passkey";
import { phone } from "../here";
import { Alarm, useSaving } from "../parts/save";
import { addPasskey } from "../passkeys";
import { request } from "../wire";
import { t, when } from "../words";

interface Listed { id: string; kind: "phone" | "desk"; here: boolean; contacted_at: string | null; waiting: number; app: string; suspended: boolean }

export function Safety() {
  const all = useSignal<Listed[] | null>(null);
  const keys = useSignal(0);
  const saving = useSaving();
  const read = async () => {
    const reply = await request(phone.env, "GET", "/auth/devices", {});
    if (reply.kind !== "answer" || reply.status !== 200 || !Array.isArray(reply.body?.devices)) return;
    all.value = reply.body.devices;
    keys.value = Number(reply.body.passkeys);
  };
  useEffect(() => void read(), []);
  const add = () =>
    void saving.run(async () => {
      await addPasskey(phone);
      await read();
    });
  return (
    <section class="sheet" aria-labelledby="devices">
      <h2 class="title" id="devices">{t("devices")}</h2>
      {all.value ? all.value.map((one) => <p key={one.id} class="said">{deviceWords(one)}</p>) : <p class="said" role="status">{t("devices.away")}</p>}
      {all.value && <p class="said" role="status">{t("passkeys", { n: keys.value })}</p>}
      {all.value && canPasskey() && <button class="btn small" type="button" onClick={add}>{t("passkey.add")}</button>}
      <Alarm saving={saving} />
    </section>
  );
}

function deviceWords(one: Listed): string {
  const words = [`${t(`devices.${one.kind}`)} ${one.id.slice(-6)}`];
  if (one.here) words.push(t("devices.here"));
  if (one.suspended) words.push(t("devices.suspended"));
  if (one.contacted_at) words.push(t("devices.contact", { when: when(one.contacted_at) }));
  if (one.kind === "phone" && one.waiting) words.push(t("devices.waiting", { n: one.waiting }));
  return words.join(t("list.comma"));
}
