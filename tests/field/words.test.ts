import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import firstEn from "../../static/i18n/en.json";
import laterEn from "../../static/i18n/later/en.json";
import laterZh from "../../static/i18n/later/zh.json";
import firstZh from "../../static/i18n/zh.json";
import { clock, dateLine, day, due, evening, language, learn, now, speak, t, when, zone } from "../../static/field/words";

const zh = { ...firstZh, ...laterZh };
const en = { ...firstEn, ...laterEn };
await learn({ zh: () => import("../../static/i18n/later/zh.json"), en: () => import("../../static/i18n/later/en.json") });

type Book = Record<string, string | Record<string, string>>;
const books: Record<string, Book> = { zh, en };
const forms = (entry: string | Record<string, string>) => (typeof entry === "string" ? [entry] : Object.values(entry));

function sources(folder: string): string {
  const names = readdirSync(folder, { recursive: true }).map(String);
  return names.filter((name) => /\.tsx?$/.test(name)).map((name) => readFileSync(`${folder}/${name}`, "utf8")).join("\n");
}

test("both languages have the same keys", () => {
  assert.deepEqual(Object.keys(en).sort(), Object.keys(zh).sort());
});

test("no word stands in the books that no screen says", () => {
  const code = sources("static/field");
  const said = new Set([...code.matchAll(/"([a-z_]+(?:\.[a-z_]+)*)"/g)].map((found) => found[1]));
  const beginnings = [...code.matchAll(/`([a-z_]+(?:\.[a-z_]+)*\.)\$\{/g), ...code.matchAll(/tCode\("([a-z_]+)"/g), ...code.matchAll(/, "(category|purpose)"\)/g)];
  const prefixes = [...new Set(beginnings.map((found) => `${found[1]}`.replace(/\.?$/, ".")))];
  const unsaid = Object.keys(zh).filter((key) => !said.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)));
  assert.deepEqual(unsaid, []);
});

test("a sentence that counts has every form its language needs", () => {
  for (const [language, book] of Object.entries(books)) {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    for (const [key, entry] of Object.entries(book)) {
      if (typeof entry === "string") continue;
      assert.deepEqual(Object.keys(entry).sort(), [...pluralCategories].sort(), `${language} ${key}`);
    }
  }
});

test("wording follows the rules of the look: no exclamation marks, no words of machines", () => {
  const machine = /!|！|提交失败|非法|参数|同步冲突|服务器|请勿|\bserver\b|\bsync/i;
  for (const book of Object.values(books)) {
    for (const [key, entry] of Object.entries(book)) {
      for (const form of forms(entry)) assert.doesNotMatch(form, machine, key);
    }
  }
});

test("a sentence with a number is said as its language says it", async () => {
  await speak("zh");
  assert.equal(t("sync.waiting", { n: 3 }), "*3 条待上传*，有网自动送出");
  await speak("en");
  assert.equal(t("sync.hand", { n: 1 }), "1 record needs a look");
  assert.equal(t("sync.hand", { n: 2 }), "2 records need a look");
});

test("times are the organisation's, whatever the phone's own zone", async () => {
  await speak("zh");
  zone.value = "Asia/Shanghai";
  now.value = Date.parse("2026-11-24T06:00:00Z"); // 14:00 there
  assert.equal(when("2026-11-24T10:00:00Z"), "今天 18:00");
  assert.equal(day("2026-11-24T16:30:00Z"), "明天"); // still the 24th in Greenwich
  assert.equal(day("2026-11-23T15:00:00Z"), "昨天");
  assert.equal(day("2026-11-14T11:25:00Z"), "11月14日");
});

test("dates and clocks are right in every zone, across its changes of time, as the platform has them", async () => {
  await speak("en");
  const began = Date.parse("2025-10-20T00:29:31Z");
  for (const where of ["Asia/Shanghai", "America/St_Johns", "Europe/Berlin", "Asia/Kathmandu", "Africa/Casablanca", "Australia/Lord_Howe"]) {
    zone.value = where;
    const theirs = (parts: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat("en-GB", { timeZone: where, ...parts });
    const [hours, days, names] = [theirs({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }), theirs({ month: "long", day: "numeric" }), theirs({ weekday: "short" })];
    for (let moment = began; moment < began + 800 * 86_400_000; moment += 17.3 * 3_600_000) {
      assert.equal(`${clock(moment)} ${dateLine(moment)}`, `${hours.format(moment)} ${names.format(moment)} ${days.format(moment)}`, where);
    }
  }
  zone.value = "Asia/Shanghai";
});

test("an evening is an evening in summer and in winter", () => {
  zone.value = "Europe/Berlin";
  assert.equal(evening("2026-03-28"), "2026-03-28T17:00:00.000Z");
  assert.equal(evening("2026-03-29"), "2026-03-29T16:00:00.000Z");
  zone.value = "Asia/Shanghai";
});

test("a time limit says what is left on its last day, and that it has passed", async () => {
  await speak("zh");
  now.value = Date.parse("2026-11-24T06:00:00Z");
  assert.deepEqual(due("2026-11-24T10:00:00Z", { long: true }), { text: "今天 18:00 前办好，还剩 4 小时", tone: "soon" });
  assert.deepEqual(due("2026-11-24T10:00:00Z"), { text: "今天 18:00 到期", tone: "soon" });
  assert.equal(due("2026-11-24T05:59:00Z").tone, "late");
  assert.equal(due("2026-11-26T05:59:00Z").tone, "");
  assert.equal(due("2026-11-24T10:00:00Z", { long: true, raised: true }).text, "今天 18:00 前受理，还剩 4 小时");
  await speak("en");
  assert.equal(due("2026-11-24T10:00:00Z", { long: true }).text, "Due today 18:00, 4 hours left");
});

test("a day picked from a calendar means its evening there, also where that is another day in Greenwich", () => {
  zone.value = "Asia/Shanghai";
  assert.equal(evening("2026-11-30"), "2026-11-30T10:00:00.000Z");
  zone.value = "Pacific/Kiritimati"; // fourteen hours ahead
  assert.equal(evening("2026-11-30"), "2026-11-30T04:00:00.000Z");
  zone.value = "America/Anchorage";
  assert.equal(evening("2026-11-30"), "2026-12-01T03:00:00.000Z");
  zone.value = "Asia/Shanghai";
});

test("the language wished for last is spoken, also where another's words come later", async () => {
  let late = () => {};
  const book = new Promise<{ default: {} }>((done) => (late = () => done({ default: {} })));
  await speak("en");
  const learnt = learn({ zh: () => book, en: async () => ({ default: {} }) });
  const first = speak("zh");
  const second = speak("en");
  late();
  await Promise.all([learnt, first, second]);
  assert.equal(language.value, "en");
});
