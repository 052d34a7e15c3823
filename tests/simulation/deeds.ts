// What people do on a screen: payloads as the app's forms make them, of what the phone shows and of what a person knows.
import { digestsOf, list, discard, withdraw } from "../../static/field/journal";
import { Problem } from "../../static/field/types";
import type { Dice } from "./dice";
import type { Model } from "./model";
import type { Facts } from "./nursery";
import type { Tab } from "./tab";

/** What passes from mouth to mouth, or by a code held up to another phone: ids that no server has told yet. */
export class Hearsay {
  private readonly ids: Record<string, string[]> = {};
  say = (kind: string, id: string): void => void (this.ids[kind] ??= []).push(id);
  hear = (kind: string, dice: Dice): string | undefined => this.ids[kind] && dice.one(this.ids[kind]!.slice(-8));
}

type Deed = (p: Person) => Promise<void>;

export class Person {
  constructor(
    readonly tab: Tab,
    readonly dice: Dice,
    readonly facts: Facts,
    readonly model: Model,
    readonly hearsay: Hearsay,
  ) {}

  get roles(): string[] {
    return this.tab.state.account.value?.posts.map(({ role }) => role) ?? [];
  }

  /** A stairwell: of the own cells, or at times of anybody's. */
  unit(): string {
    const cells = this.tab.state.account.value?.posts.flatMap((post) => post.cells) ?? [];
    const mine = this.facts.units.filter((unit) => !cells.length || cells.some((cell) => `${unit}-`.startsWith(`${cell}-`)));
    return this.dice.one(mine.length && this.dice.chance(0.9) ? mine : this.facts.units);
  }

  docs = (collection: string): Promise<{ id: string; doc: any }[]> =>
    this.tab.phone.documents.read(["documents"], (tx) => tx.list<any>("documents", [collection]));

  async known(collection: string): Promise<string | undefined> {
    const heard = this.dice.chance(0.4) ? this.hearsay.hear(collection, this.dice) : undefined;
    const docs = heard ? [] : await this.docs(collection);
    return heard ?? (docs.length ? this.dice.one(docs.slice(-12)).id : undefined);
  }

  place = (code: string | null) => ({ grid_code: code, position: null, text: this.dice.chance(0.5) ? "门口" : null });

  photo(): Blob {
    return new Blob([`%PDF-${this.dice.uuid()}`, Buffer.alloc(this.dice.whole(3000))], { type: "application/pdf" });
  }

  /** Files it, and lets it be known. */
  async save(type: string, payload: Record<string, any>, more: { anonymous?: boolean; supersedes?: string; v?: number; photos?: number } = {}): Promise<void> {
    const blobs = Array.from({ length: more.photos ?? 0 }, () => this.photo());
    const { createHash } = await import("node:crypto");
    for (const blob of blobs) payload.photos.push(createHash("sha256").update(Buffer.from(await blob.arrayBuffer())).digest("hex"));
    const saved = await this.tab.record(type, payload, { blobs, anonymous: more.anonymous, supersedes: more.supersedes, v: more.v });
    if (!saved) return;
    this.model.add(saved, this.tab.browser);
    for (const [kind, name] of [["patrols", "patrol_id"], ["visits", "visit_id"], ["opinions", "opinion_id"], ["findings", "finding_id"], ["cases", "case_id"]] as const) {
      const id = payload[name];
      if (typeof id === "string" && !more.anonymous) this.hearsay.say(kind, id);
    }
  }
}

const CATEGORIES = ["security", "fire", "sanitation", "facilities", "other"];

const visit: Deed = async (p) => {
  const { dice } = p;
  const unit = p.unit();
  const consent = dice.chance(0.8);
  const door = p.facts.doors.filter(([, code]) => code === unit);
  await p.save("visit.record", {
    visit_id: dice.uuid(), household_id: dice.chance(0.7) ? dice.one(door)[0] : null, grid_code: unit, purpose: dice.chance(0.97) ? "routine" : "nonsense",
    outcome: dice.one(["met", "not_home", "declined"]), consent, note: consent || dice.chance(0.1) ? `都好 ${dice.whole(1e6)}` : "", photos: [],
  }, { photos: consent && dice.chance(0.3) ? 1 + dice.whole(2) : 0 });
};

