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
  stop(): void;
}

export function pacer(env: Env, run: () => Promise<Result>, tell: (result: Result) => void): Pacer {
  let running = false;
  let again = false;
  let stopped = false;
  let failures = 0;
  let ours = 0;
  let theirs = 0;
  let cancel = () => {};

  async function go(): Promise<void> {
    running = true;
    cancel();
    do {
      again = false;
      const result = await run();
      if (stopped) return;
      tell(result);
      weigh(result);
    } while (again && env.now() >= Math.max(ours, theirs));
    running = false;
  }

  function weigh(result: Result): void {
    const now = env.now();
    if (result.kind !== "offline" && result.kind !== "away") {
      failures = ours = theirs = 0;
      return;
    }
    const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** failures++) * (0.5 + chance(env));
    const asked = result.kind === "away" ? result.wait * (1 + chance(env) / 4) : 0;
    theirs = asked ? now + asked : 0;
    // Offline costs nobody anything: the next event may try at once. A server in trouble is left alone.
    ours = result.kind === "away" ? now + wait : 0;
    cancel = env.timer(Math.max(wait, asked), () => kick());
  }

  function kick(tapped = false): void {
    if (stopped || env.now() < (tapped ? theirs : Math.max(ours, theirs))) return;
    if (running) again = true;
    else void go();
  }

  return {
    kick,
    soon: () => void env.timer(chance(env) * 60_000, () => kick()),
    stop() {
      stopped = true;
      cancel();
    },
  };
}
