// Every formula of pages of Markdown, read by KaTeX in strict mode: what it does not know, or only warns of, is a fault.
//
//     node katex_reads.mjs FOLDER_WITH_KATEX PAGE...

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, ...pages] = process.argv.slice(2);
const katex = createRequire(folder + "/")("katex");
// KaTeX sets Hebrew and Arabic, of which it has no letters, in the page's own font, and says so: those are names of a program
const strict = (code, message) => (["unknownSymbol", "symbolNotInFont"].includes(code) && /["'][\u0590-\u08ff]["']/.test(message) ? "ignore" : "error");
let formulas = 0;
for (const page of pages) {
  // fenced blocks and code are not looked into
  const text = readFileSync(page, "utf8").replace(/^( *)(`{3,}|~{3,})[^]*?^ *\2.*$/gm, "").replace(/`[^`\n]*`/g, "");
  for (const [all, display, inline] of text.matchAll(/\$\$([^]*?)\$\$|\$([^$\n]+)\$/g)) {
    try {
      katex.renderToString(display ?? inline, { displayMode: display !== undefined, strict, throwOnError: true });
    } catch (error) {
      console.error(`${page}: ${all}\n${error.message}`);
      process.exitCode = 1;
    }
    formulas += 1;
  }
}
if (formulas === 0) {
  console.error("no formula was found");
  process.exitCode = 1;
}
console.log(`KaTeX reads ${formulas} formulas of ${pages.length} pages`);
