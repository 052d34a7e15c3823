import { collection, installed, onIos, pushOff, pushOn, pushState } from "../engine";
import type { Alert } from "../parts/docs";
import { Icon, type IconName } from "../parts/icon";
import { Page } from "../parts/page";
import { Alarm, useSaving } from "../parts/save";
import { saw, unseen } from "../parts/seen";
import { t, when } from "../words";

const ICONS: Record<string, IconName> = {
  escalated: "ladder", assigned: "matter", assisting: "people", returned: "back", urgent: "nudge", news: "people", nudge: "nudge", test: "inbox",
};
const MOST = 50;

/** Only our own fragments are followed: a path comes from outside the app. */
const safe = (path: string) => (/^\/#\//.test(path) ? path.slice(1) : "#/inbox");

export function Inbox() {
  const alerts = [...collection<Alert>("alerts").value].sort((a, b) => b.doc.at.localeCompare(a.doc.at)).slice(0, MOST);
  const fresh = new Set(unseen(alerts).map((a) => a.id));
  return (
    <Page title={t("bar.inbox")} over={fresh.size ? t("inbox.new", { n: fresh.size }) : t("inbox.read")} tab="inbox">
      {alerts.length ? (
        <ul class="sheet flush rows">
          {alerts.map(({ id, doc }) => (
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
      ) : (
        <p class="blank">{t("inbox.none")}</p>
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
      <p class="ladder-line">
        {(["push", "inbox", "call", "slip"] as const).map((rung, i) => (
          <span key={rung} class="nb">{i > 0 && <Icon name="next" />}{t(`ladder.${rung}`)} </span>
        ))}
      </p>
      <Alarm saving={saving} />
    </section>
  );
}
