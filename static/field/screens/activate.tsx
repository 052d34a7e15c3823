import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { activate } from "../engine";
import { Text, useMistakes } from "../parts/fields";
import { LanguageChoice } from "../parts/language";
import { Page } from "../parts/page";
import { Form, Save, useSaving } from "../parts/save";
import { replace } from "../router";
import { t } from "../words";

const SHORTEST = 8;

/** An invitation's QR code leads here; its one-time code leaves the address at once. */
export function Activate({ code }: { code: string }) {
  const kept = useMemo(() => code, []);
  const first = useSignal("");
  const second = useSignal("");
  const saving = useSaving();
  useEffect(() => history.replaceState(null, "", "#/activate"), []);
  const { wrong, clean } = useMistakes(() => ({
    ...(first.value.length < SHORTEST ? { password: t("activate.short", { n: SHORTEST }) } : {}),
    ...(first.value === second.value ? {} : { again: t("activate.differ") }),
  }));
  const submit = () => {
    if (!clean()) return;
    void saving.run(async () => {
      await activate(kept, first.value);
      replace("today");
    });
  };
  if (!kept) {
    return (
      <Page title={t("activate")} back={["sign-in"]} form>
        <p class="blank">{t("activate.nocode")}</p>
      </Page>
    );
  }
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
      <LanguageChoice />
    </Page>
  );
}
