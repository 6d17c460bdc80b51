"""What somebody typed never runs and never acts on a screen: hostile comments, names, strings, file names and arguments, through every
output. Emitted modules are run, with a canary that must stay silent; JSON, SVG and HTML are read by Python's own readers.

    hostile_text.py PULLBACK
"""

import ast
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import tokenize
import unicodedata
from html.parser import HTMLParser
from xml.etree import ElementTree

CANARY = "canary_fired"
RUN = f"open('{CANARY}', 'w')"
COMMENTS = [
    f"# coding: unicode_escape\n# \\n{RUN}",
    f"# coding: unicode_escape\n# \\x0a{RUN}\n# \\u000a{RUN}\n# \\012{RUN}",
    f"# -*- coding: raw_unicode_escape -*-\n# \\u000a{RUN}",
    f"# coding: utf-7\n# +AAo-{RUN}",
    f"# vim: set fileencoding=rot13 :\n# {RUN}",
    f"#!/usr/bin/env python\n# coding=utf-16\n# {RUN}",
    *(f"# {end}{RUN}" for end in "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\0"),
    f"# \u202e {RUN} \u2066\u2069\u202a\u200e\u061c\ufeff\u200b\xad\ufff9\ufffe\uffff\U000e0041\u3164",
    f"# \x1b]0;title\x07\x1b[2J\x9b31m\x7f {RUN}",
    f"# \"\"\"; {RUN}; \"\"\" ''' \\",
    f"# {{{RUN}}} $rng {{draws}} %s `{RUN}` $({RUN})",
    '# /// script\n# dependencies = ["nothing"]\n# ///',
    "# --> <script>alert(1)</script> ]]> <!-- <img src=x onerror=alert(1)> &amp; javascript:alert(1) ```\n# ```\n# ````` ~~~",
    "# \\input{x} \\write18{x} \\end{flushleft} \\end{verbatim} $$ %x #eval(\"x\") #import \"x\" \\u{41}",
]
PROGRAMS = [
    "Y = X @ W",
    "f = x @ A @ x",
    "ﬁ: (n,); fi: (n,); ſ: (n,); s: (n,); f = sum(ﬁ * fi * ſ * s)",
    "ｎｐ: (n,); np: (n,); jnp: (n,); torch: (n,); f = sum(exp(ｎｐ) * np * jnp * torch)",
    "ｌambda: (ｆor,); lambda: (ｆor,); f = sum(exp(ｌambda * lambda))",
    "x\u0302: (n,); \xe9: (n,); e\u0301: (n,); f = sum(x\u0302 * \xe9 * e\u0301 * exp(x\u0302))",
    "hvp: (n,); check: (n,); jacobian: (n,); error: (n,); f = sum(exp(hvp * check) * jacobian * error)",
    "v: (n,); hessian: (n,); backward: (n,); forward: (n,); f = sum(exp(v * backward) * hessian * forward)",
    "A: (a, a) posdef; b: (a,); f = logdet(A) + sum(b)",
    "الف: (נ,); 数: (נ,); f = sum(الف * 数 * exp(数))",
    "A・ｂ: (n,); f = sum(A・ｂ * A・ｂ)",
    "__debug__: (n,); __name__: (n,); print: (n,); f = sum(__debug__ * __name__ * print)",
    "f = einsum(\"i,i->\", x, y) + einsum('i,i->', x, x)",
]
OUTPUTS = [[]] + [["--of", of] for of in ("jacobian", "hessian", "hvp")]
ARGUMENTS = ["a\x1b[31mb", "\x1b]0;t\x07", "-\x1b[2J", "--\x1b[2J", "--fo\x9bo=\x1b", "x\ny\rz", "\u202eabc\u2066", "\x7f\x08\x08", "\x1b\x00".strip("\0")]


