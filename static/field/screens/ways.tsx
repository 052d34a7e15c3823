/* The ways in beside login and password: the PIN of whoever has set one on this phone. */
import { useSignal } from "@preact/signals";
import { canPasskey } from "../../shared/passkey";
import { account, entries } from "../engine";
import { enter } from "../entering";
import { phone } from "../here";
import { Tiles, useMistakes } from "../parts/fields";
import { LanguageChoice } from "../parts/language";
import { Page } from "../parts/page";
import { PinField } from "../parts/pinfield";
import { Alarm, Form, Save, useSaving } from "../parts/save";
import { signInByPasskey } from "../passkeys";
import { DIGITS, known, signInByPin, type Known } from "../pins";
import { go, route } from "../router";
import { byPin } from "../ways";
import { t } from "../words";
import { people } from "./knownhere";

export function Ways({ whole }: { whole?: boolean }) {
  const saving = useSaving();
  if (whole) return <ByPin />;
  const byKey = () =>
    void saving.run(async () => {
      await enter(() => signInByPasskey(phone));
      if (route.peek()[0] === "sign-in") go("today");
    });
  return (
    <>
      {offered().length > 0 && <button class="btn gap" type="button" onClick={() => (byPin.value = true)}>{t("pin.instead")}</button>}
      {canPasskey() && <button class="btn gap" type="button" onClick={byKey}>{t("passkey.signin")}</button>}
      <Alarm saving={saving} />
    </>
  );
}

/** Who works here already and is only asked again is asked for no other's PIN. */
const offered = (): Known[] => people.value.filter((one) => !account.value || one.account === account.value.id);

function ByPin() {
  const pin = useSignal("");
  const chosen = useSignal<string | null>(null);
  const saving = useSaving();
  const all = offered();
  const who = all.length === 1 ? all[0] : all.find((one) => one.account === chosen.value);
  const { wrong, clean } = useMistakes(() => ({
    ...(who ? {} : { who: t("pin.who.missing") }),
    ...(pin.value.length === DIGITS ? {} : { pin: t("pin.short", { n: DIGITS }) }),
  }));
  const submit = () => {
    if (!clean() || !who) return;
    void saving.run(async () => {
      try {
        await enter(() => signInByPin(phone, who, pin.value));
      } catch (error) {
        pin.value = "";
        people.value = await known(phone); // a PIN that is good no more is gone
        throw error;
      }
      if (route.peek()[0] === "sign-in") go("today");
    });
  };
  return (
    <Page title={t("signin")} brand={t("app.long")} foot={<Save saving={saving} label={t("signin")} icon="next" />} stack>
      <div class="hero">
        <h1 class="big" tabIndex={-1}>{account.value ? t("signin.again.title") : t("signin")}</h1>
        <p class="said">{account.value ? t(entries.value.length ? "sync.signin" : "signin.again") : t("pin.said")}</p>
      </div>
      <Form onSave={submit}>
        {all.length > 1 ? (
          <Tiles id="who" legend={t("pin.who")} tile="low" value={chosen.value} onPick={(id) => (chosen.value = id)} wrong={wrong.who}
            options={all.map((one) => ({ value: one.account, label: one.name }))} />
        ) : <p class="title">{who?.name}</p>}
        <PinField id="pin" label={t("pin")} pin={pin} wrong={wrong.pin} hint={t("pin.here")} />
      </Form>
      <button class="btn gap" type="button" onClick={() => (byPin.value = false)}>{t("pin.otherwise")}</button>
      <LanguageChoice />
    </Page>
  );
}
