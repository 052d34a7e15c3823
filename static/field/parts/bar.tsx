/* The big buttons, five at most; which ones follows from what the person may record. */
import { collection } from "../engine";
import { href } from "../router";
import { t } from "../words";
import type { Alert } from "./docs";
import { Icon, type IconName } from "./icon";
import { canPatrol, canVisit, isResident } from "./me";
import { unseen } from "./seen";

export type Tab = "today" | "patrol" | "visit" | "opinion" | "matters" | "inbox";
const ICONS: Record<Tab, IconName> = {
  today: "today", patrol: "round", visit: "visit", opinion: "opinion", matters: "matter", inbox: "inbox",
};

export function tabs(): Tab[] {
  const middle: Tab[] = [];
  if (canPatrol()) middle.push("patrol");
  if (canVisit()) middle.push("visit");
  middle.push("opinion");
  // who both patrols and visits reaches the matters from today's screen
  if (middle.length < 3) middle.push("matters");
  return ["today", ...middle, "inbox"];
}

export function Bar({ tab }: { tab: Tab | "none" }) {
  const fresh = unseen(collection<Alert>("alerts").value).length;
  return (
    <nav class="bar" aria-label={t("bar")}>
      {tabs().map((name) => (
        <a key={name} href={href(name)} aria-current={name === tab ? "page" : undefined}>
          <Icon name={ICONS[name]} />
          {name === "matters" && isResident() ? t("bar.mine") : t(`bar.${name}`)}
          {name === "inbox" && fresh > 0 && (
            <span class="dot"><span class="vh">{t("bar.new")}</span>{fresh}</span>
          )}
        </a>
      ))}
    </nav>
  );
}