const opinion: Deed = async (p) => {
  const { dice } = p;
  const anonymous = dice.chance(0.2);
  const unit = p.unit();
  await p.save("opinion.record", {
    opinion_id: dice.uuid(), visit_id: !anonymous && dice.chance(0.4) ? ((await p.known("visits")) ?? null) : null,
    place: dice.chance(0.1) ? null : p.place(anonymous ? unit.slice(0, 18) : unit), category: dice.one(CATEGORIES), text: `楼道灯不亮 ${dice.whole(1e6)}`,
    anonymous, reporter: null, photos: [], recordings: [], urgent: dice.chance(0.1),
  }, { anonymous, photos: dice.chance(0.15) ? 1 : 0 });
};

const round: Deed = async (p) => {
  const { dice, facts } = p;
  const [route, points] = dice.one(facts.routes);
  const patrol = dice.uuid();
  const companion = dice.chance(0.7) ? [facts.accounts[dice.one(["patrol1", "patrol2", "grid1"])]!] : [];
  await p.save("patrol.start", { patrol_id: patrol, route_id: route, companions: companion, track: dice.chance(0.3) });
  for (const point of points.slice(0, 1 + dice.whole(3))) await scan(p, patrol, point);
};

const scan = (p: Person, patrol: string, point: string) =>
  p.save("patrol.scan", { patrol_id: patrol, checkpoint_id: point, by: p.dice.one(["qr", "tap"]), position: null });

const onTheRound: Deed = async (p) => {
  const { dice } = p;
  const patrol = await p.known("patrols");
  if (!patrol) return;
  switch (dice.weighed({ scan: 5, track: 1, finding: 2, finish: 2 })) {
    case "scan": return scan(p, patrol, dice.one(p.facts.checkpoints));
    case "track": return p.save("patrol.track", { patrol_id: patrol, points: [[dice.whole(5000), 36.6, 101.7, 12]] });
    case "finding": return finding(p, patrol);
    case "finish": return p.save("patrol.finish", { patrol_id: patrol, note: "走完了" });
  }
};

const finding = (p: Person, patrol: string | null = null) =>
  p.save("patrol.finding", {
    finding_id: p.dice.uuid(), patrol_id: patrol, category: p.dice.one(CATEGORIES), note: "楼道堆物", place: p.place(p.dice.chance(0.9) ? p.unit() : null),
    photos: [], recordings: [], urgent: p.dice.chance(0.2),
  }, { photos: p.dice.chance(0.4) ? 1 : 0 });

const raise: Deed = async (p) => {
  const { dice } = p;
  const kind = p.roles.includes("resident") ? "call" : dice.one(["opinion", "finding", "visit", "call"] as const);
  const id = kind === "call" ? undefined : await p.known(`${kind}s`);
  if (kind !== "call" && !id) return;
  await p.save("case.raise", {
    case_id: dice.uuid(), from: { kind, id: id ?? null }, title: "灯不亮", category: dice.one(CATEGORIES), place: p.place(dice.chance(0.9) ? p.unit() : null), urgent: dice.chance(0.15),
  });
};

const STEPS: Record<string, string[]> = {
  raised: ["accepted", "declined"], accepted: ["assigned", "discussing", "declined"], discussing: ["assigned"], assigned: ["handling", "accepted"],
  handling: ["handled", "handling", "accepted"], appraising: ["closed", "handling", "appraising"], escalated: ["accepted", "assigned", "handling", "raised"],
};

