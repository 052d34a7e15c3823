// What was recorded, by whom and where; and what may be gone, for a reason that PROMISES.md states.
import { digestsOf, type Saved } from "../../static/field/journal";
import type { Entry } from "../../static/field/types";
import type { Browser, Listener } from "./browser";

export interface Recorded {
  id: string;
  account: string;
  browser: string;
  type: string;
  payload: Record<string, any>;
  supersedes?: string;
  anonymous: boolean;
  at: number;
  /** When the phone first heard an outcome. */
  heard: number | null;
  /** The phone was cleared, or went back to an hour before it was recorded. */
  phoneLost?: true;
  withdrawn?: true;
  /** It was refused, and the person let it go or put another in its place. */
  dealt?: true;
  /** What its author has been shown as settled, and since when; forgotten where the phone itself forgets. */
  told: Map<"applied" | "rejected", number>;
}

export class Violation extends Error {}

export class Model implements Listener {
  readonly recorded = new Map<string, Recorded>();
  /** Who signed in last at each browser. */
  private readonly here = new Map<string, string>();
  /** When somebody signed out of a browser, or was signed out by being suspended: applied entries go with that. */
  readonly leavings: { browser: string; account: string; at: number }[] = [];
  /** Restores: the hour of the backup, and when it was put in place. */
  readonly restores: { to: number; at: number }[] = [];
  readonly photos = new Map<string, { account: string; browser: string }>();
  violations: string[] = [];
  readonly desk: Record<string, object> = {};
  commandsSent = 0;

  constructor(private readonly now: () => number) {}

  add(saved: Saved, browser: Browser): void {
    this.recorded.set(saved.id, {
      id: saved.id, account: saved.account, browser: browser.name, type: saved.type, payload: saved.payload,
      supersedes: saved.supersedes, anonymous: saved.anonymous ?? saved.payload.anonymous === true, at: this.now(), heard: null, told: new Map(),
    });
    this.dealtWith(saved.supersedes);
    for (const digest of digestsOf(saved.payload)) this.photos.set(digest, { account: saved.account, browser: browser.name });
  }

  /** Killed in the middle of saving: it may be there after all, and then it counts. */
  adopt(entries: Saved[], browser: Browser): void {
    for (const entry of entries) if (!this.recorded.has(entry.id)) this.add(entry, browser);
  }

  dealtWith(id: string | undefined): void {
    const one = id === undefined ? undefined : this.recorded.get(id);
    if (one) one.dealt = true;
  }

  /** What was recorded, here and at the desk, by the ids of its commands. */
  payloads(): Record<string, unknown> {
    return { ...Object.fromEntries([...this.recorded.values()].map(({ id, payload }) => [id, payload])), ...this.desk };
  }

  wrong(what: string): void {
    this.violations.push(what);
  }

  /** Whoever was here before leaves, also where it is another window that they had signed in at. */
  private came(browser: Browser, account: string): void {
    const before = this.here.get(browser.name);
    if (before && before !== account) this.left(browser, before);
    this.here.set(browser.name, account);
  }

  left(browser: Browser, account: string): void {
    this.leavings.push({ browser: browser.name, account, at: this.now() });
  }

  /** What stands on the screen: of an id that was used twice it says nothing about the command that holds it. */
  shown(entries: Entry[]): void {
    for (const { id, status, code } of entries) {
      const one = this.recorded.get(id);
      const settled = (status === "applied" || status === "rejected") && code !== "id_reused";
      if (one && settled && !one.told.has(status)) one.told.set(status, this.now());
      // A person has said no meanwhile, to what had waited since a restore: that stands, should the server go back once more.
      if (status === "declined" || code === "declined" || code === "superseded") one?.told.delete("applied");
    }
  }

  // over the wire

  sent(browser: Browser, path: string, body: any): void {
    if (!path.startsWith("/sync/") || !body?.commands) return;
    this.commandsSent += body.commands.length;
    for (const command of body.commands) {
      const known = this.recorded.get(command.id);
      if (!known) this.adopt([{ ...command, account: body.account }], browser);
      else if (known.account !== body.account) this.wrong(`isolation: ${browser.name} sends ${command.id} of ${known.account} as ${body.account}`);
    }
  }

  heard(browser: Browser, path: string, body: any, status: number): void {
    if (path === "/auth/sign-in" && status === 200 && body?.account) this.came(browser, body.account.id);
    if (path !== "/sync/exchange" || status !== 200 || !Array.isArray(body?.outcomes)) return;
    for (const { id } of body.outcomes) {
      const known = this.recorded.get(id);
      if (known) known.heard ??= this.now();
    }
  }

  /** A reason for which a command may be nowhere any more. */
  excuse(one: Recorded, at: number): string | null {
    if (one.dealt) return "refused, and let go by its author";
    if (one.phoneLost) return "the phone was lost or cleared";
    const heard = one.heard;
    if (heard === null) return null;
    const restored = this.restores.some((restore) => restore.at > heard);
    if (!restored) return null;
    const left = this.leavings.some((leaving) => leaving.browser === one.browser && leaving.account === one.account && leaving.at >= heard);
    if (left) return "signed out after its outcome, then the server went back";
    if (one.anonymous) return "said without a name, then the server went back";
    return at - heard > 30 * 24 * 3600_000 ? "pruned, then the server went back" : null;
  }
}
