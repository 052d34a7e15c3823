/* What a person must know whatever they are doing: words, never colours alone. */
import { signal } from "@preact/signals";
import { evicted, revoked, sync, wiped, type Sync } from "../engine";
import { href, route } from "../router";
import { clock, t } from "../words";
import { Icon, type IconName } from "./icon";

/** Parts between stars are said with weight. */
export const Rich = ({ text }: { text: string }) => (
  <span>{text.split("*").map((part, i) => (i % 2 ? <strong key={i}>{part}</strong> : part))}</span>
);

function sentence(s: Sync): { tone: string; icon: IconName; text: string } {
  switch (s.kind) {
    case "sent": return { tone: "sent", icon: "sync-sent", text: s.at ? t("sync.sent", { at: clock(s.at) }) : t("sync.nothing") };
    case "waiting": return { tone: "waiting", icon: "sync-wait", text: t("sync.waiting", { n: s.n }) };
    case "sending": return { tone: "waiting", icon: "sync-sending", text: t("sync.sending", { n: s.n }) };
    case "offline": return { tone: "waiting", icon: "offline", text: s.n ? t("sync.offline", { n: s.n }) : t("sync.offline.none") };
    case "slow": return { tone: "waiting", icon: "sync-sending", text: t("sync.slow") };
    case "photos": return { tone: "waiting", icon: "camera", text: t("sync.photos") };
    case "hand": return { tone: "hand", icon: "sync-hand", text: t("sync.hand", { n: s.n }) };
    case "signin": return { tone: "hand", icon: "lock", text: t("sync.signin") };
    case "away": return { tone: "waiting", icon: "sync-wait", text: t("sync.away") };
  }
}

export function SyncLine() {
  const s = sync.value;
  const { tone, icon, text } = sentence(s);
  return (
    <div role="status">
      <a class={`sync ${tone}`} href={href(s.kind === "signin" ? "sign-in" : "records")}>
        <Icon name={icon} />
        <Rich text={text} />
        <span class="go"><Icon name="next" /></span>
      </a>
    </div>
  );
}

const read = signal(false);
const inWeChat = () => /MicroMessenger/i.test(navigator.userAgent);
/** Where a push is thought of; elsewhere everything works as it is. */
const AT = ["today", "inbox", "settings", "sign-in"];

/** Lost storage and an ended post are said until they are read; WeChat's way out on the inbox too. */
export const Notices = () => (
  <>
    {revoked.value && <p class="offer" role="status">{t("revoked")}</p>}
    {wiped.value && <p class="offer" role="status">{t("wiped")}</p>}
    {evicted.value && !read.value && (
      <div class="offer" role="status">
        <span>{t("evicted")}</span>
        <button class="btn small" type="button" onClick={() => (read.value = true)}>{t("understood")}</button>
      </div>
    )}
    {inWeChat() && AT.includes(route.value[0] ?? "") && <p class="offer" role="status">{t("wechat")}</p>}
  </>
);
