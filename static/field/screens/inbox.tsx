import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { latest } from "../calendar";
import { collection, installed, onIos, pushOff, pushState, record, type Doc } from "../engine";
import { Aloud } from "../parts/aloud";
import { Coming, isComing } from "../parts/coming";
import type { Alert } from "../parts/docs";
import { Icon, type IconName } from "../parts/icon";
import { Page } from "../parts/page";
import { Alarm, useSaving } from "../parts/save";
import { saw, unseen } from "../parts/seen";
import { pushOn } from "../pushing";
import { t, when } from "../words";

const ICONS: Record<string, IconName> = {
  escalated: "ladder", assigned: "matter", assisting: "people", returned: "back", urgent: "nudge", news: "people", nudge: "nudge", test: "inbox",
};
const MOST = 50;
const SHOWN = 6; // the switch below stays within reach
const TRIED_MS = 10_000;

/** Only our own fragments are followed: a path comes from outside the app. */
const safe = (path: string) => (/^\/#\//.test(path) ? path.slice(1) : "#/inbox");

const aloud = (alerts: Doc<Alert>[]) => alerts.map(({ doc }) => [doc.title, doc.body].filter(Boolean).join(t("comma"))).join(t("stop"));

export function Inbox() {
  const everything = useSignal(false);
  const alerts = [...collection<Alert>("alerts").value].sort((a, b) => latest(a.doc.at, b.doc.at)).slice(0, MOST);
  const fresh = new Set(unseen(alerts).map((a) => a.id));
  const shown = everything.value ? alerts : alerts.slice(0, SHOWN);
  return (
    <Page title={t("bar.inbox")} over={fresh.size ? t("inbox.new", { n: fresh.size }) : t("inbox.read")} tab="inbox">
      {alerts.length > 0 && <Aloud text={() => aloud(shown)} />}
      {alerts.length ? (
        <ul class="sheet flush rows">
          {shown.map(({ id, doc }) => (
            <li key={id} class={fresh.has(id) ? "alert-new" : ""}>
              <a class="row lead" href={safe(doc.path)} onClick={() => saw(id)}>
                <Icon name={ICONS[doc.kind] ?? "inbox"} />
                <span>
                  {fresh.has(id) && <span class="vh">{t("bar.new")}</span>}
                  <span class="title">{doc.title}</span>
                  <span class="meta">{when(doc.at)}{doc.body ? t("comma") + doc.body : ""}</span>
                </span>
              </a>
            </li>
          ))}
        </ul>
      ) : isComing() ? <Coming /> : (
        <p class="blank">{t("inbox.none")}</p>
      )}
      {shown.length < alerts.length && (
        <button class="btn text" type="button" onClick={() => (everything.value = true)}>{t("more", { n: alerts.length - shown.length })}</button>
      )}
      <Push />
    </Page>
  );
}

/** The switch says what is so; the sentence under it what comes instead. */
function Push() {
  const saving = useSaving();
  const state = pushState.value;
  const on = state === "on";
  const stuck = state === "unsupported" || state === "denied" || state === "busy";
  // on an iPhone only what lies on its own screen gets pushes
  const said = state === "unsupported" && onIos() && !installed() ? t("install.ios") : t(saving.busy.value ? "push.busy" : `push.${state}`);
  const flip = () => void saving.run(() => (on ? pushOff() : pushOn()));
  return (
    <section class="sheet" aria-labelledby="push">
      <label class="switch">
        <span class="title" id="push">{t("push")}</span>
        <input type="checkbox" role="switch" aria-describedby="push-said" checked={on} disabled={stuck || saving.busy.value}
          onClick={(e) => { e.preventDefault(); flip(); }} />
      </label>
      <p class="said" id="push-said" role="status">{said}</p>
      {on && <TryPush />}
      <p class="ladder-line">
        {(["push", "inbox", "call", "slip"] as const).map((rung, i) => (
          <span key={rung} class="nb">{i > 0 && <Icon name="next" />}{t(`ladder.${rung}`)} </span>
        ))}
      </p>
      <Alarm saving={saving} />
    </section>
  );
}

/** A push to oneself is the only proof that pushes come. */
function TryPush() {
  const saving = useSaving();
  const tried = useSignal(false);
  useEffect(() => {
    if (!tried.value) return;
    const clock = setTimeout(() => (tried.value = false), TRIED_MS); // more often is refused
    return () => clearTimeout(clock);
  }, [tried.value]);
  const go = () =>
    void saving.run(async () => {
      if (tried.peek()) return;
      await record("alert.test", {});
      tried.value = true;
    });
  return (
    <div role="status">
      <button class="btn small" type="button" aria-disabled={tried.value || saving.busy.value || undefined} onClick={go}>
        <Icon name="inbox" />{t("push.try")}
      </button>
      {tried.value && <p class="said">{t("push.tried")}</p>}
      <Alarm saving={saving} />
    </div>
  );
}
