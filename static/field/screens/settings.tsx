import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { account, device, signOut, waiting } from "../engine";
import { Ask } from "../parts/ask";
import { Tiles } from "../parts/fields";
import { InstallHint } from "../parts/install";
import { LanguageChoice } from "../parts/language";
import { elder, setLook, theme, type Theme } from "../parts/look";
import { roleWord } from "../parts/me";
import { Page } from "../parts/page";
import { Alarm, useSaving } from "../parts/save";
import { go } from "../router";
import { LockSetting } from "./lock";
import { Safety } from "./safety";
import { cap, t } from "../words";

/** Named by the shell, where the operator has named it. */
const source = document.querySelector<HTMLLinkElement>("link[rel=code-repository]")?.href;
const MIB = 1024 * 1024;

function Storage() {
  const kept = useSignal<boolean | null>(null);
  const used = useSignal<number | null>(null);
  useEffect(() => {
    void navigator.storage?.persisted?.().then((yes) => (kept.value = yes));
    void navigator.storage?.estimate?.().then(({ usage }) => (used.value = usage ?? null));
  }, []);
  const ask = async () => (kept.value = await navigator.storage.persist());
  return (
    <section class="sheet" aria-labelledby="storage">
      <h2 class="title" id="storage">{t("storage")}</h2>
      <p class="said" role="status">{t(kept.value === null ? "storage.unknown" : kept.value ? "storage.kept" : "storage.loose")}</p>
      {used.value !== null && <p class="said">{t("storage.used", { n: Math.max(1, Math.round(used.value / MIB)) })}</p>}
      {kept.value === false && <button class="btn small" type="button" onClick={() => void ask()}>{t("storage.ask")}</button>}
    </section>
  );
}

function SignOut() {
  const asked = useSignal(false);
  const saving = useSaving();
  const n = waiting();
  const leave = () =>
    void saving.run(async () => {
      await signOut();
      go("today");
    });
  return (
    <>
      {asked.value ? (
        <Ask question={n ? t("signout.ask.waiting", { n }) : t("signout.ask")} yes={t("signout.yes")} no={t("signout.no")}
          onYes={leave} onNo={() => (asked.value = false)} />
      ) : (
        <button class="btn gap" type="button" onClick={() => (asked.value = true)}>{t("signout")}</button>
      )}
      <Alarm saving={saving} />
    </>
  );
}

export function Settings() {
  const who = account.value;
  const number = useSignal("");
  useEffect(() => void device().then((id) => (number.value = id?.slice(-6) ?? "")), []);
  return (
    <Page title={t("settings")} back={["today"]}>
      <section class="sheet" aria-label={t("settings.who")}>
        <p class="title">{who?.name}</p>
        <p class="said">{cap([...new Set(who?.posts.map((post) => roleWord(post.role)))].join(t("list.comma")))}</p>
      </section>
      <LanguageChoice />
      <Tiles id="theme" legend={t("theme")} tile="low" value={theme.value} onPick={(v) => void setLook({ theme: v as Theme })}
        options={(["auto", "light", "dark"] as const).map((value) => ({ value, label: t(`theme.${value}`) }))} />
      <section class="sheet">
        <label class="switch">
          <span class="title">{t("elder.long")}</span>
          <input type="checkbox" role="switch" checked={elder.value} onChange={(e) => void setLook({ elder: e.currentTarget.checked })} />
        </label>
        <p class="said">{t("elder.said")}</p>
      </section>
      <LockSetting />
      <Safety />
      <InstallHint always />
      <Storage />
      <p><a class="btn gap" href="#/mydata">{t("mydata")}</a></p>
      <dl class="facts gap">
        <dt>{t("version")}</dt><dd>{SILIAN_VERSION}</dd>
        <dt>{t("licence")}</dt>
        <dd>AGPL-3.0 <br />{source ? <a href={source} target="_blank" rel="noreferrer">{t("source")}</a> : t("source.ask")}</dd>
        {number.value && <><dt>{t("device")}</dt><dd>{number.value}</dd></>}
      </dl>
      <SignOut />
    </Page>
  );
}
