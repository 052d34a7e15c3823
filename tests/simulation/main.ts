// One lane: runs the seeds that are named, then fresh ones for so many seconds. Prints what a seed that fails has found, and
// how to have it again.
import { finale } from "./finale";
import { BEGIN, Life } from "./life";
import { Nursery, type Facts } from "./nursery";

const { FOLDER = "", PYTHON = "python3", SEEDS = "", SECONDS = "0", FIRST = "0", DAYS = "7", PHONES = "5" } = process.env;
const MOST = 150; // seeds that one process plays: each leaves some memory behind, and 450 fill what Node takes
const began = performance.now();
const seconds = () => (performance.now() - began) / 1000;

export interface Sum {
  seeds: number;
  phoneDays: number;
  commands: number;
  requests: number;
  failed: string[];
}

async function run(nursery: Nursery, seed: string, sum: Sum): Promise<void> {
  nursery.tell(BEGIN);
  const facts = await nursery.ask<Facts>("fresh");
  const life = new Life(seed, nursery, facts, Number(DAYS), Number(PHONES));
  let crash = "";
  try {
    await life.live();
    await finale(life);
  } catch (error) {
    crash = `it broke: ${(error as Error).stack}`;
  }
  for (const tab of [...life.tabs]) tab.close();
  const wrong = [...new Set([...life.model.violations, ...(crash ? [crash] : [])])];
  sum.seeds++;
  sum.phoneDays += Number(DAYS) * life.browsers.length;
  sum.commands += life.model.recorded.size;
  sum.requests += life.network.requests;
  if (wrong.length) sum.failed.push(seed);
  process.send!({ sum, over: false });
  if (!wrong.length) return;
  life.trace.keep(seed, wrong);
  console.log(`seed ${seed}: ${wrong.length} violations. Again: make simulate SEED=${seed}`);
  for (const one of wrong.slice(0, 12)) console.log(`  ${one}`);
}

async function main(): Promise<void> {
  const nursery = await Nursery.begin(FOLDER, PYTHON);
  const sum: Sum = { seeds: 0, phoneDays: 0, commands: 0, requests: 0, failed: [] };
  for (const seed of SEEDS.split(",").filter(Boolean)) await run(nursery, seed, sum);
  const until = seconds() + Number(SECONDS);
  let next = Number(FIRST);
  while (seconds() < until && sum.seeds < MOST) await run(nursery, `b${next++}`, sum);
  await nursery.end();
  process.send!({ sum, over: true, next, left: until - seconds() });
}

await main();
