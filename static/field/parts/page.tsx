/* The frame of every screen: skip link, masthead, sync sentence, content, actions, in reading order. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { applyUpdate, sync as Sync, update } from "../engine";
import { href, route } from "../router";
import { t } from "../words";
import { Bar, type Tab } from "./bar";
import { Icon, Mark } from "./icon";
import { elder, setLook } from "./look";
import { Notices, SyncLine } from "./notices";

interface Frame {
  title: string;
  over?: string;
  /** where "back" leads; a screen with it has the small masthead and no bar */
  back?: string[];
  backWord?: string;
  brand?: string;
  tab?: Tab | "none";
  /** a form: nothing but the form asks for attention */
  form?: boolean;
  sync?: boolean;
  foot?: ComponentChildren;
  stack?: boolean;
  children: ComponentChildren;
}

function skip(event: Event): void {
  event.preventDefault(); // the fragment is the app's address
  document.getElementById("main")?.focus();
}

export const ElderButton = () => (
  <button class="elder" type="button" aria-pressed={elder.value} onClick={() => void setLook({ elder: !elder.value })}>
    <Icon name="elder" />
    {t("elder")}
  </button>
);

const Offer = () => (
  <div class="offer" role="status">
    <span>{t("update")}</span>
    <button class="btn small" type="button" onClick={() => void applyUpdate()}>{t("update.do")}</button>
  </div>
);

export function Page({ title, over, back, backWord, brand, tab, form, sync, foot, stack, children }: Frame) {
  useEffect(() => {
    document.title = `${title} · ${t("app")}`;
  }, [title]);
  // wherever one is, and once: the sign-in itself says it by its heading
  const lost = Sync.value.kind === "signin" && route.value[0] !== "sign-in";
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>{t("skip")}</a>
      <header class={back ? "mast sub" : "mast"}>
        {back && (
          <a class="back" href={href(...back)}>
            <Icon name="back" />
            {backWord ?? t("back")}
          </a>
        )}
        {brand ? (
          <div class="brand"><Mark /><span>{brand}</span></div>
        ) : (
          <div class="mast-words">
            {over && <span class="over">{over}</span>}
            <h1 tabIndex={-1}>{title}</h1>
          </div>
        )}
        <ElderButton />
      </header>
      {(sync || lost) && <SyncLine />}
      {update.value && !form && <Offer />}
      {!form && <Notices />}
      <main id="main" tabIndex={-1}>{children}</main>
      {foot && <section class={stack ? "foot stack" : "foot"} aria-label={t("actions")}>{foot}</section>}
      {!foot && tab && <Bar tab={tab} />}
    </>
  );
}
