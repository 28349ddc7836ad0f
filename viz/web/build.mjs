// build.mjs MODULES OUT: bundles the page into OUT/report.html, one file without references to others, and writes the
// list of its texts to OUT/texts.json. MODULES is the folder whose node_modules holds esbuild and ECharts.
import { createRequire } from "node:module";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [modules, out] = process.argv.slice(2).map((folder) => resolve(folder));
const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(join(modules, "package.json"));
const esbuild = require("esbuild");
const version = (name) => JSON.parse(readFileSync(join(modules, "node_modules", name, "package.json"))).version;

const bundle = (entry) =>
  esbuild.buildSync({
    entryPoints: [join(here, entry)],
    nodePaths: [join(modules, "node_modules")],
    bundle: true,
    minify: true,
    write: false,
    charset: "utf8",
    target: "es2020",
    format: "iife",
    legalComments: "none",
  }).outputFiles[0].text.trim();

// Every text of the page stands in the source as t("..."), in English.
function texts() {
  const found = new Set();
  for (const file of readdirSync(here).filter((name) => name.endsWith(".js"))) {
    const source = readFileSync(join(here, file), "utf8");
    for (const match of source.matchAll(/\bt\(\s*("(?:[^"\\]|\\.)*")/g)) found.add(JSON.parse(match[1]));
  }
  return [...found].sort();
}

const notice =
  `qinghe report; Apache-2.0. Holds Apache ECharts ${version("echarts")} (Apache-2.0, Copyright 2017-2025 The Apache ` +
  `Software Foundation), ZRender ${version("zrender")} (BSD-3-Clause, Copyright 2017 Baidu Inc.) and tslib (0BSD).`;
const html = readFileSync(join(here, "page.html"), "utf8")
  .replace("@@notice@@", () => notice)
  .replace("@@style@@", () => bundle("page.css"))
  .replace("@@script@@", () => bundle("main.js").replace(/<\/(script)/gi, "<\\/$1"));
writeFileSync(join(out, "report.html"), html);
writeFileSync(join(out, "texts.json"), JSON.stringify(texts()));
