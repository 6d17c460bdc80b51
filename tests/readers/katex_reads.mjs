// Every formula of pages of Markdown, read by KaTeX in strict mode: what it does not know, or only warns of, is a fault.
//
//     node katex_reads.mjs FOLDER_WITH_KATEX PAGE...

import { createRequire } from "node:module";
import { readAll } from "./formulas.mjs";

const [folder, ...pages] = process.argv.slice(2);
const katex = createRequire(folder + "/")("katex");
// KaTeX sets Hebrew and Arabic, of which it has no letters, in the page's own font, and says so: those are names of a program
const strict = (code, message) => (["unknownSymbol", "symbolNotInFont"].includes(code) && /["'][\u0590-\u08ff]["']/.test(message) ? "ignore" : "error");
readAll("KaTeX", pages, ({ tex, display }) => katex.renderToString(tex, { displayMode: display, strict, throwOnError: true }));
