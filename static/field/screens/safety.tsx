/* Where one is signed in, and passkeys: in the settings, asked of the server when they are opened. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { canPasskey } from "../../shared/passkey";
import { phone } from "../here";
import { Ask } from "../parts/ask";
import { Alarm, useSaving } from "../parts/save";
import { addPasskey, removePasskey } from "../passkeys";
import { request } from "../wire";
import { t, whenWithin } from "../words";

interface Listed { id: string; kind: "phone" | "desk"; here: boolean; contacted_at: string | null; waiting: number; app: string; suspended: boolean }
interface Key { id: string; created_at: string; used_at: string | null }

export function Safety() {
  const all = useSignal<Listed[] | null>(null);
  const keys = useSignal<Key[]>([]);
  const saving = useSaving();
  const read = async () => {
    const reply = await request(phone.env, "GET", "/auth/devices", {});
    if (reply.kind !== "answer" || reply.status !== 200 || !Array.isArray(reply.body?.devices)) return;
    all.value = reply.body.devices;
    keys.value = reply.body.keys ?? [];
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
      {all.value && <p class="said" role="status">{t("passkeys", { n: keys.value.length })}</p>}
      {keys.value.map((one) => <KeyRow key={one.id} one={one} read={read} />)}
      {all.value && canPasskey() && <button class="btn small" type="button" onClick={add}>{t("passkey.add")}</button>}
      <Alarm saving={saving} />
    </section>
  );
}

/** When it was made and last used; the way to take it away asks twice. */
function KeyRow({ one, read }: { one: Key; read: () => Promise<void> }) {
  const asked = useSignal(false);
  const saving = useSaving();
  const words = t("key.made", { when: whenWithin(one.created_at) }) + t("list.comma") + (one.used_at ? t("key.used", { when: whenWithin(one.used_at) }) : t("key.unused"));
  const remove = () =>
    void saving.run(async () => {
      await removePasskey(phone, one.id);
      await read();
    });
  return (
    <>
      <div class="row">
        <span class="said">{words}</span>
        {!asked.value && <button class="btn text small" type="button" onClick={() => (asked.value = true)}>{t("key.remove")}<span class="vh">{words}</span></button>}
      </div>
      {asked.value && <Ask question={t("key.remove.ask")} yes={t("key.remove.yes")} no={t("key.remove.no")} onYes={remove} onNo={() => (asked.value = false)} />}
      <Alarm saving={saving} />
    </>
  );
}

function deviceWords(one: Listed): string {
  const words = [`${t(`devices.${one.kind}`)} ${one.id.slice(-6)}`];
  if (one.here) words.push(t("devices.here"));
  if (one.suspended) words.push(t("devices.suspended"));
  if (one.contacted_at) words.push(t("devices.contact", { when: whenWithin(one.contacted_at) }));
  if (one.kind === "phone" && one.waiting) words.push(t("devices.waiting", { n: one.waiting }));
  return words.join(t("list.comma"));
}
