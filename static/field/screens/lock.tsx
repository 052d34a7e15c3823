/* The lock, what offers it, and its place in the settings. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { account } from "../engine";
import { forgot, lockBy, lockIsDue, lockIsOn, open, putLockOff, unlockForGood } from "../lock";
import { useMistakes } from "../parts/fields";
import { isStaff } from "../parts/me";
import { Page } from "../parts/page";
import { PinField } from "../parts/pinfield";
import { Form, Save, useSaving } from "../parts/save";
import { DIGITS, easy } from "../pins";
import { underway } from "../parts/rounds";
import { go, href, replace } from "../router";
import { t } from "../words";

/** Stands in the place of every screen; what was there is not on the page any more. */
export function Lock() {
  const pin = useSignal("");
  const saving = useSaving();
  const { wrong, clean } = useMistakes(() => (pin.value.length === DIGITS ? {} : { pin: t("pin.short", { n: DIGITS }) }));
  const submit = () => {
    if (!clean()) return;
    void saving.run(async () => {
      const typed = pin.value;
      pin.value = "";
      await open(typed);
    });
  };
  return (
    <Page title={t("lock")} brand={t("app.long")} form foot={<Save saving={saving} label={t("lock.open")} icon="lock" />} stack>
      <div class="hero">
        <h1 class="big" tabIndex={-1}>{t("lock")}</h1>
        <p class="said">{t("lock.said")}</p>
      </div>
      <Form onSave={submit}>
        <PinField id="pin" label={t("pin")} pin={pin} wrong={wrong.pin} />
      </Form>
      <a class="btn gap" href={href("sign-in")} onClick={forgot}>{t("lock.forgot")}</a>
      <p class="hint">{t("lock.forgot.said")}</p>
    </Page>
  );
}

/** Six digits, chosen here and now. `asked`: after signing in, before today's screen, and not from the settings. */
export function ChooseLock({ asked = false }: { asked?: boolean }) {
  const pin = useSignal("");
  const due = useMemo(lockIsDue, []);
  const saving = useSaving();
  const { wrong, clean } = useMistakes(() =>
    pin.value.length < DIGITS ? { pin: t("pin.short", { n: DIGITS }) } : easy(pin.value) ? { pin: t("pin.easy") } : {},
  );
  const on = () => (asked ? replace("today") : go("settings"));
  const submit = () => {
    if (!clean()) return;
    void saving.run(async () => {
      await lockBy(pin.value);
      on();
    });
  };
  const without = () => {
    due === "again" ? unlockForGood(true) : putLockOff();
    on();
  };
  return (
    <Page title={t("lock.choose")} back={asked ? undefined : ["settings"]} form foot={<Save saving={saving} />} stack>
      <p class="said">{t("lock.choose.said")}</p>
      <Form onSave={submit}>
        <PinField id="pin" label={t("pin.fresh")} pin={pin} wrong={wrong.pin} hint={t("lock.hint")} fresh />
      </Form>
      {asked && <button class="btn gap" type="button" onClick={without}>{t(due === "again" ? "lock.no" : "lock.later")}</button>}
      {asked && <p class="hint">{t(due === "again" ? "lock.no.said" : "lock.later.said")}</p>}
    </Page>
  );
}

const isDemo = () => document.querySelector("body > .banner") !== null;

/** Leads staff from today's screen to choosing the digits, not in a round; in a demo everybody knows the password anyway. */
export function LockOffer() {
  const due = !!account.value && isStaff() && !isDemo() && !underway() && lockIsDue() !== null;
  useEffect(() => void (due && replace("lock", "first")), [due]);
  return null;
}

export function LockSetting() {
  const on = useSignal(lockIsOn());
  const turn = (wanted: boolean) => {
    if (wanted) return go("lock");
    unlockForGood(true);
    on.value = false;
  };
  return (
    <section class="sheet">
      <label class="switch">
        <span class="title">{t("lock.setting")}</span>
        <input type="checkbox" role="switch" checked={on.value} onChange={(e) => turn(e.currentTarget.checked)} />
      </label>
      <p class="said">{t("lock.hint")}</p>
    </section>
  );
}
