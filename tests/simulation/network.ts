// Between phones and server: real requests over loopback, and everything that bad networks do to them, in simulated time.
import { Agent, request } from "node:http";
import { gunzipSync } from "node:zlib";
import type { Dice } from "./dice";
import type { Timeline } from "./timeline";

export interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer | null;
}

export interface Got {
  status: number;
  headers: Record<string, string>;
  cookies: string[];
  body: Buffer;
}

/** What happens to one request. `lost`: it never arrives; `unheard`: its answer never does. */
type Fate = "through" | "lost" | "unheard" | "cut" | "maimed" | "twice" | "atOnce" | "ghost" | "late" | "gateway" | "portal" | "stale";
export type Weather = "good" | "flaky" | "offline" | "portal" | "slow";

const FATES: Record<Weather, Partial<Record<Fate, number>>> = {
  good: { through: 94, unheard: 2, twice: 1, ghost: 1, atOnce: 1, gateway: 1 },
  flaky: { through: 40, lost: 12, unheard: 15, cut: 6, maimed: 3, twice: 6, atOnce: 4, ghost: 6, late: 5, gateway: 4, stale: 1 },
  slow: { through: 70, late: 20, unheard: 10 },
  offline: { lost: 1 },
  portal: { portal: 95, through: 5 },
};

const page = (status: number): Got => made(status, "text/html; charset=utf-8", "<!doctype html><title>Wi-Fi</title>");
const made = (status: number, type: string, body: string, headers: Record<string, string> = {}): Got => ({
  status, cookies: [], body: Buffer.from(body), headers: { ...(type && { "content-type": type }), ...headers },
});
const PORTALS: Got[] = [
  page(200), page(200), page(401), page(403), page(511),
  made(200, "application/json", "{}"), made(200, "application/json", '{"success":true,"code":0}'), made(200, "text/plain", "OK"),
  made(200, "", ""), made(204, "", ""), made(403, "application/json", '{"error":"login"}'),
  made(200, "application/json", '{"outcomes":[],"changes":[]}'), made(200, "application/json", '[{"outcomes":'),
];
const GATEWAYS: Got[] = [
  page(502), page(504), made(503, "application/json", '{"code":"away","message":"…"}', { "retry-after": "20" }),
  made(429, "application/json", '{"code":"slow_down","message":"…"}', { "retry-after": "30" }), made(500, "text/plain", "error"),
  made(413, "text/html", "too large"), made(400, "text/html", "bad request"),
];

export class Network {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 8 });
  private readonly answers = new Map<string, Got>();
  private calm = false;
  requests = 0;

  constructor(
    private readonly timeline: Timeline,
    private readonly dice: Dice,
    private readonly port: () => number,
  ) {}

  /** From now on all goes well. */
  settle(): void {
    this.calm = true;
  }

  /** Connections that are kept open end: the server is about to go. */
  hangUp(): void {
    this.agent.destroy();
  }

  /** One request's way there and back: `back` gets the answer, or null where the connection breaks. */
  carry(weather: Weather, sent: Sent, back: (got: Got | null) => void): void {
    const { timeline, dice } = this;
    const fate = this.calm ? "through" : dice.weighed(FATES[weather] as Record<Fate, number>);
    const [there, home] = weather === "slow" ? [dice.between(500, 9000), dice.between(500, 9000)] : [dice.between(10, 400), dice.between(10, 400)];
    const reply = (got: Got | null, after = home) => void timeline.after(after, () => back(got));
    const arrive = (after: number, then: (got: Got | null) => void) =>
      void timeline.after(after, async () => then(await this.toServer(sent)));
    switch (fate) {
      case "lost":
        return dice.chance(0.7) ? reply(null, there) : undefined;
      case "unheard":
        return arrive(there, () => (dice.chance(0.6) ? reply(null) : undefined));
      case "cut":
        return arrive(there, (got) => reply(got && { ...got, body: got.body.subarray(0, got.body.length * dice.share()) }));
      case "maimed":
        sent = { ...sent, body: sent.body && sent.body.subarray(0, sent.body.length * dice.share()) };
        return arrive(there, reply);
      case "twice":
        arrive(there, () => undefined);
        return arrive(there + dice.between(0, 2000), reply);
      case "atOnce":
        return void timeline.after(there, async () => {
          const [first, second] = await Promise.all([this.toServer(sent), this.toServer(sent)]);
          reply(dice.chance(0.5) ? first : second);
        });
      case "ghost":
        arrive(there + dice.between(1000, dice.chance(0.5) ? 60_000 : 8 * 3600_000), () => undefined);
        return arrive(there, reply);
      case "late":
        return arrive(dice.between(5_000, 130_000), (got) => reply(got, dice.between(0, 40_000)));
      case "gateway":
        return reply(dice.one(GATEWAYS), there);
      case "portal":
        return dice.chance(0.1) ? reply(null, there) : reply(dice.one(PORTALS), there);
      case "stale":
        return reply(this.answers.get(key(sent)) ?? null, there);
      default:
        return arrive(there, reply);
    }
  }

  /** Real, over loopback; null where nobody is there or the power goes in the middle. */
  private toServer(sent: Sent): Promise<Got | null> {
    this.requests++;
    return new Promise((resolve) => {
      const headers = { ...sent.headers, ...(sent.body && { "content-length": String(sent.body.length) }) };
      const asking = request({ host: "127.0.0.1", port: this.port(), method: sent.method, path: sent.path, headers, agent: this.agent }, (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part) => parts.push(part));
        answer.on("error", () => resolve(null));
        answer.on("end", () => {
          const { "set-cookie": cookies = [], ...others } = answer.headers;
          const got = { status: answer.statusCode!, headers: others as Record<string, string>, cookies, body: Buffer.concat(parts) };
          if (got.status === 200) this.answers.set(key(sent), got);
          resolve(got);
        });
      });
      asking.on("error", () => resolve(null));
      asking.end(sent.body ?? undefined);
    });
  }
}

const key = ({ method, path, headers }: Sent) => `${method} ${path} ${headers["x-silian-device"]}`;

export const jsonOf = ({ headers, body }: { headers: Record<string, string>; body: Buffer | null }): any => {
  if (!body?.length) return null;
  try {
    return JSON.parse((headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString());
  } catch {
    return null; // cut short by the network of the simulation
  }
};
