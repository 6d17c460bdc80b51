// Chromium reads every page: no message on its console, formulas in MathML, headings in order, nothing wider than a narrow or a wide window.
//
//     node html_reads.mjs FOLDER_WITH_PLAYWRIGHT CHROMIUM FOLDER_WITH_PAGES

import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [modules, executablePath, folder] = process.argv.slice(2);
const { chromium } = createRequire(resolve(modules) + "/")("playwright-core");
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath, args });
const page = await browser.newPage();
const faults = [];
let file = "";
page.on("console", (message) => faults.push(`${file}: ${message.text()}`));
page.on("pageerror", (error) => faults.push(`${file}: ${error.message}`));
page.on("request", (request) => request.url().startsWith("file:") || faults.push(`${file}: asks for ${request.url()}`));
const files = readdirSync(folder).filter((name) => name.endsWith(".html"));
let formulas = 0;
for (file of files) {
  await page.setViewportSize({ width: 1400, height: 900 });
  await page.goto(`file://${resolve(folder, file)}`);
  const found = await page.evaluate(() => ({
    formulas: document.querySelectorAll("math").length,
    broken: document.querySelectorAll("math merror, script, parsererror").length,
    empty: [...document.querySelectorAll("math")].filter((m) => m.getBoundingClientRect().width === 0).length,
    levels: [...document.querySelectorAll("h1,h2,h3,h4")].map((h) => Number(h.tagName[1])),
    language: document.documentElement.lang,
    unnamed: [...document.querySelectorAll("svg")].filter((s) => s.getAttribute("role") !== "img" || !s.querySelector("title")).length,
    ids: (() => {
      const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
      return ids.length - new Set(ids).size;
    })(),
  }));
  formulas += found.formulas;
  if (found.formulas === 0) faults.push(`${file}: has no formula`);
  if (found.broken || found.empty || found.unnamed || found.ids) faults.push(`${file}: ${JSON.stringify(found)}`);
  if (found.language !== "en" || found.levels[0] !== 1) faults.push(`${file}: has no language or no title`);
  if (found.levels.some((level, at) => at > 0 && level > found.levels[at - 1] + 1)) faults.push(`${file}: headings skip a level: ${found.levels}`);
  for (const width of [400, 1400]) {
    await page.setViewportSize({ width, height: 900 });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (over > 0) faults.push(`${file}: ${over} px too wide at ${width}`);
  }
}
await browser.close();
if (files.length === 0) faults.push("no page was found");
faults.forEach((fault) => console.error(fault));
process.exitCode = faults.length ? 1 : 0;
console.log(`Chromium reads ${files.length} pages with ${formulas} formulas`);
