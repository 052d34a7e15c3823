// Builds everything that the browser gets, from static/ and templates/shell into static/dist/.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL(".", import.meta.url));
const DIST = join(ROOT, "static/dist");
mkdirSync(DIST, { recursive: true });
// Built beside what is served, and moved over when it is whole: a running server never sees an empty folder.
const NEW = mkdtempSync(join(DIST, ".new-"));
process.on("exit", () => rmSync(NEW, { recursive: true, force: true }));
const SHELL = join(ROOT, "templates/shell/index.html");
const FIRST_LOAD_CEILING = 45_000; // bytes of JavaScript and CSS, brotli, before the first screen works
const PACKED = new Set([".js", ".css", ".svg", ".json"]);

const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const digest = (bytes) => createHash("sha256").update(bytes).digest();

/** A language as one object: an export for every word would double the file. */
const words = {
  name: "words",
  setup: ({ onLoad }) => onLoad({ filter: /static.i18n.*\.json$/ }, ({ path }) => ({ contents: `export default ${readFileSync(path, "utf8")}` })),
};
const FIRST_LANGUAGE = "static/i18n/zh.json";

const shared = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  write: true,
  metafile: true,
  target: ["chrome90", "firefox90", "safari16.4"],
  outdir: NEW,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  external: ["/static/*"],
  jsx: "automatic",
  jsxImportSource: "preact",
  charset: "utf8",
  plugins: [words],
  legalComments: "none",
  logLevel: "warning",
  sourcemap: process.argv.includes("--sourcemap") ? "linked" : false,
};

/** Builds those entries that exist and answers {entry source: its metafile output}. */
async function bundle(sources, options = {}) {
  const there = sources.filter((source) => existsSync(join(ROOT, source)));
  const entryPoints = there.map((source) => ({ in: source, out: source.endsWith("main.tsx") ? "field" : basename(source).split(".")[0] }));
  if (!entryPoints.length) return {};
  const { metafile } = await build({ ...shared, entryPoints, ...options });
  const outputs = Object.entries(metafile.outputs).map(([path, output]) => ({ ...output, name: relative(NEW, join(ROOT, path)) }));
  return Object.fromEntries(
    outputs.filter((o) => o.entryPoint).map((o) => [o.entryPoint, { ...o, all: outputs.map((other) => other.name) }]),
  );
}

/** The files that are loaded with an entry before it runs: itself and what it imports statically. */
function withStaticImports(entry) {
  if (!entry) return [];
  const chunks = entry.imports.filter((i) => i.kind === "import-statement" && !i.external);
  return [entry.name, ...chunks.map((i) => basename(i.path))];
}

const worker = (await bundle(["static/field/photo.worker.ts"], { format: "iife" }))["static/field/photo.worker.ts"];
const define = { SILIAN_VERSION: JSON.stringify(version), PHOTO_WORKER: JSON.stringify(worker ? `/static/${worker.name}` : "") };
const [field, styles, desk] = await Promise.all([
  bundle(["static/field/main.tsx"], { format: "esm", splitting: true, define }),
  bundle(["static/css/field.css", "static/css/desk.css"]),
  bundle(["static/desk/desk.ts"], { format: "esm", define }),
]);
const main = field["static/field/main.tsx"];
const sheet = styles["static/css/field.css"];

const icons = existsSync(join(ROOT, "static/icons")) ? readdirSync(join(ROOT, "static/icons")).filter((n) => /\.(svg|png|ico|webp)$/.test(n)) : [];
for (const icon of icons) cpSync(join(ROOT, "static/icons", icon), join(NEW, "icons", icon));
// Pictures for the question whether to install: seen once, with a network, so they are not kept on the phone.
cpSync(join(ROOT, "static/screens"), join(NEW, "screens"), { recursive: true, filter: (path) => !path.endsWith(".py") });

