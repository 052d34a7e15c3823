// Time that moves only when everybody waits for it. Nothing here sleeps: a month of a phone's life takes as long as its work.

export interface Worker {
  /** How many pieces of this one's work go on without waiting for time to pass. */
  running: number;
  dead: boolean;
}

interface Moment {
  at: number;
  nth: number;
  fire: () => void | Promise<void>;
}

const LONGEST_STEP_MS = 120_000;

export class Timeline {
  private moments: Moment[] = [];
  private nth = 0;
  private readonly workers = new Set<Worker>();
  private wake: (() => void) | null = null;

  constructor(
    public now: number,
    /** The server lives by this clock too. */
    private readonly told: (now: number) => void,
  ) {
    told(now);
  }

  at(time: number, fire: Moment["fire"]): () => void {
    const moment = { at: Math.max(time, this.now), nth: this.nth++, fire };
    let [low, high] = [0, this.moments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.moments[middle]!.at > moment.at) high = middle;
      else low = middle + 1;
    }
    this.moments.splice(low, 0, moment);
    return () => {
      const place = this.moments.indexOf(moment);
      if (place >= 0) this.moments.splice(place, 1);
    };
  }

  after = (ms: number, fire: Moment["fire"]): (() => void) => this.at(this.now + ms, fire);

  join = (worker: Worker): void => void this.workers.add(worker);

  leave(worker: Worker): void {
    worker.dead = true;
    this.workers.delete(worker);
    this.stirred();
  }

  /** `work` is one piece of a worker's work. Where the worker dies meanwhile, it is not waited for any more. */
  async piece<T>(worker: Worker, work: () => Promise<T>): Promise<T> {
    worker.running++;
    try {
      return await work();
    } finally {
      worker.running--;
      this.stirred();
    }
  }

  /** A piece of work waits for `what`, which comes with time. */
  async waiting<T>(worker: Worker, what: Promise<T>): Promise<T> {
    worker.running--;
    this.stirred();
    try {
      return await what;
    } finally {
      worker.running++;
    }
  }

  private stirred(): void {
    if (!this.busy()) this.wake?.();
  }

  private busy = (): boolean => [...this.workers].some(({ running }) => running > 0);

  /** Until everybody waits. What has just ended may have set off something in the same breath, so it is looked at twice. */
  private async quiet(): Promise<void> {
    do {
      while (this.busy()) {
        await new Promise<void>((resolve, reject) => {
          const stuck = setTimeout(() => reject(new Error("a phone does not come to rest")), LONGEST_STEP_MS);
          this.wake = () => (clearTimeout(stuck), resolve());
        });
        this.wake = null;
      }
      await new Promise<void>((resolve) => setImmediate(resolve));
    } while (this.busy());
  }

  async run(until: number): Promise<void> {
    for (;;) {
      await this.quiet();
      const next = this.moments[0];
      if (!next || next.at > until) break;
      this.moments.shift();
      this.move(next.at);
      await next.fire();
    }
    this.move(until);
  }

  /** So much time passes in which nothing happens; what was to come comes later by as much. */
  leap(ms: number): void {
    for (const moment of this.moments) moment.at += ms;
    this.move(this.now + ms);
  }

  private move(to: number): void {
    if (to > this.now) this.told((this.now = to));
  }
}
