// When all is quiet: what phones hold, what the server holds, and what was recorded are laid side by side.
import { load } from "../../static/field/documents";
import { list, look, type Saved } from "../../static/field/journal";
import type { Browser } from "./browser";
import type { Life } from "./life";
import type { Tab } from "./tab";

export interface Truth {
  seen: Record<string, [collection: string, id: string][]>;
  texts: [collection: string, id: string, rev: number, text: string][];
  suspended: string[];
  ledger: { id: string; device: string; seq: number; account: string; type: string; status: string; code: string | null; parked: boolean; received: number; settled_by: string | null }[];
  again: { device: string; seq: number; command: string; code: string | null }[];
  lost: { device: string; first: number; last: number }[];
  blobs: [digest: string, account: string][];
  /** Ids of records and commands that somebody had deleted. */
  erased: string[];
  /** What a matter was raised from: that stays, also where the visit at which it was said is erased. */
  origins: string[];
  faults: string[];
}

const COLLECTIONS = ["organisations", "units", "people", "routes", "checkpoints", "categories", "purposes", "patrols", "findings", "visits", "opinions", "cases", "alerts", "commands"];

/** No gap: a phone's documents are exactly what the server would show that person, to the letter. */
export async function documentsAreRight(life: Life, tab: Tab, truth: Truth): Promise<void> {
  const wrong = (what: string) => life.model.wrong(`no gap: ${tab.browser.name}: ${what}`);
  const texts = new Map(truth.texts.map(([collection, id, rev, text]) => [`${collection} ${id}`, { rev, text }]));
  const wanted = new Set((truth.seen[tab.account ?? ""] ?? []).map((key) => key.join(" ")));
  for (const [collection, docs] of await load(tab.browser.stores.documents, COLLECTIONS)) {
    for (const { id, rev, doc } of docs) {
      const key = `${collection} ${id}`;
      const text = texts.get(key);
      if (!wanted.delete(key)) wrong(`holds ${key}, which is not for this person`);
      else if (!text || text.rev !== rev || text.text !== JSON.stringify(doc)) wrong(`holds an old ${key}`);
    }
  }
  for (const key of wanted) wrong(`lacks ${key}`);
}

/** Never silent: the badge is the number of commands without an outcome, and "all sent" is true when it is said. */
export async function badgeIsRight(life: Life, tab: Tab): Promise<void> {
  if (!tab.account) return;
  const { queue } = await look(tab.browser.stores.journal, tab.account);
  const { entries } = await list(tab.browser.stores.journal, tab.account);
  if (queue.length !== entries.filter(({ status }) => !status).length) life.model.wrong(`badge: ${tab.browser.name} takes ${queue.length} to be waiting`);
  const settled = entries.filter(({ type, status }) => status && type !== "void");
  const shown = new Map(tab.state.entries.value.map(({ id, status }) => [id, status as string]));
  const other = settled.find(({ id, status }) => shown.get(id) !== status);
  if (other) life.model.wrong(`screen: ${tab.browser.name} shows ${other.id} as ${shown.get(other.id)}, and it is ${other.status}`);
  if (tab.badge() !== queue.length) life.model.wrong(`badge: ${tab.browser.name} shows ${tab.badge()}, ${queue.length} wait`);
  const { kind } = tab.state.sync.value;
  if (queue.length && (kind === "sent" || kind === "hand" || kind === "photos")) life.model.wrong(`badge: ${tab.browser.name} says ${kind}, ${queue.length} wait`);
}

export interface Journal {
  browser: Browser;
  account: string;
  entries: Saved[];
  photos: { sha256: string; state: string; of: string[]; code?: string }[];
}

export async function journalsOf(browser: Browser): Promise<Journal[]> {
  const { journal } = browser.stores;
  const accounts = await journal.read(["devices"], async (tx) => (await tx.list<{ account: string }>("devices")).map(({ account }) => account));
  return Promise.all(accounts.map(async (account) => ({ browser, ...(await list(journal, account)) })));
}

