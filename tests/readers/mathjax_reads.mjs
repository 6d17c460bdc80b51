// Every formula of pages of Markdown, read by MathJax 3 as GitHub, Obsidian and Jupyter set it: with what is always there and amsmath.
// A command inside of \text would be shown as it is typed, which is a fault too.
//
//     node mathjax_reads.mjs FOLDER_WITH_MATHJAX PAGE...

import { createRequire } from "node:module";
import { readAll } from "./formulas.mjs";

const [folder, ...pages] = process.argv.slice(2);
const load = createRequire(folder + "/");
const part = (name) => load(`mathjax-full/js/${name}.js`);
const { mathjax } = part("mathjax");
const { TeX } = part("input/tex");
const { SerializedMmlVisitor } = part("core/MmlTree/SerializedMmlVisitor");
const { STATE } = part("core/MathItem");
const { RegisterHTMLHandler } = part("handlers/html");
const { liteAdaptor } = part("adaptors/liteAdaptor");
part("input/tex/base/BaseConfiguration");
part("input/tex/ams/AmsConfiguration");
RegisterHTMLHandler(liteAdaptor());
const fail = (_, error) => {
  throw error;
};
const page = mathjax.document("", { InputJax: new TeX({ packages: ["base", "ams"], formatError: fail }) });
const visitor = new SerializedMmlVisitor();
readAll("MathJax", pages, ({ tex, display }) => {
  const written = visitor.visitTree(page.convert(tex, { display, end: STATE.CONVERT }));
  if (/<mtext[^>]*>[^<]*\\/.test(written)) throw new Error(`a command is shown as it is typed: ${written}`);
});
