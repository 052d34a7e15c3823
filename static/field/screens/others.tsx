/* Every screen but the first two, by its address. */
import { outlines } from "../parts/icon";
import { canPatrol, isStaff } from "../parts/me";
import { MORE } from "../parts/moreoutlines";
import { watchLock } from "../lock";
import { LockOffer as offer, Ways as waysIn } from "../ways";
import { learn, t } from "../words";
import { Activate } from "./activate";
import { Amend } from "./amend";
import { ClaimForm } from "./claim";
import { FindingForm } from "./finding";
import { Inbox } from "./inbox";
import { followPins } from "./knownhere";
import { ChooseLock, LockOffer } from "./lock";
import { Matter } from "./matter";
import { Matters } from "./matters";
import { Move } from "./move";
import { MyData } from "./mydata";
import { OpinionForm } from "./opinion";
import { Patrol } from "./patrol";
import { Plain } from "./plain";
import { RaiseForm } from "./raise";
import { Records } from "./records";
import { Round } from "./round";
import { Settings } from "./settings";
import { VisitForm } from "./visit";
import { Ways } from "./ways";

Object.assign(outlines, MORE);
await learn({ zh: () => import("../../i18n/later/zh.json"), en: () => import("../../i18n/later/en.json") });
waysIn.value = Ways;
offer.value = LockOffer;
followPins();
watchLock();
export { Lock } from "./lock";

export function Others({ path }: { path: string[] }) {
  const [name, id, more, last] = path;
  const key = path.join("/"); // a form is one form per address: another address begins another
  switch (name) {
    case "activate": return <Activate code={id ?? ""} />;
    case "patrol":
      if (!id) return <Patrol />;
      return more === "finding" ? <FindingForm key={key} patrol={id} fix={last} /> : <Round key={key} id={id} />;
    case "finding":
      if (id === "shared") return canPatrol() ? <FindingForm key={key} shared /> : <OpinionForm key={key} shared />;
      return <FindingForm key={key} fix={id} />;
    case "visit": return <VisitForm key={key} fix={id} />;
    case "claim": return <ClaimForm key={key} of={id} id={more} />;
    case "opinion": return <OpinionForm key={key} of={id} id={more} />;
    case "raise": return isStaff() || !id || id === "fix" ? <RaiseForm key={key} kind={id} id={more} /> : <Matters />;
    case "records": return <Records />;
    case "matters":
      if (!id) return <Matters />;
      return more ? <Move key={key} id={id} to={more} /> : <Matter key={key} id={id} />;
    case "amend": return <Amend key={key} kind={id ?? ""} id={more ?? ""} />;
    case "inbox": return <Inbox />;
    case "mydata": return <MyData />;
    case "lock": return <ChooseLock asked={id === "first"} />;
    case "settings": return <Settings />;
    default: return <Plain title={t("nowhere.title")} text={t("nowhere")} link />;
  }
}