const SAME: Record<string, string[]> = { applied: ["applied"], rejected: ["rejected", "declined"], parked: ["parked"], declined: ["declined"] };

/** An id in use is another command's outcome; of what was erased an older backup may still say that it had been applied. */
const ASIDE = new Set(["id_reused", "erased"]);

/** Not taken, and then let go of by its author or erased: no screen shows it, and it asks for nobody's hand. */
const saysNothing = ({ type, status }: Saved) => type === "void" && (status === "rejected" || status === "declined");

/** No loss, exactly one effect, an outcome means committed, isolation: command by command. */
export function commandsAreRight(life: Life, journals: Journal[], truth: Truth): void {
  const { model } = life;
  const ledger = new Map(truth.ledger.map((row) => [row.id, row]));
  const held = new Map<string, Saved>();
  const erased = withWhatWasSaid(model.recorded.values(), truth);
  for (const { account, browser, entries } of journals) {
    for (const entry of entries) {
      if (entry.account !== account) model.wrong(`isolation: ${browser.name} keeps ${entry.id} of ${entry.account} with ${account}`);
      if (!held.get(entry.id)?.status) held.set(entry.id, entry);
      const row = ledger.get(entry.id);
      if (!entry.status) {
        if (!truth.suspended.includes(account)) model.wrong(`no loss: ${browser.name}: ${entry.type} ${entry.id} is still queued when all is quiet`);
      } else if (!row) {
        if (!model.recorded.get(entry.id)?.phoneLost) model.wrong(`no going back: ${browser.name}: ${entry.type} ${entry.id} is ${entry.status} here, and the server knows nothing of it`);
      } else if (!SAME[entry.status]!.includes(row.status) && !ASIDE.has(entry.code ?? "") && !saysNothing(entry)) {
        model.wrong(`outcome: ${browser.name}: ${entry.type} ${entry.id} is ${entry.status} here and ${row.status} there`);
      }
    }
  }
  for (const one of model.recorded.values()) {
    const row = ledger.get(one.id);
    if (!row) {
      // What was taken back before it was sent leaves only a number, as does what was erased, and not even that where the phone took a new device.
      const gone = one.withdrawn || concerns(one, erased);
      if (!held.has(one.id) && !gone && !model.excuse(one, life.timeline.now)) model.wrong(`no loss: ${one.browser}: ${one.type} ${one.id} is nowhere`);
    } else if (row.account && row.account !== one.account) {
      model.wrong(`isolation: ${one.id} of ${one.account} is held as ${row.account}'s`);
    } else if (one.anonymous && row.account) {
      if (row.type !== "void") model.wrong(`anonymous: ${one.id} is held with its account`);
    } else if (row.type === "void") {
      if (!one.withdrawn && !one.anonymous && !concerns(one, erased) && !model.excuse(one, life.timeline.now)) model.wrong(`no loss: ${one.browser}: ${one.type} ${one.id} has become void`);
    }
  }
}

/**
 * No going back: what a person was told stands. What was done may wait once more, and a person may say no to it, but never
 * the rules by themselves; what was refused does not happen after all, unless a backup is put in place in which it had happened
 * before it was refused. What had been parked is told anew by its document.
 */
export function whatWasToldStands(life: Life, truth: Truth): void {
  const DAY = 24 * 3600_000;
  for (const { id, account, type, status, code, parked, received, settled_by } of truth.ledger) {
    const one = life.model.recorded.get(id);
    if (!one || type === "void") continue;
    if (one.told.has("applied") && code !== "erased" && (status === "rejected" || status === "declined") && !settled_by) {
      life.model.wrong(`no going back: ${one.browser}: ${type} ${id} had been applied, and is ${status} now (${code})`);
    }
    const latest = account ? received : received + DAY; // of what left no trace only the day is kept
    if (status === "applied" && !parked && latest >= (one.told.get("rejected") ?? Infinity)) {
      life.model.wrong(`no going back: ${one.browser}: ${type} ${id} had been refused, and has happened after all`);
    }
  }
}

