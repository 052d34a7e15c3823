// The last evening: networks are well, every phone is opened, everybody who has something here signs in, the desk's jobs run.
// Then it is looked at what has become of everything.
import { look } from "../../static/field/journal";
import type { Browser } from "./browser";
import type { Life } from "./life";
import type { Tab } from "./tab";
import { badgeIsRight, commandsAreRight, documentsAreRight, erasedStaysAway, journalsOf, nothingIsLeft, numbersAreRight, photosAreRight, whatWasToldStands, type Journal, type Truth } from "./verdict";

const MINUTE = 60_000;
const TRIES = 12;
const RIGHTS = ["privacy.erase_again", "privacy.sweep"];

export async function finale(life: Life): Promise<Truth> {
  await settle(life);
  for (const names of [["sync.release", "sync.retry", ...RIGHTS], ["sync.retry", ...RIGHTS]]) {
    for (const browser of life.browsers) for (const login of await loginsOf(life, browser)) await with_(life, browser, login, async () => undefined);
    await life.ask("run", { names });
  }
  await life.ask("republish");
  const journals: Journal[] = [];
  let truth = await life.ask<Truth>("truth");
  let told = life.model.commandsSent;
  for (const browser of life.browsers) {
    for (const login of await loginsOf(life, browser)) {
      await with_(life, browser, login, async (tab) => {
        if (told !== life.model.commandsSent) truth = await life.ask<Truth>("truth");
        told = life.model.commandsSent;
        if (tab.revoked) return nothingIsLeft(life, browser, life.facts.accounts[login]!);
        await documentsAreRight(life, tab, truth);
        await badgeIsRight(life, tab);
        journals.push(...(await journalsOf(browser)).filter(({ account }) => account === tab.account));
      });
    }
  }
  for (const { entries, browser } of journals) life.model.adopt(entries, browser);
  truth = await life.ask<Truth>("truth", { recorded: life.model.payloads() });
  commandsAreRight(life, journals, truth);
  whatWasToldStands(life, truth);
  erasedStaysAway(life, journals, truth);
  numbersAreRight(life, truth);
  photosAreRight(life, journals, truth);
  for (const fault of truth.faults) life.model.wrong(`effects: ${fault}`);
  return truth;
}

/** Bad networks are over. What was still on its way arrives. */
async function settle(life: Life): Promise<void> {
  life.quiet = true;
  for (const tab of [...life.tabs]) life.close(tab);
  life.network.settle();
  for (const browser of life.browsers) [browser.weather, browser.full] = ["good", false];
  await life.house.steady();
  await life.ask("put_off");
  await life.timeline.run(life.timeline.now + 9 * 60 * MINUTE);
}

/** Who has a journal here; first whoever is signed in. Where nobody has, the phone's owner looks in. */
async function loginsOf(life: Life, browser: Browser): Promise<string[]> {
  const me = await browser.stores.documents.read(["meta"], (tx) => tx.get<any>("meta", ["me"]));
  const accounts = (await journalsOf(browser)).map(({ account }) => account);
  const logins = Object.keys(life.facts.accounts).filter((login) => accounts.includes(life.facts.accounts[login]!));
  const first = logins.find((login) => life.facts.accounts[login] === me?.me.account.id);
  return [...new Set([...(first ? [first] : []), ...logins, ...(logins.length ? [] : [browser.logins[0]!])])];
}

/** Opens the app as this person, lets it send and read all there is, then looks. */
async function with_(life: Life, browser: Browser, login: string, look_: (tab: Tab) => Promise<void>): Promise<void> {
  const tab = life.newTab(browser);
  const account = life.facts.accounts[login]!;
  tab.start();
  for (let tries = 0; ; tries++) {
    await life.timeline.run(life.timeline.now + MINUTE + 15_000);
    if (tab.revoked) break;
    if (tab.account === account && tab.result === "done" && (await isDone(tab))) break;
    if (tries >= TRIES) {
      life.model.wrong(`no end: ${browser.name}: ${login} does not come to rest (${tab.result}, signed in: ${tab.account === account})`);
      break;
    }
    if (tab.account !== account || tab.result === "signin") tab.act(() => life.signIn(tab, login));
  }
  await look_(tab);
  life.close(tab);
}

async function isDone(tab: Tab): Promise<boolean> {
  const { queue } = await look(tab.browser.stores.journal, tab.account!);
  return !queue.length;
}
