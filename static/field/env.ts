// What the engine needs from its surroundings. Tests and the simulator pass their own.

export interface Env {
  /** The client's version, the envelope's `app`. */
  app: string;
  /** Before the names of databases and locks: one process can hold several phones. */
  prefix: string;
  fetch: typeof fetch;
  /** The phone's clock, in milliseconds. It is told to the server and decides nothing. */
  now(): number;
  random(bytes: number): Uint8Array;
  /** Calls once after so many milliseconds; what it returns cancels. */
  timer(ms: number, fire: () => void): () => void;
  /** Runs `work` while nobody else on this phone holds `name`; with `wait: false` it answers undefined where somebody does. */
  lock<T>(name: string, work: () => Promise<T>, wait?: boolean): Promise<T | undefined>;
  online(): boolean;
  /** Calls `stop` when the browser is about to freeze this page; what it returns forgets that. Not where nothing is frozen. */
  frozen?(stop: () => void): () => void;
}

/** 0 up to 1, for jitter. */
export function chance(env: Env): number {
  const [a = 0, b = 0] = env.random(2);
  return (a * 256 + b) / 65536;
}

/** Locks within one page, for browsers without Web Locks and for tests. */
export function localLocks(): Env["lock"] {
  const ends = new Map<string, Promise<unknown>>();
  return async (name, work, wait = true) => {
    if (!wait && ends.has(name)) return undefined;
    const before = ends.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    ends.set(name, mine);
    try {
      return await mine;
    } finally {
      if (ends.get(name) === mine) ends.delete(name);
    }
  };
}

function webLocks(): Env["lock"] {
  const { locks } = navigator;
  if (!locks) return localLocks();
  return async (name, work, wait = true) => {
    const held = await locks.request(name, { ifAvailable: !wait }, async (lock) => (lock ? { value: await work() } : undefined));
    return held?.value;
  };
}

export function browserEnv(): Env {
  return {
    app: SILIAN_VERSION,
    prefix: "",
    fetch: (...request) => fetch(...request),
    now: () => Date.now(),
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    timer: (ms, fire) => {
      const timer = setTimeout(fire, ms);
      return () => clearTimeout(timer);
    },
    lock: webLocks(),
    online: () => navigator.onLine,
    ...(typeof document !== "undefined" && {
      frozen: (stop) => {
        document.addEventListener("freeze", stop);
        return () => document.removeEventListener("freeze", stop);
      },
    }),
  };
}
