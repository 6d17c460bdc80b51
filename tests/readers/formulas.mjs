// The formulas of pages of Markdown; fenced blocks and code are not looked into.

import { readFileSync } from "node:fs";

export function* formulas(pages) {
  for (const page of pages) {
    const text = readFileSync(page, "utf8").replace(/^( *)(`{3,}|~{3,})[^]*?^ *\2.*$/gm, "").replace(/`[^`\n]*`/g, "");
    for (const [all, display, inline] of text.matchAll(/\$\$([^]*?)\$\$|\$([^$\n]+)\$/g)) {
      yield { page, all, tex: display ?? inline, display: display !== undefined };
    }
  }
}

/** Reads every formula; `read` throws where it cannot. */
export function readAll(reader, pages, read) {
  let count = 0;
  for (const formula of formulas(pages)) {
    try {
      read(formula);
    } catch (error) {
      console.error(`${formula.page}: ${formula.all}\n${error.message}`);
      process.exitCode = 1;
    }
    count += 1;
  }
  if (count === 0) {
    console.error("no formula was found");
    process.exitCode = 1;
  }
  console.log(`${reader} reads ${count} formulas of ${pages.length} pages`);
}
