// The app, open: the real client modules on a browser's databases, wired as the page wires them. It can end at any step.
import type { Env } from "../../static/field/env";
import { exchange, type Result, type Watch } from "../../static/field/exchange";
import { pacer, type Pacer } from "../../static/field/pacer";
import { openPhone, type Phone } from "../../static/field/phone";
import { recordCommand } from "../../static/field/record";
import { sendReceipts } from "../../static/field/receipts";
import * as session from "../../static/field/session";
import { createState, hasNoOutcome, type State } from "../../static/field/state";
import { Problem, type RecordOptions } from "../../static/field/types";
import type { Saved } from "../../static/field/journal";
import type { Browser } from "./browser";
import type { Worker } from "./timeline";

const MINUTE = 60_000;
const never = new Promise<never>(() => undefined);

export class Tab implements Worker {
  running = 0;
  dead = false;
  readonly phone: Phone;
  readonly state: State;
  readonly pace: Pacer;
  result: Result["kind"] | null = null;
  /** It was told that the person is suspended. */
  revoked = false;
  /** Something went wrong that nobody foresaw. */
  error: unknown = null;
  /** Whoever was signed in at the last exchange. */
  wasHere: string | null = null;
  private dieIn = 0;
  private readonly watch: Watch;

  constructor(
    readonly browser: Browser,
    app: string,
  ) {
    const { timeline } = browser;
    const env: Env = {
      app,
      prefix: browser.name,
      fetch: (path, init) => browser.fetch(this, String(path), init),
      now: browser.now,
      random: browser.dice.ids.bytes,
      timer: (ms, fire) => timeline.after(ms, () => void (this.dead || fire())),
      lock: (name, work, wait) => browser.lock(this, name, work, wait),
      online: () => browser.weather !== "offline",
    };
    this.phone = openPhone(env, {
      documents: browser.guarded(browser.stores.documents, this),
      journal: browser.guarded(browser.stores.journal, this),
    });
    this.state = createState(this.phone);
    this.watch = {
      sending: (ids) => void (this.state.sending.value = new Set(ids)),
      journal: (changed) => void this.followJournal(changed).catch(this.trouble),
      documents: (changes, all) => void this.state.follow(changes, all).catch(this.trouble),
    };
    this.pace = pacer(env, () => timeline.piece(this, () => this.exchange()), (result) => {
      if (result.kind !== "elsewhere") this.state.last.value = this.result = result.kind;
    });
    timeline.join(this);
  }

  /** As running.ts has it. */
  private async exchange(): Promise<Result> {
    this.state.busy.value = true;
    try {
      await session.leave(this.phone);
      // Not who is on this window's screen: another one may have signed in meanwhile.
      const me = await this.browser.stores.documents.read(["meta"], (tx) => tx.get<any>("meta", ["me"]));
      this.wasHere = me?.me.account.id ?? this.account ?? this.wasHere;
      const result = await exchange(this.phone, this.watch);
      await sendReceipts(this.phone);
      if (result.kind === "revoked") {
        this.revoked = true;
        if (this.wasHere) this.browser.listener.left(this.browser, this.wasHere);
        await this.state.loadAll();
      }
      return result;
    } catch (error) {
      this.trouble(error);
      return { kind: "away", wait: 0 };
    } finally {
      this.state.busy.value = false;
    }
  }

  private async followJournal(changed?: Saved[]): Promise<void> {
    await this.state.followJournal(changed);
    this.browser.listener.shown(this.state.entries.value);
  }

  private trouble = (error: unknown): void => {
    if (!(error instanceof Problem)) this.error ??= error;
  };

  /** Runs what a person does here; what the app tells the person about it is none of our business. */
  act(what: () => Promise<unknown>): void {
    void this.browser.timeline.piece(this, what).catch(this.trouble);
  }

  start(): void {
    this.act(async () => {
      await this.state.loadAll(true);
      void this.state.loadRest()?.catch(this.trouble);
      this.pace.kick(true);
      await session.refresh(this.phone).then((now) => {
        if (now) this.state.who.value = now;
      });
    });
    const tick = () => {
      if (this.dead) return;
      this.pace.kick();
      this.browser.timeline.after(MINUTE, tick);
    };
    this.browser.timeline.after(MINUTE, tick);
  }

  get account(): string | null {
    return this.state.account.value?.id ?? null;
  }

  async record(type: string, payload: Record<string, any>, o?: RecordOptions): Promise<Saved | null> {
    if (!this.account) return null;
    const saved = await recordCommand(this.phone, this.account, type, payload, o);
    await this.state.append(saved);
    this.pace.kick();
    return saved;
  }

  async signIn(login: string, password: string): Promise<void> {
    await session.signIn(this.phone, login, password);
    await this.state.loadAll();
    this.state.last.value = "done";
    this.pace.kick(true);
  }

  async signOut(): Promise<void> {
    await session.signOut(this.phone);
    await this.state.loadAll();
  }

  /** What the badge shows. */
  badge = (): number => this.state.entries.value.filter(hasNoOutcome).length;

  // the end

  /** The process is killed at one of its next steps on the disk, before it or right after it. */
  dieSoon(steps: number): void {
    this.dieIn = steps;
  }

  async step<T>(work: () => Promise<T>): Promise<T> {
    if (this.dead) return never;
    const last = this.dieIn > 0 && --this.dieIn === 0;
    if (last && this.browser.dice.disk.chance(0.5)) return this.close(), never;
    const result = await work();
    if (last) this.close();
    return this.dead ? never : result;
  }

  close(): void {
    if (this.dead) return;
    this.pace.stop();
    this.browser.timeline.leave(this);
    this.browser.release(this);
  }
}
