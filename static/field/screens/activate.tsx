import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { canPasskey } from "../../shared/passkey";
import { activate } from "../engine";
import { enter } from "../entering";
import { phone } from "../here";
import { Text, useMistakes } from "../parts/fields";
import { lockBy } from "../lock";
import { LanguageChoice } from "../parts/language";
import { isStaff } from "../parts/me";
import { Page } from "../parts/page";
import { PinField } from "../parts/pinfield";
import { Form, Save, useSaving } from "../parts/save";
import { activateByPasskey } from "../passkeys";
import { DIGITS, activateByPin, easy } from "../pins";
import { replace } from "../router";
import { t } from "../words";

const SHORTEST = 8;

/** An invitation's QR code leads here; its one-time code leaves the address at once. */
export function Activate({ code }: { code: string }) {
  const kept = useMemo(() => code, []);
  const wordy = useSignal(false);
  useEffect(() => history.replaceState(null, "", "#/activate"), []);
  if (!kept) {
    return (
      <Page title={t("activate")} back={["sign-in"]} form>
        <p class="blank">{t("activate.nocode")}</p>
      </Page>
    );
  }
  const other = () => (wordy.value = !wordy.value);
  return wordy.value ? <ByPassword code={kept} other={other} /> : <ByPin code={kept} other={other} />;
}

interface Way { code: string; other: () => void }

/** One PIN, typed once and seen as it is typed. */
function ByPin({ code, other }: Way) {
  const pin = useSignal("");
  const saving = useSaving();
  const { wrong, clean } = useMistakes(() =>
    pin.value.length < DIGITS ? { pin: t("pin.short", { n: DIGITS }) } : easy(pin.value) ? { pin: t("pin.easy") } : {},
  );
  const byKey = () =>
    void saving.run(async () => {
      await enter(() => activateByPasskey(phone, code));
      replace("today");
    });
  const submit = () => {
    if (!clean()) return;
    void saving.run(async () => {
      await enter(() => activateByPin(phone, code, pin.value));
      if (isStaff()) await lockBy(pin.value); // the same digits; the settings switch it off
      replace("today");
    });
  };
  return (
    <Page title={t("activate.pin")} brand={t("app.long")} form foot={<Save saving={saving} label={t("activate.do")} />} stack>
      <div class="hero">
        <h1 class="big" tabIndex={-1}>{t("activate.pin")}</h1>
        <p class="said">{t("activate.pin.said")}</p>
      </div>
      <Form onSave={submit}>
        <PinField id="pin" label={t("pin.fresh")} pin={pin} wrong={wrong.pin} hint={t("pin.hint")} fresh />
      </Form>
      {canPasskey() && <button class="btn gap" type="button" onClick={byKey}>{t("activate.bykey")}</button>}
      <button class="btn gap" type="button" onClick={other}>{t("activate.bypassword")}</button>
      <LanguageChoice />
    </Page>
  );
}

function ByPassword({ code, other }: Way) {
  const first = useSignal("");
  const second = useSignal("");
  const saving = useSaving();
  const { wrong, clean } = useMistakes(() => ({
    ...(first.value.length < SHORTEST ? { password: t("activate.short", { n: SHORTEST }) } : {}),
    ...(first.value === second.value ? {} : { again: t("activate.differ") }),
  }));
  const submit = () => {
    if (!clean()) return;
    void saving.run(async () => {
      await activate(code, first.value);
      replace("today");
    });
  };
  return (
    <Page title={t("activate")} brand={t("app.long")} form foot={<Save saving={saving} label={t("activate.do")} />} stack>
      <div class="hero">
        <h1 class="big" tabIndex={-1}>{t("activate")}</h1>
        <p class="said">{t("activate.said")}</p>
      </div>
      <Form onSave={submit}>
        <Text id="password" label={t("activate.password")} type="password" value={first.value} onText={(v) => (first.value = v)}
          wrong={wrong.password} hint={t("activate.hint", { n: SHORTEST })} autocomplete="new-password" />
        <Text id="again" label={t("activate.again")} type="password" value={second.value}
          onText={(v) => (second.value = v)} wrong={wrong.again} autocomplete="new-password" />
      </Form>
      <button class="btn gap" type="button" onClick={other}>{t("activate.bypin")}</button>
      <LanguageChoice />
    </Page>
  );
}
