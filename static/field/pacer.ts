// When to exchange: at once where something calls for it, later and later where nobody answers.
import { chance, type Env } from "./env";
import type { Result } from "./exchange";

const FIRST_MS = 2_000;
const LONGEST_MS = 300_000;

export interface Pacer {
  /** Something calls for an exchange. A person's tap goes ahead of our own waiting, never of what the server asked for. */
  kick(tapped?: boolean): void;
  /** Some time within a minute, so that a push to thousands of phones does not bring them all at once. */
  soon(): void;
  /** The browser freezes this page: nothing begins that would hold the other windows up, until it is woken. */
  freeze(): void;
  wake(): void;
  stop(): void;
}

/** Waits by timers alone: a phone's clock may be set back by years at any moment. */
export function pacer(env: Env, run: () => Promise<Result>, tell: (result: Result) => void): Pacer {
  let running = false;
  let again = false;
  let stopped = false;
  let frozen = false;
  let failures = 0;
  let ours = false;
  let theirs = false;
  let timers: (() => void)[] = [];

  const free = (tapped = false) => !frozen && !theirs && (tapped || !ours);

  async function go(): Promise<void> {
    running = true;
    do {
      again = false;
      const result = await run();
      if (stopped) return;
      tell(result);
      weigh(result);
    } while (again && free());
    running = false;
  }

  function weigh(result: Result): void {
    clear();
    ours = theirs = false;
    if (result.kind !== "offline" && result.kind !== "away") {
      failures = 0;
      return;
    }
    const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** failures++) * (0.5 + chance(env));
    // Offline costs nobody anything: the next event may try at once. A server in trouble is left alone.
    ours = result.kind === "away";
    timers.push(env.timer(wait, () => ((ours = false), kick())));
    if (result.kind !== "away" || !result.wait) return;
    theirs = true;
    timers.push(env.timer(result.wait * (1 + chance(env) / 4), () => ((theirs = false), kick())));
  }

  function clear(): void {
    for (const cancel of timers) cancel();
    timers = [];
  }

  function kick(tapped = false): void {
    if (stopped || !free(tapped)) return;
    if (running) again = true;
    else void go();
  }

  return {
    kick,
    soon: () => void env.timer(chance(env) * 60_000, () => kick()),
    freeze: () => void (frozen = true),
    wake() {
      frozen = false;
      kick();
    },
    stop() {
      stopped = true;
      clear();
    },
  };
}
