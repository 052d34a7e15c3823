// One seed's weeks: when people open the app, what the weather does, what happens to phones (house.ts: to the server).
import { list } from "../../static/field/journal";
import { Browser } from "./browser";
import { doSomething, Hearsay, Person } from "./deeds";
import { Dice } from "./dice";
import { House } from "./house";
import { Model } from "./model";
import { Network, type Weather } from "./network";
import type { Facts, Nursery } from "./nursery";
import { Tab } from "./tab";
import { Timeline } from "./timeline";
import { Trace } from "./trace";

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
export const BEGIN = Date.parse("2026-11-24T02:00:00Z");
const BROWSERS: [name: string, logins: string[]][] = [
  ["a", ["grid1", "patrol1"]], ["b", ["patrol2"]], ["c", ["grid1"]], ["d", ["secretary"]], ["e", ["grid2", "resident1"]], ["f", ["property"]],
  ["g", ["building_head"]], ["h", ["resident2"]], ["i", ["other"]], ["j", ["community", "owners"]], ["k", ["patrol1", "grid2"]], ["l", ["street"]],
];

export class Life {
  readonly timeline: Timeline;
  readonly dice: Dice;
  readonly model: Model;
  readonly network: Network;
  readonly browsers: Browser[];
  readonly tabs = new Set<Tab>();
  readonly trace = new Trace();
  private readonly hearsay = new Hearsay();
  readonly house = new House(this);
  private app = "1.0.0";
  quiet = false;
  /** Lives have become richer since the first seeds were kept, which are to find again what they found. */
  readonly rich: boolean;

  constructor(
    seed: string,
    readonly nursery: Nursery,
    readonly facts: Facts,
    private readonly days: number,
    phones: number,
  ) {
    this.dice = new Dice(seed);
    this.rich = seed.startsWith("b");
    this.timeline = new Timeline(BEGIN, (now) => nursery.tell(now));
    this.model = new Model(() => this.timeline.now);
    this.network = new Network(this.timeline, this.dice.of("network"), () => facts.port);
    const dice = this.dice.of("who");
    const all = [...BROWSERS];
    const chosen = Array.from({ length: phones }, () => all.splice(dice.whole(all.length), 1)[0]!);
    const indexed = dice.chance(0.25) ? dice.whole(phones) : -1;
    this.browsers = chosen.map(([name, logins], nth) =>
      new Browser(`${name}-${seed}`, logins, this.dice.of(name), this.timeline, this.network, this.model, this.trace, nth === indexed));
  }

  /** The weeks, until the last evening. */
  async live(): Promise<void> {
    const end = BEGIN + this.days * DAY;
    await this.house.open(end, this.days);
    for (const browser of this.browsers) {
      this.often(browser.dice.open, 6 * HOUR, end, () => this.open(browser));
      this.often(browser.dice.weather, 3 * HOUR, end, () => void this.turn(browser));
      this.often(browser.dice.mishap, 3 * DAY, end, () => this.mishap(browser));
    }
    if (this.dice.of("holiday").chance(0.25)) await this.holiday(this.dice.of("how long"), end);
    await this.timeline.run(end);
  }

  /** Weeks in which nobody opens the app: journals are pruned, sessions and cursors grow old, records leave phones by their age. */
  private async holiday(dice: Dice, end: number): Promise<void> {
    await this.timeline.run(dice.between(this.timeline.now, end));
    for (const tab of [...this.tabs]) this.close(tab);
    this.timeline.leap(dice.one([32, 45, 95, 120]) * DAY);
    for (let night = 0; night < 2; night++) await this.house.night();
  }

  often(dice: Dice, mean: number, end: number, what: (dice: Dice) => void | Promise<void>): void {
    const next = () => {
      const at = this.timeline.now - Math.log(1 - dice.share()) * mean;
      // A holiday shifts what was to come: on the last evening nothing of it happens any more.
      if (at < end) this.timeline.at(at, () => (this.quiet ? undefined : (next(), what(dice))));
    };
    next();
  }

  // phones

  newTab(browser: Browser): Tab {
    const tab = new Tab(browser, this.app);
    if (this.rich) tab.phone.pace.limit = browser.dice.pace.one([20, 60, 500]); // as after a time-out: pages are cut
    this.tabs.add(tab);
    return tab;
  }

  close(tab: Tab): void {
    tab.close();
    this.tabs.delete(tab);
    if (tab.error) throw tab.error;
  }

