// The exchange: hands over what is queued, brings back outcomes and changes, then the photos.
import { nextPhoto, sendPhoto } from "./blobs";
import { deviceOf, doubt, retire, trust } from "./devices";
import { applyPage, commandsAnew, compared, me, moveOut, positionOf, revoke, unready } from "./documents";
import { command, list, look, photosOf, type Saved, type View } from "./journal";
import type { Phone } from "./phone";
import { forgetAll, prune } from "./retention";
import { absorb, askAgain, rewind, sendMissing } from "./settle";
import { isAnswer, MAX_COMMANDS, pack, post, type Answer, type Change, type Reply } from "./wire";

/** `wait` is what the server asked for, in milliseconds; `elsewhere`: another tab is at it. */
export type Result = { kind: "done" | "offline" | "signin" | "revoked" | "elsewhere" } | { kind: "away"; wait: number };

/** What an exchange tells while it runs. */
export interface Watch {
  sending(ids: string[]): void;
  /** The journal changed; where entries are named, in these and in photos alone. */
  journal(changed?: Saved[]): void;
  /** Documents that came; `all` where others went with a reset. */
  documents(changes: Change[], all: boolean): void;
}

type Step = Result | { kind: "again"; more: boolean };

const PRUNE_EVERY_MS = 3600_000;
const AGAIN: Step = { kind: "again", more: true };

/** One at a time per account on this phone, whatever the tabs. With `wait: false` it leaves it to whoever is at it. */
export async function exchange(phone: Phone, watch: Watch, wait = true): Promise<Result> {
  const account = (await me(phone.documents))?.me.account.id;
  if (account === undefined) return { kind: "signin" };
  const result = await phone.env.lock(exchangeLock(phone, account), () => run(phone, account, watch), wait);
  return result ?? { kind: "elsewhere" };
}

export const exchangeLock = (phone: Phone, account: string): string => `${phone.env.prefix}silian-exchange-${account}`;

async function run(phone: Phone, account: string, watch: Watch): Promise<Result> {
  const turn = new Turn(phone, account, watch);
  let pulling = true;
  let uploaded = false;
  for (;;) {
    const who = await me(phone.documents);
    if (who?.me.account.id !== account) return { kind: "signin" }; // signed out meanwhile
    if (!(await deviceOf(phone.journal, account))) return turn.bereft(who.revoked ?? false);
    const view = await look(phone.journal, account);
    if (view.row.stale) return { kind: "signin" };
    if (view.queue.length || pulling) {
      const step = await turn.exchange(view);
      if (step.kind !== "again") return step;
      pulling = step.more;
      continue;
    }
    const waits = (await photosOf(phone.journal, account)).some(({ state }) => state === "waiting");
    const { entries, photos } = waits ? await list(phone.journal, account) : { entries: [], photos: [] };
    const photo = nextPhoto(entries, photos);
    if (photo) {
      const reply = await sendPhoto(phone, view.row.device, photo, entries);
      watch.journal([]);
      if (reply) return turn.refused(reply);
      uploaded = true;
    } else if (uploaded && !who.revoked) {
      uploaded = false;
      pulling = true; // documents say now that they are ready
    } else {
      return turn.end(who.revoked ?? false);
    }
  }
}

class Turn {
  private gap = 0;
  private looked = false;
  private checked = false;
  private readonly heard = new Set<string>();

  constructor(
    private readonly phone: Phone,
    private readonly account: string,
    private readonly watch: Watch,
  ) {}

  async exchange(view: View): Promise<Step> {
    const { phone, account, watch } = this;
    const batch = pack(view.queue, phone.pace.commands);
    const limit = batch.length < view.queue.length ? 0 : phone.pace.limit;
    const { cursor } = await positionOf(phone.documents, account);
    const envelope = {
      device: view.row.device, account, app: phone.env.app, now: new Date(phone.env.now()).toISOString(),
      acked: view.acked, oldest: view.oldest, waiting: view.queue.length, cursor, limit,
    };
    if (!limit) {
      const stopped = await this.urge(view, envelope);
      if (stopped) return stopped;
    }
    watch.sending(batch.map(({ id }) => id));
    try {
      const reply = await post(phone.env, "/sync/exchange", view.row.device, { ...envelope, commands: batch.map(command) });
      if (reply.kind !== "answer" || reply.status !== 200) return await this.failed(reply, batch);
      if (!isAnswer(reply.body, batch)) return { kind: "offline" };
      return await this.take(reply.body, view, batch, cursor, limit);
    } finally {
      watch.sending([]);
    }
  }

  /** Help does not wait behind a queue: a copy goes alone first. Its outcome comes with the command itself. */
  private async urge(view: View, envelope: object): Promise<Result | null> {
    const { journal, env } = this.phone;
    for (const entry of view.queue.filter(({ payload, type, urged }) => !urged && (payload.urgent === true || type === "help.raise"))) {
      const reply = await post(env, "/sync/urgent", view.row.device, { ...envelope, commands: [command(entry)] });
      if (reply.kind !== "answer") return { kind: "offline" };
      if (![202, 400, 422].includes(reply.status)) return null; // the exchange itself will tell why
      await journal.write(["entries"], async (tx) => {
        const now = await tx.get<Saved>("entries", [entry.device, entry.seq]);
        if (now?.id === entry.id) tx.put("entries", { ...now, urged: true });
      });
    }
    return null;
  }