// The service worker comes last: its list names every file above, and the shell by a digest of them all.
const read = (name) => readFileSync(join(NEW, name));
const hashed = [...(main?.all ?? []), sheet?.name, worker?.name].filter((name) => name && !name.endsWith(".map"));
const precache = [
  ...hashed.map((name) => ({ url: `/static/${name}`, revision: null, integrity: `sha256-${digest(read(name)).toString("base64")}` })),
  ...icons.map((icon) => ({ url: `/static/icons/${icon}`, revision: digest(read(join("icons", icon))).toString("hex").slice(0, 16) })),
];
const template = existsSync(SHELL) ? readFileSync(SHELL) : "";
precache.push({ url: "/", revision: digest(JSON.stringify(precache) + template).toString("hex").slice(0, 16) });
await bundle(["static/field/sw.ts"], {
  format: "iife",
  entryNames: "[name]",
  define: { ...define, PRECACHE: JSON.stringify(precache), SHELL_NAMES: JSON.stringify([main?.name, sheet?.name].filter(Boolean)) },
});

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);
const size = {};
const files = readdirSync(NEW, { recursive: true }).map(String).filter((name) => PACKED.has(extname(name)));
await Promise.all(
  files.map(async (name) => {
    const bytes = read(name);
    const br = await brotli(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
    size[name] = br.length;
    writeFileSync(join(NEW, `${name}.br`), br);
    writeFileSync(join(NEW, `${name}.gz`), await zip(bytes, { level: 9 }));
  }),
);

const first = [...withStaticImports(main), field[FIRST_LANGUAGE]?.name, sheet?.name].filter(Boolean);
const total = first.reduce((sum, name) => sum + size[name], 0);
for (const name of Object.keys(size).sort()) console.log(`${String(size[name]).padStart(7)}  ${name}${first.includes(name) ? "  (first load)" : ""}`);
console.log(`${String(total).padStart(7)}  first load of ${FIRST_LOAD_CEILING}, brotli`);
if (total > FIRST_LOAD_CEILING) {
  console.error("The first load is over its ceiling.");
  process.exit(1);
}

// What the shell names: entries by their sources, and what the first screen needs beside them, to be fetched at once.
const named = { "field.js": main, "field.css": sheet, "desk.css": styles["static/css/desk.css"], "desk.js": desk["static/desk/desk.ts"] };
const manifest = Object.fromEntries(Object.entries(named).filter(([, entry]) => entry).map(([name, entry]) => [name, entry.name]));
withStaticImports(main).slice(1).forEach((name, i) => (manifest[`preload ${i + 1}`] = name));
for (const language of ["zh", "en"]) manifest[`words ${language}`] = field[`static/i18n/${language}.json`].name;
writeFileSync(join(NEW, "manifest.json"), JSON.stringify(manifest, null, 1));

/** Who lists others comes after them. What the build before this one made stays: somebody has its page open. */
function swap() {
  const rank = (name) => ["sw.js", "sw.js.br", "sw.js.gz", "manifest.json"].indexOf(name);
  const list = join(DIST, "manifest.json");
  const before = existsSync(list) ? statSync(list).mtimeMs : 0;
  const builtAt = new Date();
  const made = readdirSync(NEW, { recursive: true }).map(String).filter((name) => statSync(join(NEW, name)).isFile());
  for (const name of made.sort((a, b) => rank(a) - rank(b))) {
    mkdirSync(dirname(join(DIST, name)), { recursive: true });
    utimesSync(join(NEW, name), builtAt, builtAt);
    renameSync(join(NEW, name), join(DIST, name));
  }
  const kept = new Set(made);
  for (const name of readdirSync(DIST, { recursive: true }).map(String)) {
    const file = statSync(join(DIST, name), { throwIfNoEntry: false });
    if (file?.isFile() && !kept.has(name) && !name.startsWith(".new-") && file.mtimeMs < before) rmSync(join(DIST, name), { force: true });
  }
}
swap();