  private open(browser: Browser): void {
    const { timeline, dice: { open: dice } } = browser;
    if (this.quiet) return;
    if (dice.chance(0.15)) this.glance(browser, dice.between(MINUTE, 5 * MINUTE)); // a second window
    const tab = this.newTab(browser);
    tab.start();
    if (dice.chance(0.12)) tab.dieSoon(1 + dice.whole(60));
    const person = new Person(tab, browser.dice.person, this.facts, this.model, this.hearsay);
    let at = 2000;
    for (let left = 1 + dice.whole(5); left > 0; left--) {
      at += dice.between(2000, 40_000);
      timeline.after(at, () => tab.act(() => this.use(tab, person)));
    }
    timeline.after(at + dice.between(1000, 2 * MINUTE), () => this.close(tab));
    // The browser wakes the service worker, now or later, for what could not be sent.
    if (dice.chance(0.3)) timeline.after(at + dice.between(MINUTE, HOUR), () => this.glance(browser, 2 * MINUTE));
  }

  /** A window, or a worker without one, that exchanges and ends. */
  private glance(browser: Browser, ms: number): void {
    const tab = this.newTab(browser);
    tab.start();
    this.timeline.after(ms, () => this.close(tab));
  }

  /** A person looks at the app: signs in where that is needed, or does something. */
  private async use(tab: Tab, person: Person): Promise<void> {
    const { logins, dice: { person: dice } } = tab.browser;
    if (!tab.account || (tab.state.last.value === "signin" && dice.chance(0.8))) {
      const same = logins.find((login) => this.facts.accounts[login] === tab.account);
      await this.signIn(tab, same && dice.chance(0.9) ? same : dice.one(logins));
    } else if (dice.chance(0.02)) {
      const account = tab.account;
      this.model.leavings.push({ browser: tab.browser.name, account, at: this.timeline.now });
      await tab.signOut();
    } else {
      if (tab.phone && dice.chance(0.1)) this.model.adopt((await list(tab.phone.journal, tab.account)).entries, tab.browser);
      await doSomething(person);
    }
  }

  async signIn(tab: Tab, login: string): Promise<void> {
    const before = tab.account;
    const { Problem } = await import("../../static/field/types");
    try {
      await tab.signIn(login, this.facts.password);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
    if (before && tab.account !== before) this.model.leavings.push({ browser: tab.browser.name, account: before, at: this.timeline.now });
  }

  private turn(browser: Browser): Weather {
    return (browser.weather = browser.dice.weather.weighed({ good: 50, flaky: 25, offline: 15, slow: 5, portal: 5 }));
  }

  /** What happens to phones: clocks, full disks, storage that goes back or is cleared, a copy of it. */
  private async mishap(browser: Browser): Promise<void> {
    const dice = browser.dice.mishap;
    switch (dice.weighed({ clock: 5, full: 3, copy: 4, back: 1, clear: 0.6, upgrade: 1 })) {
      case "clock": return browser.setClock();
      case "full":
        browser.full = true;
        return void this.timeline.after(dice.between(HOUR, 8 * HOUR), () => void (browser.full = false));
      case "upgrade": return void (this.app = this.app.replace(/\d+$/, (n) => String(Number(n) + 1)));
      case "copy": return this.shut(browser, () => browser.copy());
      case "back": return this.shut(browser, () => this.storageGoesBack(browser, false));
      case "clear": return this.shut(browser, () => this.storageGoesBack(browser, true));
    }
  }

  private async shut(browser: Browser, what: () => Promise<void>): Promise<void> {
    for (const tab of this.tabs) if (tab.browser === browser) this.close(tab);
    await what();
  }

  private async storageGoesBack(browser: Browser, clear: boolean): Promise<void> {
    const ids = (): Promise<Set<string>> => browser.stores.journal.read(["entries"], async (tx) => new Set((await tx.list<any>("entries")).map(({ id }) => id)));
    const before = await ids();
    if (!(await browser.goBack(clear))) return;
    const after = await ids();
    for (const one of this.model.recorded.values()) {
      if (one.browser !== browser.name) continue;
      one.told.clear();
      if (!after.has(one.id) || !before.has(one.id)) one.phoneLost = true;
    }
  }

  ask<T = void>(what: string, how: Record<string, unknown> = {}): Promise<T> {
    this.trace.note(this.timeline.now, "office", what, how);
    return this.nursery.ask<T>(what, how);
  }
}
