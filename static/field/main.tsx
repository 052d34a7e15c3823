/* Which screen is shown. The phone is asked first whether it can keep anything at all. */
import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { account, blocked, collection, ready, start } from "./engine";
import { locked } from "./locked";
import { startLook } from "./parts/look";
import { followZone } from "./parts/me";
import { problemWords } from "./parts/save";
import { route } from "./router";
import { Plain } from "./screens/plain";
import { SignIn } from "./screens/signin";
import { Today } from "./screens/today";
import { now, t } from "./words";

const broken = signal<string | null>(null);

/* Who opens the app first sees one of two screens; the others come right behind them, and from the phone itself ever after. */
const others = signal<typeof import("./screens/others") | null>(null);
const missing = signal(false);

function Screen() {
  const [name = "today", id] = route.value;
  if (!isSecureContext) return <Plain title={t("insecure.title")} text={t("insecure")} />;
  if (broken.value) return <Plain title={t("broken.title")} text={broken.value} />;
  if (blocked.value) return <Plain title={t("blocked.title")} text={t("blocked")} again />;
  if (!ready.value) return <Plain title={t("app")} text={t("opening")} />;
  if (name !== "activate" && (!account.value || name === "sign-in")) return <SignIn />;
  const Later = others.value;
  if (locked.value && name !== "activate") return Later ? <Later.Lock /> : <Plain title={t("app")} text={missing.value ? t("unfetched") : t("opening")} again={missing.value} />;
  if (name === "today" && !id) return <Today />;
  if (Later) return <Later.Others path={route.value} />;
  return missing.value ? <Plain title={t("unfetched.title")} text={t("unfetched")} again /> : <Plain title={t("app")} text={t("opening")} />;
}

function App() {
  const here = `${account.value?.id ?? ""}/${route.value.join("/")}`;
  const before = useRef(here);
  useEffect(() => {
    if (before.current === here) return;
    before.current = here;
    scrollTo(0, 0);
    document.querySelector("h1")?.focus({ preventScroll: true });
  }, [here]);
  return <Screen />;
}

/* Asked for before the store is opened, so that no screen says "not here" of what is only not read yet. */
const AT_ONCE = ["organisations", "people", "units", "routes", "checkpoints", "categories", "purposes", "patrols", "alerts"];
/* Of which there are many, and what a screen that one may begin with says nothing of, or only a word: they come behind it. */
const RECORDED = ["findings", "opinions"];
const MANY = ["cases", ...RECORDED];
const BEHIND: Record<string, string[]> = { today: RECORDED, matters: RECORDED, records: MANY };
const fetchOthers = () => import("./screens/others");
/* On a phone that has the app already, reading and fetching go on beside each other. */
let coming: ReturnType<typeof fetchOthers> | undefined;

if (isSecureContext) {
  start().then(
    () => MANY.forEach((name) => void collection(name).value),
    (error: unknown) => {
      broken.value = problemWords(error);
      throw error;
    },
  );
  const behind = BEHIND[route.value[0] ?? "today"] ?? [];
  for (const name of [...AT_ONCE, ...MANY]) if (!behind.includes(name)) void collection(name).value;
  if (navigator.serviceWorker?.controller) (coming = fetchOthers()).catch(() => undefined);
}
await startLook();
effect(followZone);
render(<App />, document.getElementById("app")!);
setInterval(() => (now.value = Date.now()), 60_000);
addEventListener("visibilitychange", () => (now.value = Date.now()));
if (isSecureContext) {
  if (!coming) await new Promise((seen) => requestAnimationFrame(() => setTimeout(seen))); // the first screen first
  await (coming ?? fetchOthers()).then(
    (screens) => (others.value = screens),
    () => (missing.value = true),
  );
}
