// A browser profile: what survives when the app is closed (databases, cookies), a clock that may lie, and the weather.
import "./surroundings";
import { openMemory } from "../../static/field/memory";
import { DOCUMENTS, JOURNAL, openStore, type Shape, type Store } from "../../static/field/store";
import { Problem, type Entry } from "../../static/field/types";
import type { Dice } from "./dice";
import { jsonOf, type Got, type Network, type Sent, type Weather } from "./network";
import type { Timeline, Worker } from "./timeline";
import type { Trace } from "./trace";

const DAY = 24 * 3600_000;

/** Hears what goes over the wire, to judge it. */
export interface Listener {
  sent(browser: Browser, path: string, body: any): void;
  heard(browser: Browser, path: string, body: any, status: number): void;
  /** What the phone now tells its person of these. */
  shown(entries: Entry[]): void;
  /** Somebody's records went from here, by a suspension. */
  left(browser: Browser, account: string): void;
}

type Rows = Record<string, object[]>;

export class Browser {
  readonly stores: { documents: Store; journal: Store };
  readonly locks = new Map<string, { holder: Worker; free: () => void; queue: (() => void)[] }>();
  private readonly jar = new Map<string, string>();
  private kept: { documents: Rows; journal: Rows } | null = null;
  /** One for each concern: what a phone draws for its ids must not change the weather. */
  readonly dice: Record<"ids" | "open" | "weather" | "mishap" | "disk" | "person" | "pace", Dice>;
  weather: Weather = "good";
  full = false;
  private lie = 0;
  private drift = 1;

  constructor(
    readonly name: string,
    /** Who works on it. */
    readonly logins: string[],
    seed: Dice,
    readonly timeline: Timeline,
    private readonly network: Network,
    readonly listener: Listener,
    private readonly trace: Trace,
    indexedDb: boolean,
  ) {
    const of = (concern: string) => seed.of(concern);
    this.dice = { ids: of("ids"), open: of("open"), weather: of("weather"), mishap: of("mishap"), disk: of("disk"), person: of("person"), pace: of("pace") };
    const open = (shape: Shape): Store => (indexedDb ? openStore(shape, `${name}-`) : openMemory(shape));
    this.stores = { documents: open(DOCUMENTS), journal: open(JOURNAL) };
  }

  now = (): number => Math.floor(this.timeline.now * this.drift + this.lie);

  /** Somebody sets the clock, or the battery was empty: years back, hours ahead. */
  setClock(): void {
    const dice = this.dice.mishap;
    this.lie = dice.chance(0.3) ? 0 : dice.between(-1, 1) * dice.one([60_000, 12 * 3600_000, 400 * DAY, 20_000 * DAY]);
    this.drift = dice.chance(0.8) ? 1 : dice.between(0.9999, 1.0001);
    if (this.now() < 0) this.lie = -this.timeline.now * this.drift + 1000;
  }

  // the network

  fetch(worker: Worker, path: string, init: RequestInit = {}): Promise<Response> {
    const { timeline } = this;
    const answered = new Promise<Response>((resolve, reject) => {
      const abort = () => reject(new DOMException("aborted", "AbortError"));
      if (init.signal?.aborted) return abort();
      init.signal?.addEventListener("abort", abort);
      const sent = this.asSent(path, init);
      const body = jsonOf(sent);
      this.listener.sent(this, path, body);
      this.trace.note(timeline.now, this.name, this.weather, "→", init.method, path, body);
      this.network.carry(this.weather, sent, (got) => {
        if (!got || worker.dead || init.signal?.aborted) return reject(new TypeError("fetch failed"));
        this.keepCookies(got);
        const said = jsonOf(got);
        this.listener.heard(this, path, said, got.status);
        this.trace.note(timeline.now, this.name, this.weather, "←", got.status, path, said);
        const empty = [204, 304].includes(got.status) || init.method === "HEAD";
        resolve(new Response(empty ? null : new Uint8Array(got.body), { status: got.status, headers: got.headers }));
      });
    });
    return this.timeline.waiting(worker, answered);
  }

  private asSent(path: string, init: RequestInit): Sent {
    const headers: Record<string, string> = {};
    new Headers(init.headers).forEach((value, name) => (headers[name] = value));
    if (this.jar.size) headers.cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const { body } = init;
    const bytes = body == null ? null : typeof body === "string" ? Buffer.from(body) : Buffer.from(body as ArrayBuffer);
    return { method: init.method ?? "GET", path, headers, body: bytes };
  }

  private keepCookies({ cookies }: Got): void {
    for (const line of cookies) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (!value || /max-age=0/i.test(line)) this.jar.delete(name!);
      else this.jar.set(name!, value);
    }
  }

  // locks over the tabs

  async lock<T>(worker: Worker, name: string, work: () => Promise<T>, wait = true): Promise<T | undefined> {
    for (let held = this.locks.get(name); held; held = this.locks.get(name)) {
      if (!wait) return undefined;
      await this.timeline.waiting(worker, new Promise<void>((resolve) => held!.queue.push(resolve)));
      if (worker.dead) return new Promise<never>(() => undefined);
    }
    const mine = { holder: worker, queue: [] as (() => void)[], free: () => {
      if (this.locks.get(name) === mine) this.locks.delete(name);
      for (const go of mine.queue.splice(0)) go();
    } };
    this.locks.set(name, mine);
    try {
      return await work();
    } finally {
      mine.free();
    }
  }

  /** Whoever dies holds nothing any more. */
  release(worker: Worker): void {
    for (const held of [...this.locks.values()]) if (held.holder === worker) held.free();
  }

  // the disk

  /** A store as one tab has it: it ends with the tab, and at times it is full. */
  guarded(store: Store, tab: Worker & { step<T>(work: () => Promise<T>): Promise<T> }): Store {
    return {
      read: (stores, work) => tab.step(() => store.read(stores, work)),
      write: (stores, work) => tab.step(() => (this.full && this.dice.disk.chance(0.5) ? Promise.reject(new Problem("phone_full")) : store.write(stores, work))),
      close() {},
    };
  }

  /** Something that can put the phone back to this hour takes a copy. */
  async copy(): Promise<void> {
    this.kept = { documents: await rowsOf(this.stores.documents, DOCUMENTS), journal: await rowsOf(this.stores.journal, JOURNAL) };
  }

  /** The storage goes back to an earlier hour; with `clear` nothing is left of it. False where there is no copy. */
  async goBack(clear = false): Promise<boolean> {
    if (!clear && !this.kept) return false;
    await put(this.stores.documents, DOCUMENTS, clear ? {} : this.kept!.documents);
    await put(this.stores.journal, JOURNAL, clear ? {} : this.kept!.journal);
    if (clear) this.jar.clear();
    return true;
  }
}

const rowsOf = (store: Store, { stores }: Shape): Promise<Rows> =>
  store.read(Object.keys(stores), async (tx) => {
    const found: Rows = {};
    for (const name of Object.keys(stores)) found[name] = await tx.list<object>(name);
    return found;
  });

const put = (store: Store, { stores }: Shape, rows: Rows): Promise<void> =>
  store.write(Object.keys(stores), async (tx) => {
    for (const name of Object.keys(stores)) {
      tx.remove(name, []);
      for (const row of rows[name] ?? []) tx.put(name, row);
    }
  });
