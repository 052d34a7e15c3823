/* What the app says, and how it says times. One language is loaded at a time; the service worker keeps both.
   Words that the first screens do not need stand in i18n/later/, which comes with the later screens. */
import { batch, computed, signal } from "@preact/signals";
import { DAY, onWall, wall, zone } from "./calendar";
import type later from "../i18n/later/zh.json";
import type zh from "../i18n/zh.json";
export { zone };

export type Language = "zh" | "en";
export type Key = Extract<keyof typeof zh | keyof typeof later, string>;
export type Values = Record<string, string | number>;
type Book = Record<string, string | Partial<Record<Intl.LDMLPluralRule, string>>>;

type Books = Record<Language, () => Promise<{ default: Book }>>;

const FIRST: Books = {
  zh: () => import("../i18n/zh.json"),
  en: () => import("../i18n/en.json"),
};
const TAGS = { zh: "zh-CN", en: "en-GB" };

const books = [FIRST];
const book = signal<Book>({});
export const language = signal<Language>("zh");

let wish: Language = "zh";
let latest = Promise.resolve();
let turn = 0;

/** What was wished for last is spoken, whichever books come first. */
export const speak = (wanted: Language): Promise<void> => (latest = open((wish = wanted), ++turn));

async function open(wanted: Language, mine: number): Promise<void> {
  const found = await Promise.all(books.map((one) => one[wanted]()));
  if (mine !== turn) return latest;
  batch(() => {
    book.value = Object.assign({}, ...found.map((one) => one.default));
    language.value = wanted;
  });
}

/** Later screens bring their own words. */
export function learn(more: Books): Promise<void> {
  books.push(more);
  return speak(wish);
}

/** Moves on every minute, so that "4 hours left" on an open screen stays true. */
export const now = signal(Date.now());

export const has = (key: string): key is Key => key in book.value;

export function t(key: Key, values: Values = {}): string {
  const forms = book.value[key] ?? key;
  const text = typeof forms === "string" ? forms : (forms[plural(values.n)] ?? forms.other ?? key);
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** Words for a code that came from the server: ours where we have them, else what was sent along, else the general word. */
export function tCode(prefix: string, code: string | null | undefined, otherwise = ""): string {
  const key = `${prefix}.${code}`;
  return has(key) ? t(key) : otherwise;
}

const rules = computed(() => new Intl.PluralRules(TAGS[language.value]));
const plural = (n: unknown) => rules.value.select(Number(n ?? 0));

type Moment = string | number;
const at = (moment: Moment) => (typeof moment === "number" ? moment : Date.parse(moment));
const two = (n: number) => String(n).padStart(2, "0");

export function clock(moment: Moment): string {
  const shown = wall(at(moment));
  return `${two(shown.getUTCHours())}:${two(shown.getUTCMinutes())}`;
}

export function date(moment: Moment): string {
  const shown = wall(at(moment));
  return t("date", { month: t("months").split(" ")[shown.getUTCMonth()]!, day: shown.getUTCDate() });
}

/** The day as it is printed on a notice: 11月24日 星期二, Tue 24 November. */
export const dateLine = (moment: Moment) => t("dateline", { date: date(moment), weekday: t("weekdays").split(" ")[wall(at(moment)).getUTCDay()]! });
/** A sentence or a label begins with a capital, where the language has them. */
export const cap = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const dayNumber = (moment: number) => Math.floor(wall(moment).getTime() / DAY);
const NEAR = { "-1": "yesterday", "0": "today", "1": "tomorrow" } as const;

/** 今天, 昨天, 明天, else the date. */
export function day(moment: Moment): string {
  const word = NEAR[`${dayNumber(at(moment)) - dayNumber(now.value)}` as keyof typeof NEAR];
  return word ? t(`day.${word}`) : date(moment);
}

/** A moment inside a sentence; `when` begins one. */
export const whenWithin = (moment: Moment) => `${day(moment)} ${clock(moment)}`;
export const when = (moment: Moment) => cap(whenWithin(moment));

export interface Due { text: string; tone: "late" | "soon" | "" }

/** A time limit as a sentence: late, within the day (with what is left, where there is room), or later. What is only raised waits to be accepted. */
export function due(moment: Moment, { long = false, raised = false } = {}): Due {
  const left = at(moment) - now.value;
  const when = whenWithin(moment);
  if (left < 0) return { text: t(raised ? "due.late.accept" : "due.late", { when }), tone: "late" };
  if (left > DAY) return { text: t("due.by", { when }), tone: "" };
  if (!long) return { text: t("due.soon", { when }), tone: "soon" };
  const hours = Math.floor(left / 3_600_000);
  const rest = hours ? t("left.hours", { n: hours }) : t("left.minutes", { n: Math.max(1, Math.floor(left / 60_000)) });
  return { text: t(raised ? "due.left.accept" : "due.left", { when, left: rest }), tone: "soon" };
}

/** The evening (18:00 in the organisation's zone) of a day picked from a calendar, as the protocol's UTC. */
export const evening = (picked: string): string => new Date(onWall(Date.parse(`${picked}T18:00:00Z`))).toISOString();

/** A name from the desk's lists: in this language, else in the other. */
export const named = (names: Partial<Record<Language, string>> | undefined): string =>
  names?.[language.value] || names?.zh || names?.en || "";