const matter: Deed = async (p) => {
  const { dice } = p;
  const open = (await p.docs("cases")).filter(({ doc }) => STEPS[doc.state]);
  if (!open.length) return;
  const { id, doc } = dice.one(open.slice(-10));
  const expects = { state: doc.state, level: doc.level };
  switch (dice.weighed({ advance: 6, escalate: 2, join: 2 })) {
    case "join": return p.save("case.join", { case_id: id, reporter: null });
    case "escalate": return p.save("case.escalate", { case_id: id, expects, reason: "办不了" });
    case "advance": {
      const to = dice.one(STEPS[doc.state]!);
      return p.save("case.advance", {
        case_id: id, expects, to, note: "好", ...(to === "declined" && { refer_to: "物业" }), ...(to === "closed" && { settled: true, satisfied: true }),
        ...(to === "assigned" && { lead: dice.one(["property_company", "grid_worker", "owners_committee"]), assisting: dice.chance(0.3) ? ["grid_worker"] : [] }),
      });
    }
  }
};

/** Something about an earlier record of one's own: corrected, put right, taken back, let go. */
const earlier: Deed = async (p) => {
  const { tab, dice, model } = p;
  const { entries } = await list(tab.phone.journal, tab.account!);
  const mine = entries.filter(({ type }) => type !== "void");
  if (!mine.length) return;
  const one = dice.one(mine.slice(-15));
  if (!one.status) {
    const record = model.recorded.get(one.id)!;
    record.withdrawn = true; // also where the app is killed before it can say that it was kept
    const never = () => void delete record.withdrawn;
    const asked = () => withdraw(tab.phone.journal, tab.account!, one.id).then(() => true, (error) => (error.code === "sent" && never(), Promise.reject(error)));
    if (!(await tab.browser.lock(tab, `${tab.browser.name}silian-exchange-${tab.account}`, asked, false))) never();
  } else if (one.status !== "applied" && digestsOf(one.payload).length === 0 && dice.chance(0.5)) {
    await p.save(one.type, { ...one.payload, ...("note" in one.payload && { note: "" }), ...("purpose" in one.payload && { purpose: "routine" }) }, { supersedes: one.id, anonymous: one.anonymous });
  } else if (one.status === "rejected" || one.status === "declined") {
    await discard(tab.phone.journal, tab.account!, one.id);
    model.dealtWith(one.id);
  } else if (["visit.record", "opinion.record", "patrol.finding"].includes(one.type) && !one.anonymous) {
    const kind = one.type === "visit.record" ? "visit" : one.type === "opinion.record" ? "opinion" : "finding";
    const field = kind === "opinion" ? "text" : "note";
    if (one.payload.consent !== false) await p.save("record.amend", { kind, id: one.payload[`${kind}_id`], changes: { [field]: `改过 ${dice.whole(1e6)}` }, reason: "写错了" });
  }
};

/** Of a version that this server does not know. */
const newer: Deed = (p) => p.save("visit.sing", { visit_id: p.dice.uuid() });

const DEEDS = { visit, opinion, round, onTheRound, finding: (p: Person) => finding(p), raise, matter, earlier, newer };
const HABITS: Record<string, Partial<Record<keyof typeof DEEDS, number>>> = {
  grid_worker: { visit: 10, opinion: 4, round: 1, onTheRound: 2, finding: 2, raise: 2, matter: 3, earlier: 3, newer: 0.2 },
  building_head: { visit: 6, opinion: 4, raise: 2, matter: 2, earlier: 2 },
  patrol_volunteer: { round: 3, onTheRound: 9, finding: 3, opinion: 1, earlier: 2, visit: 0.3 },
  secretary: { matter: 8, opinion: 2, raise: 2, earlier: 1, onTheRound: 0.5 },
  resident: { opinion: 4, raise: 3, matter: 3, earlier: 2 },
  other: { matter: 6, opinion: 3, raise: 1, earlier: 1 },
};

/** One thing that this person does now. Where the app says no, that is that. */
export async function doSomething(p: Person): Promise<void> {
  if (!p.tab.account) return;
  const habits = HABITS[p.roles[0] ?? "other"] ?? HABITS.other!;
  try {
    await DEEDS[p.dice.weighed(habits as Record<keyof typeof DEEDS, number>)](p);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}
