// Bundles phone.ts and runs it in Node: what it is to do comes on standard input, what became of it goes to standard output.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const room = mkdtempSync(join(tmpdir(), "silian-release-"));
try {
  const outfile = join(room, "phone.mjs");
  await build({
    entryPoints: [join(here, "phone.ts")], outfile, bundle: true, platform: "node", format: "esm", target: "node20",
    jsx: "automatic", jsxImportSource: "preact", define: { SILIAN_VERSION: '"test"', PHOTO_WORKER: '""' }, logLevel: "warning",
  });
  process.exitCode = spawnSync(process.execPath, [outfile], { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(room, { recursive: true, force: true });
}
