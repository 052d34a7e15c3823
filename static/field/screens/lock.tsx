/* The lock, what offers it, and its place in the settings. */
import { useSignal } from "@preact/signals";
import { account } from "../engine";
import { forgot, lockBy, lockIsOn, lockIsOpen, open, unlockForGood } from "../lock";
import { useMistakes } from "../parts/fields";
import { isStaff } from "../parts/me";
import { Page } from "../parts/page";
import { PinField } from "../parts/pinfield";
import { Form, Save, useSaving } from "../parts/save";
import { DIGITS, easy } from "../pins";
import { go, href } from "../router";
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

/** Six digits, chosen here and now. */
export function ChooseLock({ done }: { done?: () => void }) {
  const pin = useSignal("");
  const saving = useSaving();
  const { wrong, clean } = useMistakes(() =>
    pin.value.length < DIGITS ? { pin: t("pin.short", { n: DIGITS }) } : easy(pin.value) ? { pin: t("pin.easy") } : {},
  );
  const submit = () => {
    if (!clean()) return;
    void saving.run(async () => {
      await lockBy(pin.value);
      done ? done() : go("settings");
    });
  };
  return (
    <Page title={t("lock.choose")} back={["settings"]} form foot={<Save saving={saving} />}>
      <p class="said">{t("lock.choose.said")}</p>
      <Form onSave={submit}>
        <PinField id="pin" label={t("pin.fresh")} pin={pin} wrong={wrong.pin} hint={t("lock.hint")} fresh />
      </Form>
    </Page>
  );
}

const isDemo = () => document.querySelector("body > .banner") !== null;

/** Staff are asked once whether they want it, on today's screen; in a demo everybody knows the password anyway. */
export function LockOffer() {
  const gone = useSignal(false);
  if (gone.value || !account.value || !isStaff() || isDemo() || !lockIsOpen()) return null;
  const no = () => {
    unlockForGood(true);
    gone.value = true;
  };
  return (
    <div class="offer" role="status">
      <span>{t("lock.offer")}</span>
      <a class="btn small" href={href("lock")}>{t("lock.choose")}</a>
      <button class="btn text small" type="button" onClick={no}>{t("lock.no")}</button>
    </div>
  );
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