/** Whether a command makes, changes or needs something that was erased. A matter outlives what it was raised from. */
function concerns({ id, type, payload }: Pick<Saved, "id" | "type" | "payload">, erased: Set<string>): boolean {
  return type !== "case.raise" && [id, payload.visit_id, payload.opinion_id, payload.id].some((one) => erased.has(one));
}

/** What was erased, and what was said there, which an older backup may never have known of; not what a matter was raised from. */
function withWhatWasSaid(recorded: Iterable<Pick<Saved, "type" | "payload">>, { erased, origins }: Truth): Set<string> {
  const all = new Set(erased);
  for (const { type, payload } of recorded) {
    const said = payload.opinion_id as string;
    if (type === "opinion.record" && all.has(payload.visit_id as string) && !origins.includes(said)) all.add(said);
  }
  return all;
}

/** Residents' rights: what was deleted comes back out of no backup and no phone, and no phone keeps it. */
export function erasedStaysAway(life: Life, journals: Journal[], truth: Truth): void {
  const [erased, origins] = [new Set(truth.erased), new Set(truth.origins)];
  for (const { browser, entries } of journals) {
    for (const entry of entries) {
      // What waits for its author's hand stays until then, as anything that was not taken.
      if (entry.type === "void" || entry.status !== "applied" || !concerns(entry, erased)) continue;
      const said = entry.type === "opinion.record" && (entry.payload.opinion_id as string);
      if (said && origins.has(said) && !erased.has(said)) continue;
      life.model.wrong(`erasure: ${browser.name} keeps ${entry.type} ${entry.id}`);
    }
  }
}

/** A suspended person's phone has handed everything over: nothing of theirs is left on it. */
export async function nothingIsLeft(life: Life, browser: Browser, account: string): Promise<void> {
  const journals = (await journalsOf(browser)).filter((journal) => journal.account === account);
  const waiting = journals.flatMap(({ entries }) => entries).filter(({ status }) => !status);
  if (waiting.length) life.model.wrong(`suspended: ${browser.name} cannot hand over ${waiting.length} commands`);
  else if (journals.length) life.model.wrong(`suspended: ${browser.name} still keeps a journal`);
  for (const [collection, docs] of await load(browser.stores.documents, COLLECTIONS)) {
    if (docs.length) life.model.wrong(`suspended: ${browser.name} still holds ${docs.length} ${collection}`);
  }
}

/** Each number of a device is known, given up for lost, or of something that leaves no trace. */
export function numbersAreRight(life: Life, truth: Truth): void {
  const used = new Map<string, Set<number>>();
  const note = (device: string, seq: number) => (used.get(device) ?? used.set(device, new Set()).get(device)!).add(seq);
  for (const { device, seq } of [...truth.ledger, ...truth.again]) if (device) note(device, seq);
  for (const [device, seqs] of used) {
    if (seqs.size !== [...truth.ledger, ...truth.again].filter((row) => row.device === device).length) life.model.wrong(`numbers: ${device} has one twice`);
  }
}

/** Whole photos: what a phone still has of an applied record, the server has. */
export function photosAreRight(life: Life, journals: Journal[], truth: Truth): void {
  const there = new Set(truth.blobs.map(([digest, account]) => `${digest} ${account}`));
  for (const { browser, account, photos, entries } of journals) {
    const applied = new Set(entries.filter(({ status, type }) => status === "applied" && type !== "void").map(({ id }) => id));
    for (const photo of photos) {
      if (!photo.of.some((id) => applied.has(id)) || there.has(`${photo.sha256} ${account}`)) continue;
      life.model.wrong(`photos: ${browser.name} has ${photo.sha256.slice(0, 8)} (${photo.state} ${photo.code ?? ""}), the server does not`);
    }
  }
}
