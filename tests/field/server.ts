// The server's side of the exchange as far as the phone can tell: numbers, outcomes, changes, restores.
import { bodyOf, json } from "./rig";

interface Stored {
  id: string;
  content: string;
  outcome: { status: string; code?: string };
}

interface State {
  accounts: Record<string, string>; // device → account
  ledger: Record<string, Stored[]>; // device → by number, from 1
  feed: { collection: string; id: string; rev: number; doc: any; erased?: boolean }[];
  revs: number;
  blobs: string[];
  lost: { device: string; from: number; to: number }[];
}

type Fault = (path: string, init: RequestInit | undefined, body: any) => Response | undefined | Promise<Response | undefined>;

const content = ({ type, v, made_at, supersedes = null, payload }: any) => JSON.stringify([type, v, made_at, supersedes, payload]);

export class Server {
  clock = () => 0;
  state: State = { accounts: {}, ledger: {}, feed: [], revs: 0, blobs: [], lost: [] };
  /** Every request as it came, in order. */
  requests: { method: string; path: string; device: string | null; body: any }[] = [];
  session: { account: string; device: string } | null = null;
  /** What the next requests meet instead; undefined lets one through. */
  fault: Fault | null = null;
  /** Runs after a request has had its effect; what it answers replaces the answer. */
  after: Fault | null = null;
  suspended = false;
  page = 500;
  reset: false | "sweep" | "wipe" = false;
  decide: (command: any) => { status: string; code?: string; [more: string]: any } = () => ({ status: "applied" });

  snapshot = (): State => structuredClone(this.state);

  /** The sessions of a restored server are those of then; here it keeps them, which is the harder case. */
  restore(state: State): void {
    this.state = structuredClone(state);
  }

  exchanges = () => this.requests.filter(({ path }) => path === "/sync/exchange");
  applied = (): string[] => Object.values(this.state.ledger).flat().filter(({ outcome }) => outcome.status === "applied").map(({ id }) => id);

  fetch = async (path: string, init?: RequestInit): Promise<Response> => {
    const device = new Headers(init?.headers).get("X-Silian-Device");
    const isJson = new Headers(init?.headers).get("Content-Type") === "application/json";
    const body = isJson && init?.body ? bodyOf(init) : init?.body;
    this.requests.push({ method: init?.method ?? "GET", path, device, body });
    const fault = await this.fault?.(path, init, body);
    if (fault) return fault;
    const answer = this.answer(path, init?.method ?? "GET", device, body);
    const ask = new Headers(init?.headers).get("X-Silian-Ask");
    if (ask) answer.headers.set("X-Silian-Ask", ask);
    return (await this.after?.(path, init, body)) ?? answer;
  };

  private answer(path: string, method: string, device: string | null, body: any): Response {
    if (path === "/auth/sign-in" || path === "/auth/activate") return this.enter(body.login ?? `by-${body.code}`, body.password, device!);
    if (path === "/auth/sign-out") return (this.session = null), new Response(null, { status: 204, headers: { "Content-Type": "text/html" } });
    if (path.startsWith("/alerts/")) return json(204, null);
    if (!this.session) return json(401, { code: "sign_in" });
    if (path === "/auth/me") return json(200, this.me(this.session.account));
    if (device !== this.session.device) return json(403, { code: "device" });
    if (path.startsWith("/sync/blobs/")) return this.blob(path.slice(12), method);
    if (body.account !== this.session.account) return json(403, { code: "account" });
    if (path === "/sync/urgent") return json(202, {});
    return this.exchange(body);
  }

  private me = (account: string) => ({
    account: { id: account, name: account, language: "zh", posts: [{ role: "grid_worker", organisation: "estate", cells: [] }] },
    csrf: "csrf", push: { public_key: "AAAA" }, limits: {}, time_zone: "Asia/Shanghai",
  });

  private enter(login: string, password: string, device: string): Response {
    if (password !== "right") return json(401, { code: "credentials" });
    const account = `account-of-${login.toLowerCase().replace(/^also-|^by-/, "")}`;
    if ((this.state.accounts[device] ?? account) !== account) return json(403, { code: "device" });
    this.state.accounts[device] = account;
    this.session = { account, device };
    return json(200, this.me(account));
  }

  private blob(digest: string, method: string): Response {
    const known = this.state.blobs.includes(digest);
    if (method === "HEAD") return new Response(null, known ? { headers: { ETag: `"${digest}"` } } : { status: 404 });
    if (!known) this.state.blobs.push(digest);
    return json(known ? 200 : 201, { sha256: digest });
  }

  private exchange(body: any): Response {
    const ledger = (this.state.ledger[body.device] ??= []);
    const first = body.commands[0]?.seq;
    if (first !== undefined && body.oldest > ledger.length + 1) {
      this.state.lost.push({ device: body.device, from: ledger.length + 1, to: body.oldest - 1 });
      while (ledger.length < body.oldest - 1) ledger.push({ id: "lost", content: "", outcome: { status: "lost" } });
    }
    const outcomes: any[] = [];
    let expected = ledger.length + 1;
    if (body.commands.some((command: any, place: number) => command.seq !== first + place)) return json(409, { code: "gap", expected });
    for (const command of body.commands) if (command.seq >= expected && command.seq !== expected++) return json(409, { code: "gap", expected: expected - 1 });
    for (const command of body.commands) outcomes.push({ id: command.id, seq: command.seq, ...this.settle(ledger, command) });
    return json(200, { outcomes, last_seq: ledger.length, ...this.pull(body), now: new Date(this.clock()).toISOString() });
  }

  private settle(ledger: Stored[], command: any): object {
    const here = ledger[command.seq - 1];
    if (here && here.id !== command.id) return { status: "rejected", code: "id_reused", taken: "seq" };
    if (here) return command.type === "void" || here.content === content(command) ? here.outcome : { status: "rejected", code: "id_reused" };
    const elsewhere = Object.values(this.state.ledger).flat().find(({ id }) => id === command.id);
    const outcome = elsewhere?.outcome ?? this.first(command);
    ledger.push({ id: command.id, content: content(command), outcome });
    return outcome;
  }

  private first(command: any): Stored["outcome"] {
    if (command.was === "rejected") return { status: "rejected", code: "again" };
    if (command.type === "void") return { status: "applied" };
    const outcome = this.decide(command);
    const id = command.payload.visit_id;
    if (outcome.status === "applied" && id) this.publish("visits", id, { ...command.payload, ready: (command.payload.photos ?? []).every((d: string) => this.state.blobs.includes(d)) });
    return outcome;
  }

  publish(collection: string, id: string, doc: any, more: { erased?: boolean } = {}): void {
    this.state.feed = this.state.feed.filter((row) => row.collection !== collection || row.id !== id);
    this.state.feed.push({ collection, id, rev: ++this.state.revs, doc, ...more });
  }

  private pull(body: any): object {
    if (this.suspended) return { changes: [], cursor: null, more: false, reset: false, revoked: true };
    if (body.limit === 0) return { changes: [], cursor: body.cursor, more: true, reset: false, revoked: false };
    const reset = this.reset || (body.cursor === null ? "sweep" : false);
    this.reset = false;
    const from = reset ? 0 : Number(body.cursor);
    const rows = this.state.feed.filter(({ rev, doc }) => rev > from && (doc || from)).sort((a, b) => a.rev - b.rev);
    const changes = rows.slice(0, Math.min(body.limit, this.page));
    return { changes, cursor: String(changes.at(-1)?.rev ?? from), more: rows.length > changes.length, reset, revoked: false };
  }
}
