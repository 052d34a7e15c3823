/* What is being written, kept on the phone until it is saved: a call, a cold hand or an empty battery costs no word.
   One draft belongs to one window at a time (Web Locks), so that two windows never make two records of it. */
import { signal } from "@preact/signals";
import { openDB, type IDBPDatabase } from "idb";
import { useEffect, useMemo } from "preact/hooks";
import { account, dirty } from "./engine";

const STORE = "drafts";
const PAUSE_MS = 300;
let opened: Promise<IDBPDatabase> | null = null;

function database(): Promise<IDBPDatabase> {
  opened ??= openDB("silian-drafts", 1, {
    upgrade: (db) => void db.createObjectStore(STORE),
    terminated: () => (opened = null),
    blocking: (_now, _next, event) => {
      (event.target as IDBDatabase).close();
      opened = null;
    },
  });
  opened.catch(() => (opened = null));
  return opened;
}

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

  constructor(private readonly key: string, private readonly start: () => T) {}

  async open(): Promise<void> {
    addEventListener("visibilitychange", this.flush);
    await this.lease({ ifAvailable: true });
  }

  /** The person says: write here, not there. */
  take = (): Promise<void> => this.lease({ steal: true });

  private async lease(options: LockOptions): Promise<void> {
    if (!navigator.locks) return this.read();
    await navigator.locks
      .request(`silian-draft ${this.key}`, options, async (lock) => {
        this.mine.value = lock !== null;
        await this.read();
        if (lock && !this.closed) await new Promise<void>((done) => (this.unlock = done));
      })
      .catch(() => {
        clearTimeout(this.timer);
        this.mine.value = false; // another window took it over
      });
  }

  private async read(): Promise<void> {
    let kept: T | undefined;
    try {
      kept = (await (await database()).get(STORE, this.key)) as T | undefined;
    } catch {
      this.kept.value = false;
    }
    this.value.value = { ...this.start(), ...kept };
  }

  set(change: Partial<T>): void {
    if (!this.value.value) return;
    this.value.value = { ...this.value.value, ...(this.mine.value ? change : {}) }; // in a window that may not write, the field springs back
    if (!this.mine.value) return;
    dirty.hold(this.key);
    clearTimeout(this.timer);
    this.timer = setTimeout(this.flush, PAUSE_MS);
  }

  private flush = (): void => {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    void this.write();
  };

  private async write(): Promise<void> {
    try {
      await (await database()).put(STORE, this.value.value, this.key);
      this.kept.value = true;
    } catch {
      this.kept.value = false;
    }
  }

  /** Saved, or not wanted: the draft begins anew. */
  async clear(next: T = this.start()): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.value.value = next;
    dirty.release(this.key);
    try {
      await (await database()).delete(STORE, this.key);
    } catch {
      this.kept.value = false;
    }
  }

  close(): void {
    this.flush();
    this.closed = true;
    removeEventListener("visibilitychange", this.flush);
    dirty.release(this.key);
    this.unlock?.();
  }
}

/** The draft called `name` of the person signed in; kept words win over `start`. */
export function useDraft<T extends object>(name: string, start: () => T): Draft<T> {
  const key = `${account.value?.id ?? ""}/${name}`;
  const draft = useMemo(() => new Draft(key, start), [key]);
  useEffect(() => {
    void draft.open();
    return () => draft.close();
  }, [draft]);
  return draft;
}
