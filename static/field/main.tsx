/* Which screen is shown. The phone is asked first whether it can keep anything at all. */
import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { account, ready, start } from "./engine";
import { startLook } from "./parts/look";
import { followZone, isStaff } from "./parts/me";
import { problemWords } from "./parts/save";
import { route } from "./router";
import { Activate } from "./screens/activate";
import { FindingForm } from "./screens/finding";
import { Inbox } from "./screens/inbox";
import { Matter } from "./screens/matter";
import { Matters } from "./screens/matters";
import { Move } from "./screens/move";
import { OpinionForm } from "./screens/opinion";
import { Patrol } from "./screens/patrol";
import { Plain } from "./screens/plain";
import { RaiseForm } from "./screens/raise";
import { Records } from "./screens/records";
import { Round } from "./screens/round";
import { Settings } from "./screens/settings";
import { SignIn } from "./screens/signin";
import { Today } from "./screens/today";
import { VisitForm } from "./screens/visit";
import { now, t } from "./words";

const broken = signal<string | null>(null);

function Screen() {
  const [name, id, more, last] = route.value;
  if (!isSecureContext) return <Plain title={t("insecure.title")} text={t("insecure")} />;
  if (broken.value) return <Plain title={t("broken.title")} text={broken.value} />;
  if (!ready.value) return <Plain title={t("app")} text={t("opening")} />;
  if (name === "activate") return <Activate code={id ?? ""} />;
  if (!account.value || name === "sign-in") return <SignIn />;
  // a form is one form per address: another address begins another
  const key = route.value.join("/");
  switch (name) {
    case "today": return <Today />;
    case "patrol":
      if (!id) return <Patrol />;
      return more === "finding" ? <FindingForm key={key} patrol={id} fix={last} /> : <Round key={key} id={id} />;
    case "finding": return <FindingForm key={key} fix={id} />;
    case "visit": return <VisitForm key={key} fix={id} />;
    case "opinion": return <OpinionForm key={key} of={id} id={more} />;
    case "raise": return isStaff() || !id || id === "fix" ? <RaiseForm key={key} kind={id} id={more} /> : <Matters />;
    case "records": return <Records />;
    case "matters":
      if (!id) return <Matters />;
      return more ? <Move key={key} id={id} to={more} /> : <Matter key={key} id={id} />;
    case "inbox": return <Inbox />;
    case "settings": return <Settings />;
    default: return <Plain title={t("nowhere.title")} text={t("nowhere")} link />;
  }
}

function App() {
  const here = route.value.join("/");
  const before = useRef(here);
  useEffect(() => {
    if (before.current === here) return;
    before.current = here;
    scrollTo(0, 0);
    document.querySelector("h1")?.focus({ preventScroll: true });
  }, [here]);
  return <Screen />;
}

startLook();
effect(followZone);
render(<App />, document.getElementById("app")!);
setInterval(() => (now.value = Date.now()), 60_000);
addEventListener("visibilitychange", () => (now.value = Date.now()));
if (isSecureContext) {
  start().catch((error: unknown) => {
    broken.value = problemWords(error);
    throw error;
  });
}
