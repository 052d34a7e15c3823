/* What is being written, kept on the phone until it is saved: a call, a cold hand or an empty battery costs no word.
   One draft belongs to one window at a time (Web Locks), so that two windows never make two records of it. */
import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { account, dirty, drafts } from "./engine";

const PAUSE_MS = 300;

export class Draft<T extends object> {
  /** null until the kept words have been read */
  readonly value = signal<T | null>(null);
  /** false while another window writes this draft */
  readonly mine = signal(true);
  /** false when the phone could not keep the draft: said on the form */
  readonly kept = signal(true);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private unlock: (() => void) | null = null;
  private closed = false;
  private queue = new AbortController();
  private readonly onHide = () => void this.flush();

  constructor(readonly account: string, readonly name: string, private readonly start: () => T) {}

  private get key(): string {
    return `${this.account}/${this.name}`;
  }

  async open(): Promise<void> {
    addEventListener("visibilitychange", this.onHide);
    await this.lease({ ifAvailable: true });
  }

  /** The person says: write here, not there. */
  take = (): Promise<void> => {
    this.queue.abort();
    return this.lease({ steal: true });
  };

  private async lease(options: LockOptions): Promise<void> {
    if (!navigator.locks) return this.read();
    const held = await navigator.locks.request(`silian-draft ${this.key}`, options, this.hold).catch(() => false);
    if (held || this.closed || options.signal?.aborted) return;
    this.forgetPause(); // what this window has not written down yet is not written over the other's words
    dirty.release(this.key);
    this.mine.value = false;
    this.queue = new AbortController();
    void this.lease({ signal: this.queue.signal }); // until the other window is done with it
  }

  private hold = async (lock: Lock | null): Promise<boolean> => {
    this.mine.value = lock !== null;
    await this.read();
    if (lock && !this.closed) await new Promise<void>((done) => (this.unlock = done));
    return lock !== null;
  };

  private async read(): Promise<void> {
    let kept: T | undefined;
    try {
      kept = await drafts.read<T>(this);
    } catch {
      this.kept.value = false;
    }
    this.value.value = { ...this.start(), ...kept };
  }

  set(change: Partial<T>): void {
    if (!this.value.value) return;
    this.value.value = { ...this.value.value, ...(this.mine.value ? change : {}) }; // in a window that may not write, the field springs back
    if (!this.mine.value) return;
    if (!this.closed) dirty.hold(this.key); // a recording may end after its form was left
    clearTimeout(this.timer);
    this.timer = setTimeout(this.onHide, PAUSE_MS);
  }

  /** Writes down at once what waits for a pause. */
  flush = async (): Promise<void> => {
    if (!this.timer) return;
    this.forgetPause();
    await this.keep(drafts.keep(this, this.value.value));
  };

  private forgetPause(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async keep(writing: Promise<unknown>): Promise<void> {
    this.kept.value = await writing.then(() => true, () => false);
  }

  /** Saved, or not wanted: the draft begins anew. */
  async clear(next: T = this.start()): Promise<void> {
    this.forgetPause();
    this.value.value = next;
    dirty.release(this.key);
    await this.keep(drafts.drop(this));
  }

  close(): void {
    void this.flush();
    this.closed = true;
    removeEventListener("visibilitychange", this.onHide);
    dirty.release(this.key);
    this.queue.abort();
    this.unlock?.();
  }
}

/** The draft called `name` of the person signed in; kept words win over `start`. */
export function useDraft<T extends object>(name: string, start: () => T): Draft<T> {
  const who = account.value?.id ?? "";
  const draft = useMemo(() => new Draft(who, name, start), [who, name]);
  useEffect(() => {
    void draft.open();
    return () => draft.close();
  }, [draft]);
  return draft;
}