def acts(text, kept="\n"):
    """The characters of a text that would act on a screen, or that nobody sees."""
    return {c for c in text if c not in kept and unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"}} | (set(text) & {"\ufffe", "\uffff"})


def run(binary, *arguments, given=None, folder=None):
    done = subprocess.run([binary, *arguments], input=given, stdin=None if given is not None else subprocess.DEVNULL, capture_output=True, cwd=folder)
    assert done.returncode in (0, 1, 2), (arguments, done.returncode, done.stderr)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def strings(tree):
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def check_module(text, without, what):
    """The module is two lines of ours, comments, and then what is written without the comments of the program."""
    lines = text.split("\n")
    assert lines[0] == "# -*- coding: utf-8 -*-" and re.fullmatch(r"# forward and [\w ]+; run as a script, this file checks \w+", lines[1]), what
    assert not acts(text), (what, acts(text))
    encoding, _ = tokenize.detect_encoding(io.BytesIO(text.encode()).readline)
    assert encoding == "utf-8", what
    assert ast.dump(ast.parse(text.encode())) == ast.dump(ast.parse(without.encode())), what
    comments = [token for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type == tokenize.COMMENT]
    assert len(comments) >= 2 and all(not acts(token.string, "") for token in comments), what
    # installers of scripts read a block of comments (PEP 723)
    assert not re.search(r"(?m)^# /// [a-zA-Z0-9-]+$", text), what


def check_run(text, folder, what):
    path = os.path.join(folder, "module.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    done = subprocess.run([sys.executable, "-W", "error", path], capture_output=True, cwd=folder, text=True)
    assert not os.path.exists(os.path.join(folder, CANARY)), f"{what}: the canary fired"
    assert done.returncode == 0, f"{what}: {done.stdout}{done.stderr}\n{text}"


class Elements(HTMLParser):
    """The elements and attributes of a page, and its comments."""

    def __init__(self):
        super().__init__()
        self.seen = set()

    def handle_starttag(self, tag, attributes):
        self.seen |= {tag} | {f"{tag} {name}" for name, _ in attributes} | {value for name, value in attributes if name == "href"}

    def handle_comment(self, data):
        self.seen.add("comment")


def elements(text):
    parser = Elements()
    parser.feed(text)
    return parser.seen


def modules(binary, folder):
    count = 0
    cases = [(f"{comment}\n{program}", program) for comment in COMMENTS for program in PROGRAMS[1:2]]
    cases += [(f"{program} # {CANARY}", program) for program in PROGRAMS]
    for text, program in cases:
        scalar = not program.startswith("Y")
        for target in ("numpy", "torch", "jax"):
            for of in OUTPUTS + ([["--autograd"]] if target != "numpy" else []):
                if not scalar and of[-1:] in (["hessian"], ["hvp"]):
                    continue
                what = (text, target, of)
                path = os.path.join(folder, "program.pb")
                with open(path, "w", encoding="utf-8", newline="") as file:
                    file.write(text)
                code, module, wrong = run(binary, "code", "--target", target, *of, "-f", path)
                assert code == 0, (what, wrong)
                _, without, _ = run(binary, "code", "--target", target, *of, program)
                check_module(module, without, what)
                if target == "numpy":
                    check_run(module, folder, what)
                count += 1
    return count


def formats(binary, folder):
    count = 0
    plain = {}
    for comment in [""] + COMMENTS:
        program = f"{comment}\nY = X @ W # {comment[2:].splitlines()[0] if comment else ''}\n"
        path = os.path.join(folder, "program.pb")
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(program)
        for format in ("text", "markdown", "latex", "typst", "html", "json"):
            _, text, wrong = run(binary, "--format", format, "-f", path)
            # MathML has invisible signs of its own
            known = plain.setdefault(format, acts(text) & {"\u2060", "\u2061", "\u2062"})
            assert text and not acts(text) - known and not acts(wrong), (program, format, acts(text + wrong))
            if format == "json":
                typed = program.replace("\r\n", "\n")
                assert json.loads(text)["program"].strip() == typed.strip(), program
            if format == "html":
                assert plain.setdefault("elements", elements(text)) == elements(text), (program, elements(text) - plain["elements"])
            if format == "latex":
                # all that is the program's is letters: the commands are those of the page without it
                commands = lambda text: set(re.findall(r"\\(?:input|write|include|openout|immediate|catcode|def|csname)\b", text))
                assert not commands(text), (program, commands(text))
            count += 1
        _, figure, _ = run(binary, "figure", "-f", path)
        tree = ElementTree.fromstring(figure)
        assert not acts(figure) and {node.tag.split("}")[1] for node in tree.iter()}.isdisjoint({"script", "foreignObject", "a", "image"}), program
        fence = "`" * 9
        _, filled, wrong = run(binary, "notes", "-", "--stdout", given=f"{fence}pullback\n{program}{fence}\n\nbehind\n".encode())
        # the block is its writer's; what is put below it is not
        added = filled.rpartition("<!-- pullback: begin")[2]
        assert added.endswith("<!-- pullback: end -->\n\nbehind\n"), (program, filled, wrong)
        assert not acts(added), (program, acts(added))
    return count


def arguments(binary, folder):
    count = 0
    for bad in ARGUMENTS:
        for line in (
            [bad], ["ops", bad], ["mistakes", bad], ["--explain", bad], ["-f", bad], ["-f", bad, bad], ["check", bad, bad], ["shapes", bad],
            ["--target", bad], ["code", "--target", bad, "Y = X"], ["code", "--of", bad, "Y = X"], ["--wrt", bad, "Y = X"], ["--dims", bad, "Y = X"],
            ["--show", bad, "Y = X"], ["--format", bad, "Y = X"], ["Y = X", "-o", f"none/{bad}"], ["--dialect", bad, "Y = X"],
            ["completions", bad], ["notes", bad], ["notes", bad, "--write"], ["figure", "Y = X", "--only", bad], ["--color", bad, "Y = X"],
            ["hessian", "f = x @ x", "--hvp", bad], ["mdbook", bad], ["quiz", bad], ["help", bad], ["man", bad], [f"Y = X {bad}"],
            [f"Y = relu(X, {bad!s})"], [f"f = einsum('{bad}', X)"], [f"Y = sum(X, axis='{bad}')"], ["check", "Y = X", f"dL/dX = {bad}"],
        ):
            code, out, wrong = run(binary, *line, folder=folder)
            assert not acts(out + wrong), (line, acts(out + wrong), out + wrong)
            count += 1
        weird = bad.replace("/", "")
        path = os.path.join(folder, weird)
        with open(path, "w", encoding="utf-8") as file:
            file.write("Y = X @\n")
        for line in (["-f", path], ["check", "-f", path], ["code", "-f", path], [path], ["notes", path], ["-f", path, "--format", "json"]):
            code, out, wrong = run(binary, *line)
            assert not acts(out + wrong), (line, acts(out + wrong))
            count += 1
        code, out, wrong = run(binary, "code", "Y = X @ W", "-o", path)
        assert code == 0 and open(path, encoding="utf-8").read().startswith("# -*- coding: utf-8 -*-\n"), (line, wrong)
        os.remove(path)
    return count


def main():
    binary = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        typed = arguments(binary, folder)
        print(f"{typed} command lines with hostile arguments and file names: nothing acts on the screen", flush=True)
        pages = formats(binary, folder)
        print(f"{pages} pages of programs with hostile comments: readable, without elements or characters of theirs", flush=True)
        written = modules(binary, folder)
        print(f"{written} modules of programs with hostile text: none ran what was typed, and each passes its own check", flush=True)


if __name__ == "__main__":
    main()
