// Bundles the simulator and runs it in as many lanes as there are cores. What it is to do stands in the environment: SEEDS
// (named ones, by commas; `fixed` for those in seeds.txt, `today` for some of them), SECONDS (of fresh ones), DAYS, PHONES, LANES; TRACE and KEEP
// to see what happened (trace.ts).
import { fork } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const A_DAY = 4;
const here = fileURLToPath(new URL(".", import.meta.url));
// A power cut that kills processes leaves the files to the kernel: memory is as safe as a disk, and waits for none.
const room = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "silian-simulation-"));
try {
  const outfile = join(room, "simulation.mjs");
  await build({
    entryPoints: [join(here, "main.ts")], outfile, bundle: true, platform: "node", format: "esm", target: "node20", sourcemap: "inline",
    jsx: "automatic", jsxImportSource: "preact", define: { SILIAN_VERSION: '"test"', PHOTO_WORKER: '""' }, logLevel: "warning",
    nodePaths: [join(here, "../../node_modules")],
  });
  const named = { fixed, today }[process.env.SEEDS]?.() ?? (process.env.SEEDS ?? "").split(",").filter(Boolean);
  const seconds = Number(process.env.SECONDS ?? 0);
  const lanes = Math.max(1, Math.min(Number(process.env.LANES ?? availableParallelism()), seconds ? 16 : named.length));
  const first = Math.floor(Math.random() * 1e9);
  if (seconds) console.log(`fresh seeds for ${seconds} s, from ${first} on`);
  const began = performance.now();
  const soFar = [];
  const told = () => report(soFar.filter(Boolean), (performance.now() - began) / 1000);
  const minutes = setInterval(told, 60_000);
  const sums = await Promise.all(Array.from({ length: lanes }, (_, nth) => lane(outfile, nth, {
    SEEDS: named.filter((_, place) => place % lanes === nth).join(","), FIRST: String(first + nth * 1_000_000), SECONDS: String(seconds),
  }, (sum) => (soFar[nth] = sum))));
  clearInterval(minutes);
  told();
  process.exitCode = sums.every((sum) => sum && !sum.failed.length) ? 0 : 1;
} finally {
  rmSync(room, { recursive: true, force: true });
}

/** Each day others of them, so that all have run within a week. */
function today() {
  const all = fixed();
  const turn = Math.floor(Date.now() / 86_400_000) * A_DAY;
  const chosen = Array.from({ length: A_DAY }, (_, nth) => all[(turn + nth) % all.length]);
  console.log(`of the fixed seeds ${chosen}`);
  return chosen;
}

/** The seeds that have found something. */
function fixed() {
  const lines = readFileSync(join(here, "seeds.txt"), "utf8").split("\n");
  return lines.filter((line) => line && !line.startsWith("#")).map((line) => line.split(" ")[0]);
}

/** What a lane has done, by as many processes in turn as it takes; null where one ended badly. `heard` gets what it has done so far. */
async function lane(outfile, nth, orders, heard) {
  let sum = null;
  for (;;) {
    const before = sum;
    const done = await turn(outfile, nth, orders, (now) => heard(added(before, now)));
    if (!done) return null;
    sum = added(before, done.sum);
    if (done.left <= 0 || orders.SECONDS === "0") return sum;
    orders = { SEEDS: "", FIRST: String(done.next), SECONDS: String(done.left) };
  }
}

function added(before, now) {
  if (!before) return now;
  const both = Object.entries(now).map(([name, value]) => [name, name === "failed" ? [...before.failed, ...value] : before[name] + value]);
  return Object.fromEntries(both);
}

/** One process of a lane. */
function turn(outfile, nth, orders, heard) {
  const PYTHON = join(here, "../../.venv/bin/python"); // not make's PYTHON, which is for the set-up alone
  const env = { ...process.env, PYTHON, FOLDER: mkdtempSync(join(room, `server${nth}-`)), ...orders };
  const child = fork(outfile, { env, cwd: join(here, "../.."), execArgv: ["--enable-source-maps"] });
  return new Promise((resolve) => {
    let done = null;
    child.on("message", (message) => {
      heard(message.sum);
      if (message.over) done = message;
    });
    child.on("exit", () => resolve(done));
  });
}

function report(sums, took) {
  const all = (name) => sums.reduce((n, sum) => n + sum[name], 0);
  const failed = sums.flatMap((sum) => sum.failed);
  console.log(
    `${all("seeds")} seeds, ${all("phoneDays")} phone-days, ${all("commands")} commands, ${all("requests")} requests in ${took.toFixed(1)} s: ` +
      `${Math.round((all("phoneDays") / took) * 60)} phone-days a minute, ${failed.length} seeds with violations${failed.length ? `: ${failed}` : ""}`,
  );
}
