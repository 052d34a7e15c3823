/* What was begun and not saved: where it goes on, or the way to let it go. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { account, drafts, entries } from "../engine";
import { href } from "../router";
import { has, t, type Key } from "../words";
import { Ask } from "./ask";
import { Alarm, useSaving } from "./save";
import { fixPath, titleWords } from "./titles";

interface Begun { name: string; path: string[]; title: string; words: string }
const SHORT = 40;

/** The screen of a form by the name of its draft: "finding <round>", "move <matter> <step>", "fix <record>". */
function whereTo(name: string): { path: string[]; title: string } | null {
  const [form = "", first = "", second = ""] = name.split(" ");
  switch (form) {
    case "finding": return { path: first ? ["patrol", first, "finding"] : ["finding"], title: t("finding") };
    case "visit": return { path: ["visit"], title: t("visit") };
    case "opinion": return { path: first ? ["opinion", "visit", first] : ["opinion"], title: t("opinion") };
    case "claim": return { path: ["claim"], title: t("claim") };
    case "raise": return { path: ["raise", first, second].filter(Boolean), title: t("raise") };
    case "finish": return { path: ["patrol", first], title: t("finish.note") };
    case "amend": return { path: ["amend", first, second], title: t("amend") };
    case "move": return has(`move.${second}`) ? { path: ["matters", first, second], title: t(`move.${second}` as Key) } : null;
    case "fix": {
      const entry = entries.value.find((e) => e.id === first);
      const path = entry && fixPath(entry);
      return entry && path ? { path, title: titleWords(entry) } : null;
    }
    default: return null;
  }
}

function begun({ name, words }: { name: string; words: Record<string, unknown> }): Begun[] {
  const where = whereTo(name);
  const said = [words.text, words.note, words.title].find((text): text is string => typeof text === "string" && text.trim() !== "") ?? "";
  return where ? [{ name, ...where, words: said.length > SHORT ? `${said.slice(0, SHORT)}…` : said }] : [];
}

export function Drafts() {
  const all = useSignal<Begun[]>([]);
  const look = () => drafts.list<Record<string, unknown>>().then((found) => (all.value = found.flatMap(begun)), () => undefined);
  useEffect(() => void look(), [account.value?.id]); // what cannot be read now is on its form
  if (!all.value.length) return null;
  return (
    <>
      <div class="head"><h2 class="state">{t("drafts", { n: all.value.length })}</h2></div>
      <ul class="sheet flush rows">{all.value.map((one) => <Row key={one.name} one={one} onGone={() => void look()} />)}</ul>
    </>
  );
}

function Row({ one, onGone }: { one: Begun; onGone: () => void }) {
  const asked = useSignal(false);
  const saving = useSaving();
  const drop = () =>
    void saving.run(async () => {
      await drafts.drop({ account: account.peek()!.id, name: one.name });
      onGone();
    });
  return (
    <li>
      <div class="row">
        <a class="go-on" href={href(...one.path)}><span class="title">{one.title}</span><span class="meta">{one.words || t("drafts.empty")}</span></a>
        <button class="btn text small" type="button" onClick={() => (asked.value = true)}>{t("discard.yes")}<span class="vh">{one.title}</span></button>
      </div>
      {asked.value && <Ask question={t("discard.ask")} yes={t("discard.yes")} no={t("discard.no")} onYes={drop} onNo={() => (asked.value = false)} />}
      <Alarm saving={saving} />
    </li>
  );
}
