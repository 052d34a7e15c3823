// What happens at the server and around it: power cuts, backups and restores, an upgrade, the office's day, its jobs.
import type { Dice } from "./dice";
import type { Life } from "./life";

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

export class House {
  private readonly backups: number[] = [];
  private down = false;
  private workers = 1;

  constructor(private readonly life: Life) {}

  /** Starts the server and lays out what befalls it until the last evening. */
  async open(end: number, days: number): Promise<void> {
    const { dice, timeline, rich } = this.life;
    this.workers = dice.chance(0.25) ? 2 : 1;
    await this.life.nursery.ask("start", { workers: this.workers });
    this.often("server", 16 * HOUR, end, (dice) => this.serverTrouble(dice));
    this.often("office", 9 * HOUR, end, (dice) => this.officeHours(dice));
    this.often("jobs", 4 * HOUR, end, (dice) => this.job(dice));
    if (rich) {
      this.often("backups", 20 * HOUR, end, () => this.backup());
      this.often("restores", 40 * HOUR, end, (dice) => this.restore(dice));
      this.often("erasures", 30 * HOUR, end, (dice) => this.erasure(dice));
    }
    // A holiday shifts them, too; on the last evening, while phones and books are being compared, none begins.
    const nights = (at: number) => void (at < end && timeline.at(at, () => (this.life.quiet ? undefined : (nights(at + DAY), this.night()))));
    nights(timeline.now + 17 * HOUR);
    timeline.at(timeline.now + dice.of("upgrade").between(0.5, 1.5) * days * DAY, () => this.upgrade());
  }

  private often(concern: string, mean: number, end: number, what: (dice: Dice) => Promise<void>): void {
    this.life.often(this.life.dice.of(concern), mean, end, what);
  }

  night = (): Promise<void> => this.life.ask("run", { names: ["night"] });

  private async serverTrouble(dice: Dice): Promise<void> {
    if (this.down) return;
    switch (dice.weighed({ cut: 6, kill: 2, restart: 1, backup: 5, restore: 3 })) {
      case "cut":
        this.life.nursery.cutAt(dice.one(["arrived", "committing", "answering"] as const), 1 + dice.whole(6));
        return void this.life.timeline.after(dice.between(10 * MINUTE, 2 * HOUR), () => this.outage(dice));
      case "kill": return this.outage(dice);
      case "restart": return this.outage(dice, true);
      case "backup": return this.backup();
      case "restore": return this.restore(dice);
    }
  }

  private async backup(): Promise<void> {
    if (this.down) return;
    this.backups.push(this.life.timeline.now);
    await this.life.ask("backup");
  }

  private async restore(dice: Dice): Promise<void> {
    if (!this.backups.length) return;
    const n = dice.chance(0.7) ? this.backups.length - 1 : dice.whole(this.backups.length);
    await this.outage(dice, dice.chance(0.3), () => this.putBack(n));
  }

  private async putBack(n: number): Promise<void> {
    this.life.model.restores.push({ to: this.backups[n]!, at: this.life.timeline.now });
    await this.life.ask("restore", { n });
  }

  /** Somebody behind a door, or a resident who signs in, asks to have deleted what is held. */
  private async erasure(dice: Dice): Promise<void> {
    const residents = ["resident1", "resident2"];
    const visited = [...this.life.model.recorded.values()].map(({ payload }) => payload.household_id).filter(Boolean);
    if (dice.chance(0.4)) await this.life.ask("erase", { login: dice.one(residents) });
    else if (visited.length) await this.life.ask("erase", { door: dice.one(visited) });
  }

  /** It is down for a while; `meanwhile` its operator does something. */
  private async outage(dice: Dice, softly = false, meanwhile?: () => Promise<void>): Promise<void> {
    if (this.down || this.life.quiet) return; // on the last evening nothing goes down any more
    this.down = true;
    this.life.nursery.cutAt(null);
    this.life.network.hangUp();
    await this.life.ask("kill", { softly });
    await meanwhile?.();
    this.life.timeline.after(dice.between(1000, 20 * MINUTE), async () => {
      await this.life.ask("start", { workers: this.workers });
      this.down = false;
    });
  }

  /** A new release of the server, which knows a command that the old one did not. */
  private upgrade(): Promise<void> {
    return this.outage(this.life.dice.of("outage"), true, () => this.life.ask("upgrade"));
  }

  /** Up, and no power cut ahead. At times it is an older server than the one that phones have said their last word to. */
  async steady(): Promise<void> {
    this.life.nursery.cutAt(null);
    await this.life.ask("kill", { softly: false });
    const dice = this.life.dice.of("last evening");
    if (this.life.rich && this.backups.length && dice.chance(0.5)) await this.putBack(dice.whole(this.backups.length));
    await this.life.ask("start", { workers: this.workers });
    this.down = false;
  }

  private async officeHours(dice: Dice): Promise<void> {
    const { facts } = this.life;
    const post = dice.one(facts.posts.filter(({ role }) => ["grid_worker", "building_head", "patrol_volunteer"].includes(role)));
    switch (dice.weighed({ dismiss: 2, appoint: 4, suspend: 1, back: 2, phone: 0.5, household: 1, decide: 4, desk: 4 })) {
      case "dismiss": return this.life.ask("dismiss", { login: post.login, role: post.role });
      case "appoint": {
        const { role, cells, at } = dice.chance(0.5) ? post : dice.one(facts.posts.filter((one) => one.role === "grid_worker"));
        const until = dice.chance(0.3) ? this.life.timeline.now + dice.between(HOUR, 3 * DAY) : null;
        return this.life.ask("appoint", { login: dice.chance(0.7) ? post.login : dice.one(Object.keys(facts.accounts)), role, cells, at, until_ms: until });
      }
      case "suspend": return this.life.ask("suspend", { login: dice.one(this.life.browsers.flatMap(({ logins }) => logins)) });
      case "back":
        return this.life.ask("reinstate", { logins: Object.keys(facts.accounts).filter(() => dice.chance(0.5)) });
      case "phone": return this.life.ask("suspend_phone", { nth: dice.whole(1000) });
      case "household": return this.life.ask("move_household", { door: dice.one(facts.doors)[0], to: dice.one(facts.units) });
      case "decide": {
        const parked = await this.life.ask<string[]>("parked");
        for (const command of parked) if (dice.chance(0.3)) await this.life.ask("decide", { command, apply: dice.chance(0.5), by: "secretary" });
        return;
      }
      case "desk": {
        const open = (await this.life.ask<any[]>("cases")).filter(({ state }) => state === "raised" || state === "accepted");
        if (!open.length) return;
        const { id, state, level } = dice.one(open);
        const step = state === "raised" ? { to: "accepted" } : { to: "assigned", lead: "property_company" };
        const command = dice.uuid();
        const payload = (this.life.model.desk[command] = { case_id: id, expects: { state, level }, note: "收到", ...step });
        await this.life.ask("submit", { login: "secretary", type: "case.advance", payload, id: command });
      }
    }
  }

  private job(dice: Dice): Promise<void> {
    const rights = ["privacy.erase_again", "privacy.sweep"];
    return this.life.ask("run", { names: [dice.one(["sync.retry", "sync.retry", "sync.release", ...(this.life.rich ? rights : [])])] });
  }
}
