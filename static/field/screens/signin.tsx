import { useSignal } from "@preact/signals";
import { account, entries, signIn } from "../engine";
import { Text, useMistakes, type Wrong } from "../parts/fields";
import { LanguageChoice } from "../parts/language";
import { Page } from "../parts/page";
import { Form, Save, useSaving } from "../parts/save";
import { go, route } from "../router";
import { Ways, byPin } from "../ways";
import { t } from "../words";

const asks = (login: string, password: string): Wrong => ({
  ...(login.trim() ? {} : { login: t("signin.login.missing") }),
  ...(password ? {} : { password: t("signin.password.missing") }),
});

/** Also the way back in while records wait: who is asked to sign in again keeps the same account. */
export function SignIn() {
  const login = useSignal("");
  const password = useSignal("");
  const { wrong, clean } = useMistakes(() => asks(login.value, password.value));
  const saving = useSaving();
  const again = account.value !== null;
  const More = Ways.value;
  if (More && byPin.value && !login.value && !password.value) return <More whole />;
  const submit = () => {
    if (!clean()) return;
    void saving.run(async () => {
      await signIn(login.value.trim(), password.value);
      if (route.peek()[0] === "sign-in") go("today");
    });
  };
  return (
    <Page title={t("signin")} brand={t("app.long")} foot={<Save saving={saving} label={t("signin")} icon="next" />} stack>
      <div class="hero">
        <h1 class="big" tabIndex={-1}>{again ? t("signin.again.title") : t("signin")}</h1>
        <p class="said">{again ? t(entries.value.length ? "sync.signin" : "signin.again") : t("signin.said")}</p>
      </div>
      <Form onSave={submit}>
        <Text id="login" label={t("signin.login")} value={login.value}
          onText={(v) => (login.value = v)} wrong={wrong.login} autocomplete="username" />
        <Text id="password" label={t("signin.password")} type="password" value={password.value}
          onText={(v) => (password.value = v)} wrong={wrong.password} autocomplete="current-password" />
      </Form>
      {More && <More />}
      <p class="hint">{t("signin.first")}</p>
      <LanguageChoice />
    </Page>
  );
}