  private async take(answer: Answer, view: View, batch: Saved[], cursor: string | null, limit: number): Promise<Step> {
    const { phone, account, watch } = this;
    const { row } = await look(phone.journal, account); // another tab may have recorded meanwhile
    if (row.device !== view.row.device) return AGAIN; // and so is a sign-in with a new device: the answer is about the old one
    for (const { id } of answer.outcomes) this.heard.add(id);
    const { changed, clash } = await absorb(phone.journal, account, row.device, answer);
    if (changed) watch.journal(changed === "all" ? undefined : changed);
    // The phone's storage went back: its numbers mean other commands there, and what we sent under them is still to be sent.
    if (clash || answer.last_seq > row.last) return retire(phone.journal, account).then(() => ({ kind: "signin" }));
    if (row.doubted) await trust(phone.journal, account);
    this.grow();

    if (answer.revoked) {
      await revoke(phone.documents);
      watch.documents([], true);
    } else if (limit) {
      await sendMissing(phone.journal, account, answer.changes);
      const kept = await applyPage(phone.documents, account, cursor, answer, phone.env.now());
      if (kept === "late") return { kind: "done" };
      watch.documents(answer.changes, kept === "all");
      if (!answer.more) {
        await this.compare(answer);
        await this.unready();
      }
    }
    if (answer.last_seq < view.acked && (await rewind(phone.journal, account, answer.last_seq + 1))) {
      watch.journal();
      return AGAIN;
    }
    const stands = batch.length ? !answer.outcomes.length : answer.more && answer.cursor === cursor;
    if (stands) return { kind: "away", wait: 0 }; // it would go round for ever
    return { kind: "again", more: !answer.revoked && (!limit || answer.more) };
  }

  /**
   * Now and then, what is not ready as this phone has it: of a photo that went after the last changes came, no change tells that
   * the server went back to before it.
   */
  private async unready(): Promise<void> {
    const { env, pace, documents, journal } = this.phone;
    if (this.looked || env.now() - pace.pruned <= PRUNE_EVERY_MS) return;
    this.looked = true;
    if ((await photosOf(journal, this.account)).some(({ state }) => state === "sent")) await sendMissing(journal, this.account, await unready(documents));
  }

  /** What the journal says of what is not applied and of its last number against what the server shows, once after each reset. */
  private async compare(answer: Answer): Promise<void> {
    const { documents, journal } = this.phone;
    const shown = await commandsAnew(documents, this.account);
    if (!shown) return;
    // Once in an exchange: a server that says "reset" each time would be asked for one number after the other.
    const heard = this.checked ? null : this.heard;
    this.checked = true;
    if (await askAgain(journal, this.account, shown, heard, answer)) this.watch.journal();
    await compared(documents, this.account);
  }

  private async failed(reply: Reply, batch: Saved[]): Promise<Step> {
    if (reply.kind === "timeout") return this.shrink(batch) ? AGAIN : { kind: "away", wait: 0 };
    if (reply.kind !== "answer") return { kind: "offline" };
    if ([400, 413].includes(reply.status) && batch.length > 1 && this.shrink(batch)) return AGAIN;
    const expected = reply.body?.expected;
    if (reply.status === 409 && reply.body?.code === "gap" && Number.isSafeInteger(expected) && expected !== this.gap) {
      this.gap = expected;
      await rewind(this.phone.journal, this.account, expected);
      this.watch.journal();
      return AGAIN;
    }
    if (reply.status === 403 && reply.body?.code === "revoked" && !batch.length) {
      await revoke(this.phone.documents);
      return { kind: "again", more: false }; // photos are taken longer than commands
    }
    return this.refused(reply);
  }

  /** What ends an exchange. A 401 or 403 that is not ours is a portal's. */
  async refused(reply: Reply): Promise<Result> {
    if (reply.kind !== "answer") return { kind: "offline" };
    const code: unknown = reply.body?.code;
    if ([401, 403].includes(reply.status) && typeof code !== "string") return { kind: "offline" };
    if (reply.status === 401) return { kind: "signin" };
    if (reply.status === 403 && code === "device") return doubt(this.phone.journal, this.account).then(() => ({ kind: "signin" }));
    if (reply.status === 403 && code === "account") return { kind: "signin" };
    if (reply.status === 403 && code === "revoked") {
      await revoke(this.phone.documents);
      const { queue } = await look(this.phone.journal, this.account);
      return this.end(true, queue.length > 0);
    }
    return { kind: "away", wait: reply.retryAfter };
  }

  /** A suspended person's journal goes when there is nothing left to hand over. */
  async end(revoked: boolean, keep = false): Promise<Result> {
    const { phone, account } = this;
    if (revoked) {
      if (!keep) {
        await forgetAll(phone.journal, account);
        await moveOut(phone.documents);
      }
      this.watch.journal();
      this.watch.documents([], true);
      return { kind: "revoked" };
    }
    const { complete } = await positionOf(phone.documents, account);
    if (complete && phone.env.now() - phone.pace.pruned > PRUNE_EVERY_MS) {
      await prune(phone.journal, account, Date.parse(complete));
      phone.pace.pruned = phone.env.now();
      this.watch.journal();
    }
    return { kind: "done" };
  }

  /**
   * There is somebody here, and no journal of theirs: the app was killed between its two databases when a suspended person's
   * journal went, or the browser has dropped one of them. Without a journal nothing can be sent; signing in makes a new one.
   */
  async bereft(revoked: boolean): Promise<Result> {
    if (revoked) return this.end(true);
    await moveOut(this.phone.documents);
    this.watch.documents([], true);
    return { kind: "signin" };
  }

  private shrink(batch: Saved[]): boolean {
    const { pace } = this.phone;
    if (batch.length <= 1 && pace.limit <= 20) return false;
    pace.commands = Math.max(1, Math.ceil(batch.length / 2));
    pace.limit = Math.max(20, Math.ceil(pace.limit / 2));
    return true;
  }

  private grow(): void {
    const { pace } = this.phone;
    pace.commands = Math.min(MAX_COMMANDS, pace.commands * 2);
    pace.limit = Math.min(500, pace.limit * 2);
  }
}
