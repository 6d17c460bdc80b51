"""Formulas in textbook signs mean what they say: every gradient, as LaTeX has it, is read by the rules of a textbook, in which side by side
is a product of matrices (a 1-D array is a column) or by a scalar, and compared in numbers with what the emitted module gives.

    textbook_reads.py PULLBACK [SEED COUNT]

With SEED and COUNT, of so many programs composed at random of `tests/gradients/pieces.txt`.

Axes are known by the names of their lengths: those below a sum are the ones that it goes along, and a shape below a factor is checked.
"""

import json
import os
import random
import re
import subprocess
import sys

import numpy as np
from scipy import linalg, special

from code_runs import HERE, programs

PULLBACK = sys.argv[1]
LEAST = 0.85
GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega".split()
TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[0-9]+(?:\.[0-9]+)?|\S|\s+")
# what is equal by another way of rounding is equal
RELATIONS = {"=": lambda a, b: np.isclose(a, b, rtol=1e-12, atol=1e-12), r"\ne": np.not_equal, r"\land": np.logical_and, r"\lor": np.logical_or}
RELATIONS |= {"<": np.less, ">": np.greater, r"\le": np.less_equal, r"\ge": np.greater_equal}
ROOM = {r"\,", r"\;", r"\ ", r"\cdot"}
ENDS = {")", "]", "}", ",", r"\right", r"\bigr", r"\Bigr", "&", r"\\"}
ENTRYWISE = {
    "exp": np.exp, "log": np.log, "log1p": np.log1p, "expm1": np.expm1, "sin": np.sin, "cos": np.cos, "tan": np.tan, "sinh": np.sinh,
    "cosh": np.cosh, "tanh": np.tanh, "arcsin": np.arcsin, "arccos": np.arccos, "arctan": np.arctan, "sigmoid": special.expit,
    "sign": np.sign, "erf": special.erf, "relu": lambda x: np.maximum(x, 0), "softplus": lambda x: np.logaddexp(0, x),
    "silu": lambda x: x * special.expit(x), "gelu": lambda x: x / 2 * (1 + special.erf(x / np.sqrt(2))), "cbrt": np.cbrt,
    "logaddexp": np.logaddexp, "floor": np.floor, "square": np.square, "elu": lambda x, a=1: np.where(x > 0, x, a * np.expm1(x)),
    "maximum": np.maximum, "minimum": np.minimum, "where": lambda c, a, b: np.where(c != 0, a, b),
}  # fmt: skip
ALONG = {
    "mean": np.mean, "max": np.max, "min": np.min, "var": np.var, "std": np.std, "logsumexp": special.logsumexp, "sum": np.sum, "prod": np.prod,
}  # fmt: skip
KEEPING = {"softmax": special.softmax, "log_softmax": special.log_softmax, "cumsum": np.cumsum}


def standardized(x, axis, eps=1e-5):
    return (x - np.mean(x, axis=axis, keepdims=True)) / np.sqrt(np.var(x, axis=axis, keepdims=True) + eps)


class Unread(Exception):
    """A sign that this reader does not know."""


class Wrong(Exception):
    """A formula that says something else, or nothing."""


class Value:
    """An array with the names of its axes; a row is a 1-D array that has been turned."""

    def __init__(self, array, names, row=False):
        self.array, self.names, self.row = np.asarray(array, dtype=float), list(names), row
        if self.array.ndim != len(self.names):
            raise Wrong(f"{self.array.shape} is no {names}")

    @property
    def rank(self):
        return self.array.ndim


def entrywise(function, *values):
    arrays = [value.array for value in values]
    out = function(*arrays)
    names = []
    for axis in range(out.ndim, 0, -1):
        there = [(v.array.shape[-axis], v.names[-axis]) for v in values if v.rank >= axis]
        names.append(max(there)[1])
    return Value(out, names, any(value.row for value in values))


def beside(left, right):
    """A product without a sign."""
    if left.rank == 0 or right.rank == 0:
        return entrywise(np.multiply, left, right)
    if right.row or (left.rank == 1 and not left.row):
        raise Wrong("a column stands before something, or a row behind it")
    array = left.array @ right.array
    batch = [left, right][right.rank > left.rank].names[:-2] if max(left.rank, right.rank) > 2 else []
    names = batch + left.names[-2:-1] * (left.rank > 1) + right.names[-1:] * (right.rank > 1)
    # a chain of products goes on as a row where it begins with one
    return Value(array, names, left.row and array.ndim > 0)


def sides(shape):
    """The lengths in a shape below something, as they are named."""
    return ["".join(t for t in side.split() if t not in ROOM).replace("{", "").replace("}", "") for side in " ".join(shape).split(r"\times")]


class Reader:
    def __init__(self, text, case):
        self.tokens = [token for token in TOKEN.findall(text) if not token.isspace()]
        self.at, self.case, self.kept, self.labels = 0, case, [], None

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def next(self):
        if self.at >= len(self.tokens):
            raise Unread("the end")
        self.at += 1
        return self.tokens[self.at - 1]

    def eat(self, *tokens):
        if tuple(self.tokens[self.at : self.at + len(tokens)]) == tokens:
            self.at += len(tokens)
            return True
        return False

    def need(self, token):
        if not self.eat(token):
            raise Unread(f"{token} is wanted, and not {self.tokens[self.at:self.at + 3]}")

    def group(self):
        """What stands in braces, as tokens."""
        if self.peek() != "{":
            return [self.next()]
        start, depth = self.at + 1, 0
        while True:
            token = self.next()
            depth += (token == "{") - (token == "}")
            if depth == 0:
                return self.tokens[start : self.at - 1]

    def inside(self, tokens, kept=()):
        inner = Reader("", self.case)
        inner.tokens, inner.kept = tokens, kept
        return inner.whole()

    def whole(self):
        found = self.relation()
        if self.peek() is not None:
            raise Unread(f"left over: {self.tokens[self.at:][:4]}")
        return found

    def relation(self):
        left = self.sum()
        while self.peek() in RELATIONS:
            left = entrywise(RELATIONS[self.next()], left, self.sum())
        return left

    def sum(self):
        left = self.outer()
        while self.peek() in ("+", "-"):
            left = entrywise(np.add if self.next() == "+" else np.subtract, left, self.outer())
        return left

    def outer(self):
        left = self.entries()
        while self.eat(r"\otimes"):
            right = self.entries()
            if left.rank != 1 or right.rank != 1:
                raise Wrong("an outer product of what is not 1-D")
            left = Value(np.outer(left.array, right.array), left.names + right.names)
        return left

    def entries(self):
        left = self.product()
        while self.peek() in (r"\odot", r"\oslash"):
            left = entrywise(np.multiply if self.next() == r"\odot" else np.divide, left, self.product())
        return left

    def product(self):
        if self.eat("-"):
            return entrywise(np.negative, self.product())
        if self.eat(r"\lnot"):
            return entrywise(np.logical_not, self.unary())
        factors = [self.unary()]
        while True:
            apart = False
            while self.peek() in ROOM:
                self.at += 1
                apart = True
            token = self.peek()
            if token is None or token in ENDS or token in RELATIONS or token in ("+", "-", r"\odot", r"\oslash", r"\otimes", r"\rangle", r"\rvert", r"\rVert"):
                if apart:
                    raise Unread("nothing follows")
                break
            factors.append(self.unary())
        # a scalar scales whatever it stands at
        value = factors[0]
        for factor in factors[1:]:
            value = beside(value, factor)
        return value

    def unary(self):
        if self.peek() in (r"\sum", r"\prod"):
            return self.large("sum" if self.next() == r"\sum" else "prod")
        return self.raised(self.atom())

    def below(self):
        return self.group() if self.eat("_") else []

    def axes(self, tokens, value):
        """The axes that are named below a sign, or all. Of two with one name a brace tells which: there its length is 1."""
        if not tokens:
            return tuple(range(value.rank))
        found = []
        for name in "".join(t for t in tokens if t not in ROOM).replace("{", "").replace("}", "").split(","):
            by_number = re.fullmatch(r"\\textaxis([0-9]+)", name)
            places = [k for k, known in enumerate(value.names) if known == name]
            if by_number:
                places = [int(by_number[1])]
            elif len(places) > 1 and len(self.kept) == value.rank:
                places = [k for k in places if self.kept[k] == "1"]
            if len(places) != 1:
                raise Unread(f"axes {name} of {value.names}")
            found += places
        return tuple(found)

    def large(self, function):
        below = self.below()
        inner = self.product()
        axes = self.axes(below, inner)
        return Value(ALONG[function](inner.array, axis=axes), [n for k, n in enumerate(inner.names) if k not in axes])

    def raised(self, value):
        while True:
            if self.eat("^"):
                mark = self.group()
                if mark == [r"\top"]:
                    if value.rank == 1:
                        value = Value(value.array, value.names, not value.row)
                    elif value.rank == 0:
                        raise Wrong("a scalar is turned")
                    else:
                        value = Value(np.swapaxes(value.array, -1, -2), value.names[:-2] + value.names[:-3:-1])
                elif mark == ["-", "1"] and value.rank >= 2:
                    value = Value(np.linalg.inv(value.array), value.names)
                elif mark == ["+"]:
                    value = Value(np.linalg.pinv(value.array), value.names[:-2] + value.names[:-3:-1])
                elif mark[0] == r"\odot":
                    value = entrywise(np.power, value, self.inside(mark[1:]))
                elif value.rank == 0:
                    value = entrywise(np.power, value, self.inside(mark))
                else:
                    raise Wrong(f"an array to the power {mark}")
            elif self.peek() == r"\texttt":
                self.at += 1
                value = self.cut(value, "".join(self.group()).replace("\\", ""))
            elif self.peek() == "_":
                if self.labels is None:
                    raise Unread("an entry")
                self.at += 1
                self.labels.append([t for t in self.group() if t not in ROOM and t != ","])
                return value
            else:
                return value

    def cut(self, value, index):
        """A part of an array, whose index is typed as in NumPy."""
        try:
            space = {name: int(n) for name, n in self.case.lengths.items() if name.isidentifier()}
            space |= {name: one.astype(int) for name, one in self.case.values.items() if name.isidentifier() and one.dtype == int}
            place = eval(f"np.s_{index}", {"np": np, "arange": np.arange, **space})
            array = value.array[place]
        except (SyntaxError, NameError, IndexError, TypeError):
            raise Unread(f"the index {index}") from None
        return Value(array, [self.case.name_of(n) for n in array.shape])

    def fitted(self, value, shape):
        """With axes of length 1 where the shape below has them; otherwise the shape is what the value has."""
        names = sides(shape)
        lengths = [self.case.length(name) for name in names]
        array = value.array
        if list(array.shape) != lengths:
            if array.size != np.prod(lengths) or [n for n in array.shape if n != 1] != [n for n in lengths if n != 1]:
                raise Wrong(f"{array.shape} stands over {names}")
            array = array.reshape(lengths)
        return Value(array, names, value.row)

    def closed(self, close):
        value = self.relation()
        self.need(close)
        return value

    def tuple(self):
        """`(n, h)` as numbers; nothing where the bracket holds one thing."""
        start = self.at
        self.need("(")
        found = [self.relation()]
        several = False
        while self.eat(","):
            several = True
            self.eat(r"\,")
            if self.peek() != ")":
                found.append(self.relation())
        if not several or any(one.rank for one in found):
            self.at = start
            return None
        self.need(")")
        return [int(one.array) for one in found]

    def arguments(self):
        """Operands and keywords; a list counts as its operands."""
        tall = self.eat(r"\left") or self.eat(r"\Bigl") or self.eat(r"\bigl")
        self.need("(")
        found, self.keywords = [], {}
        keywords = {}
        while True:
            if self.tokens[self.at : self.at + 2] == [r"\mathrm", "{"] and "=" in self.tokens[self.at + 2 : self.at + 14]:
                self.at += 1
                key = "".join(self.group())
                self.need("=")
                value = ""
                while self.peek() not in (",", ")", r"\right", r"\Bigr", r"\bigr", None):
                    value += self.next()
                keywords[key] = value
            elif self.peek() == "[" or self.tokens[self.at : self.at + 2] in ([r"\left", "["], [r"\Bigl", "["], [r"\bigl", "["]):
                found.extend(self.several())
            else:
                several = self.tuple() if self.peek() == "(" else None
                found.append(self.relation() if several is None else several)
            if not self.eat(","):
                break
            self.eat(r"\,")
        self.keywords = keywords
        if tall and self.peek() in (r"\right", r"\Bigr", r"\bigr"):
            self.at += 1
        self.need(")")
        return found

    def several(self):
        """What a list holds; Iverson's brackets hold one."""
        start, tall = self.at, self.peek() != "["
        self.at += 1 + tall
        found = [self.relation()]
        while self.eat(","):
            self.eat(r"\,")
            found.append(self.relation())
        self.at += tall
        self.need("]")
        if len(found) == 1 and self.peek() not in (",", ")", r"\right", r"\Bigr", r"\bigr"):
            self.at = start
            return [self.relation()]
        return found

    def keyword(self, name, default):
        text = self.keywords.pop(name, None)
        if text is None:
            return default
        if not re.fullmatch(r"-?[0-9]+", text):
            raise Unread(f"{name}={text}")
        return int(text)

    def call(self, name):
        below = self.below()
        operands = self.arguments()
        if name in ENTRYWISE and not below:
            return entrywise(ENTRYWISE[name], *operands)
        first = operands[0]
        if name == "concat":
            axis = self.keyword("axis", 0)
            array = np.concatenate([one.array for one in operands], axis=axis)
            names = list(first.names)
            names[axis] = self.case.name_of(array.shape[axis])
            return Value(array, names)
        if name in ("flip", "roll"):
            axis = self.keyword("axis", None)
            given = [int(one.array) for one in operands[1:]]
            return Value(getattr(np, name)(first.array, *given, axis=axis), first.names)
        if name == "reshape":
            array = first.array.reshape(operands[1] if isinstance(operands[1], list) else int(operands[1].array))
            return Value(array, [self.case.name_of(n) for n in array.shape])
        if name == "permute":
            return Value(first.array.transpose(operands[1]), [first.names[k] for k in operands[1]])
        if name == "clip" and len(operands) == 3:
            return entrywise(np.clip, *operands)
        if name == "matpow":
            return Value(np.linalg.matrix_power(first.array, int(operands[1].array)), first.names)
        if name in ("tril", "triu"):
            return Value(getattr(np, name)(first.array, self.keyword("k", 0)), first.names)
        if name in ("norm", "standardize") and len(operands) == 1 and set(self.keywords) <= {"axis", "keepdims"}:
            kept = self.keywords.pop("keepdims", "") != ""
            axis = self.keywords.pop("axis", "-1" if name == "standardize" else None)
            axis = None if axis in (None, r"\mathrm{None}") else int(axis)
            if name == "standardize":
                return Value(standardized(first.array, axis), first.names)
            array = np.sqrt(np.sum(first.array**2, axis=axis, keepdims=kept))
            names = [n if k != axis else "1" for k, n in enumerate(first.names) if kept or k != axis]
            return Value(array, [] if axis is None else names)
        if name == "cumsum" and not below:
            axis = self.keyword("axis", None)
            return Value(np.cumsum(first.array, axis=axis).reshape(first.array.shape), first.names)
        if self.keywords:
            raise Unread(f"{name} with {self.keywords}")
        if len(operands) == 1 and name in KEEPING and below:
            axes = self.axes(below, first)
            return Value(KEEPING[name](first.array, axis=axes if name != "cumsum" else axes[0]), first.names)
        if len(operands) == 1 and name in ALONG:
            axes = self.axes(below, first)
            return Value(ALONG[name](first.array, axis=axes), [n for k, n in enumerate(first.names) if k not in axes])
        if len(operands) == 1 and not below:
            if name == "cholesky":
                return Value(np.linalg.cholesky(first.array), first.names)
            if name == "tr":
                return Value(np.trace(first.array, axis1=-2, axis2=-1), first.names[:-2])
            if name == "det":
                return Value(np.linalg.det(first.array), first.names[:-2])
            if name == "logdet":
                return Value(np.linalg.slogdet(first.array)[1], first.names[:-2])
            if name == "transpose":
                return Value(first.array.T, first.names[::-1])
            if name == "expm":
                return Value(linalg.expm(first.array), first.names)
            if name.replace(" ", "_") in KEEPING:
                name = name.replace(" ", "_")
                return Value(KEEPING[name](first.array, axis=None if name == "cumsum" else -1).reshape(first.array.shape), first.names)
            if name == "diag" and first.rank == 1:
                return Value(np.diag(first.array), first.names * 2)
            if name == "diag" and first.rank == 2:
                return Value(np.diag(first.array), first.names[:1])
        if name == "kron" and len(operands) == 2:
            array = np.kron(first.array, operands[1].array)
            return Value(array, [self.case.name_of(n) for n in array.shape])
        if name == "solve" and len(operands) == 2:
            right = operands[1]
            column = right.rank + 1 == first.rank
            array = np.linalg.solve(first.array, right.array[..., None] if column else right.array)
            return Value(array[..., 0] if column else array, right.names)
        if name == "one hot" and len(operands) == 2:
            count = int(operands[1].array)
            return Value(np.eye(count)[first.array.astype(int)], [*first.names, self.case.name_of(count)])
        raise Unread(f"{name} of {len(operands)}")

    def contracted(self):
        """An array by its entries: those of some factors, multiplied and summed over the indices below the sign."""
        outer, self.labels = self.labels, None
        tall = self.peek() in (r"\left", r"\Bigl", r"\bigl")
        self.at += 1 + tall
        if self.eat(r"\sum"):
            self.below()
        factors, labels = [], []
        while self.peek() not in ("]", r"\right", r"\Bigr", r"\bigr"):
            while self.peek() in ROOM:
                self.at += 1
            self.labels = []
            factor = self.raised(self.atom())
            if len(self.labels) != 1 and factor.rank:
                raise Unread("a factor without indices")
            labels.append(self.labels[0] if self.labels else [])
            factors.append(factor)
        self.labels = outer
        self.at += tall
        self.need("]")
        self.need("_")
        output = [t for t in self.group() if t not in ROOM and t != ","]
        numbers = {label: k for k, label in enumerate(dict.fromkeys(sum(labels, [])))}
        if any(len(own) != factor.rank for own, factor in zip(labels, factors)):
            raise Wrong("another number of indices than of axes")
        flat = [part for own, factor in zip(labels, factors) for part in (factor.array, [numbers[label] for label in own])]
        array = np.einsum(*flat, [numbers[label] for label in output])
        return Value(array, [self.case.name_of(n) for n in array.shape])

    def atom(self):
        if self.peek() == "[" or self.tokens[self.at : self.at + 2] in ([r"\left", "["], [r"\Bigl", "["], [r"\bigl", "["]):
            start, labels = self.at, self.labels
            try:
                return self.contracted()
            except (Unread, IndexError):
                self.at, self.labels = start, labels
        token = self.next()
        case = self.case
        if token == "(":
            return self.closed(")")
        if token == "[":
            return self.closed("]")
        if token in (r"\left", r"\Bigl", r"\bigl"):
            if self.eat(r"\lVert"):
                inner = self.closed(r"\right" if token == r"\left" else r"\Bigr")
                self.need(r"\rVert")
                return Value(np.linalg.norm(inner.array.ravel()), [])
            if self.eat(r"\lvert"):
                inner = self.closed(r"\right")
                self.need(r"\rvert")
                return entrywise(np.abs, inner)
            open_ = self.next()
            if open_ not in "([":
                raise Unread(open_)
            value = self.relation()
            if self.next() not in (r"\right", r"\Bigr", r"\bigr"):
                raise Unread("a bracket")
            self.need(")" if open_ == "(" else "]")
            return value
        if token == r"\frac":
            above, below = self.group(), self.group()
            name, labels = case.gradient(above, below)
            if name and labels and self.labels is not None:
                self.labels.append(labels)
            if name and bool(labels) <= (self.labels is not None):
                return case.value(name)
            bottom = self.inside(below)
            if bottom.rank:
                raise Wrong("a fraction over an array")
            return entrywise(np.divide, self.inside(above), bottom)
        if token == r"\sqrt":
            return entrywise(np.sqrt, self.inside(self.group()))
        if token == r"\underset":
            shape = self.group()
            return self.fitted(self.inside(self.group()), shape)
        if token == r"\underbrace":
            inner = self.group()
            self.need("_")
            shape = self.group()
            inner = self.inside(inner, [] if shape[0] == r"\to" else sides(shape))
            if shape[0] == r"\to":
                return self.spread(inner, shape[1:])
            return self.fitted(inner, shape)
        if token in (r"\operatorname", r"\operatorname*"):
            return self.call("".join(" " if t == r"\ " else t for t in self.group()))
        if token[1:] in ENTRYWISE or token[1:] in ("max", "min", "det"):
            return self.call(token[1:])
        if token in "01I" and self.peek() == "_":
            self.need("_")
            names = sides(self.group())
            lengths = [self.case.length(name) for name in names]
            return Value(np.eye(lengths[0]), names * 2) if token == "I" else Value(np.full(lengths, float(token)), names)
        if re.fullmatch(r"[0-9.]+", token):
            return Value(float(token), [])
        if token == r"\infty":
            return Value(np.inf, [])
        name = self.named(token)
        if name == "pi" and name not in case.values:
            return Value(np.pi, [])
        if name == "e" and name not in case.values:
            return Value(np.e, [])
        return case.value(name)

    def spread(self, inner, shape):
        names = sides(shape)
        # an axis goes where the shape has its name
        if inner.rank < len(names) and inner.names != names[len(names) - inner.rank :]:
            left = list(zip(inner.names, inner.array.shape))
            kept = [left.pop(0)[1] if left and left[0][0] == name else 1 for name in names]
            inner = Value(inner.array.reshape(kept if not left else inner.array.shape), names if not left else inner.names)
        return Value(np.broadcast_to(inner.array, [self.case.length(name) for name in names]), names)

    def named(self, token):
        """The name that begins with this token, with an index where it has one."""
        if token in (r"\mathrm", r"\text", r"\mathit"):
            name = "".join(self.group())
        elif token[1:] in GREEK or token[1:].lower() in GREEK:
            name = token[1:]
        elif re.fullmatch(r"[A-Za-z]", token):
            name = token
        else:
            raise Unread(token)
        if self.peek() == "_":
            start = self.at
            self.at += 1
            index = "".join(t for t in self.group() if t not in "{}")
            for full in (name + index, f"{name}_{index}"):
                if self.case.known(full):
                    return full
            self.at = start
        return name


class Case:
    """The values of one program, and the names of its axes."""

    def __init__(self, program):
        def ask(*command):
            ran = subprocess.run([PULLBACK, *command, "-"], input=program, capture_output=True, text=True, encoding="utf-8")
            if ran.returncode:
                raise Unread(f"refused: {ran.stderr[:80]}")
            return ran.stdout

        record = json.loads(ask("explain", "--format", "json", "--no-check", "--brief"))
        module = ask("code", "--target", "numpy")
        self.latex = ask("explain", "--show", "result", "--format", "latex", "--no-check")
        self.shapes = {symbol["name"]: symbol["shape"] for symbol in record["symbols"]}
        self.values, self.lengths, self.parts = {}, {}, {}
        self.run(module)
        for name, array in self.values.items():
            for side, length in zip(self.shapes.get(self.below(name), []), np.shape(array)):
                self.lengths.setdefault(side.replace("*", "").replace(" ", ""), length)

    @staticmethod
    def below(name):
        """`Y` of `dL/dY`."""
        return name.split("/d", 1)[1] if "/d" in name else name

    def run(self, module):
        """What every name has inside of `forward` and `backward` when the module checks itself."""
        space = {"__name__": "module"}
        exec(module, space)
        forward, backward = space["forward"], space["backward"]

        def seen(frame, event, _):
            if event == "return" and frame.f_code in (forward.__code__, backward.__code__):
                for name, value in frame.f_locals.items():
                    if isinstance(value, (np.ndarray, np.generic, float, int)):
                        found = re.fullmatch(r"d(\w+?)_d(\w+)", name)
                        kind = int if np.issubdtype(np.asarray(value).dtype, np.integer) else float
                        self.values[f"d{found[1]}/d{found[2]}" if found else name] = np.array(value, dtype=kind)
                if frame.f_code is backward.__code__:
                    raise StopIteration

        sys.setprofile(seen)
        try:
            space["check"]()
        except StopIteration:
            pass
        finally:
            sys.setprofile(None)

    def known(self, name):
        return name in self.values or name in self.lengths or name in self.parts

    def length(self, text):
        text = text.replace(" ", "")
        if text.isdigit():
            return int(text)
        if text in self.lengths:
            return self.lengths[text]
        try:
            # `(n-1)`, and `2n` for twice n
            names = {name: int(n) for name, n in self.lengths.items() if name.isidentifier()}
            return eval(re.sub(r"(?<=[0-9a-z])(?=[a-z(])", "*", text), {}, names) if re.fullmatch(r"[0-9a-z+\-()]+", text) else self.lengths[text]
        except (NameError, KeyError, SyntaxError, TypeError):
            raise Unread(f"the length {text}") from None

    def name_of(self, length):
        return next((name for name, n in self.lengths.items() if n == length), str(length))

    def value(self, name):
        if name in self.parts:
            return self.parts[name]
        if name in self.values and self.values[name].ndim == 0:
            return Value(self.values[name], [])
        if name in self.values:
            names = self.shapes.get(self.below(name))
            if names is None:
                raise Unread(f"the shape of {name}")
            return Value(self.values[name], [n.replace("*", "").replace(" ", "") for n in names])
        if name in self.lengths:
            return Value(self.lengths[name], [])
        raise Unread(f"the name {name}")

    def gradient(self, above, below):
        """The name of a derivative, if this fraction is one, and the indices at its end."""
        d = [r"\mathrm", "{", "d", "}"]
        if above[:4] != d or below[:4] != d:
            return None, None
        names, labels = [], []
        for tokens in (above, below):
            part = Reader("", self)
            part.tokens = tokens[4:]
            names.append(part.named(part.next()))
            if part.eat("_"):
                labels = [t for t in part.group() if t not in ROOM and t != ","]
            if part.peek() is not None:
                return None, None
        return f"d{names[0]}/d{names[1]}", labels


def judged(program):
    """For each gradient of a program: nothing where its formula is right, else why not."""
    found = []
    try:
        case = Case(program)
    except Unread as why:
        return [("unread", program, str(why))]
    for left, right in equations(case.latex):
        shown = f"{left} = {right}"
        try:
            if left.startswith(r"\text{where }"):
                name = Reader(left.removeprefix(r"\text{where }"), case)
                case.parts[name.named(name.next())] = Reader(right, case).whole()
                continue
            if r"\frac{\mathrm{d}" not in left:
                name = Reader(left, case)
                case.parts[name.named(name.next())] = Reader(right, case).whole()
                continue
            wanted, got = Reader(left, case).whole(), Reader(right, case).whole()
            if not np.all(np.isfinite(wanted.array)):
                raise Unread("no finite value at this draw")
            if got.array.shape != wanted.array.shape and not got.rank == 0 == np.abs(got.array):
                raise Wrong(f"{got.array.shape} for {wanted.array.shape}")
            if not np.allclose(got.array, wanted.array, rtol=1e-7, atol=1e-9):
                raise Wrong("another value")
            found.append(("right", program, shown))
        except (Unread, TypeError, AttributeError) as why:
            found.append(("unread", program, f"{why}: {shown}"))
        except (Wrong, ValueError, np.linalg.LinAlgError) as why:
            found.append(("wrong", program, f"{why}: {shown}"))
    return found


def equations(latex):
    """Both sides of each equation, those of several lines in one."""
    found = []
    for line in latex.splitlines():
        boxed = re.fullmatch(r"\\boxed\{(.*)\}", line)
        line = re.sub(r" \\\\$", "", line).split(" && ")[0]
        if boxed:
            text = boxed[1]
            place = next(at for at in range(len(text)) if text[at] == "=" and text[:at].count("{") == text[:at].count("}"))
            found.append([text[:place], text[place + 1 :]])
        elif " &= " in line:
            found.append(line.split(" &= ", 1))
        elif re.match(r"&\\q?quad (?!\\text)", line) and found:
            found[-1][1] += re.sub(r"^&\\q?quad", "", line)
    return found


# The inputs that random programs are made of, each with the names of its axes.
INPUTS = {"s": "", "v": "n", "w": "n", "u": "m", "A": "nn", "B": "nn", "X": "nm", "Z": "nm", "W": "mk", "T": "bnm"}


def pieces():
    """What programs are composed of: the shapes of operands, the operation, and the shape of its result."""
    with open(os.path.join(HERE, "..", "gradients", "pieces.txt"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split(" | ") for line in file if line.strip() and line[0] != "#"]
    return [(operands.split(","), text, result) for _, operands, text, result in rows]


def bound(patterns, shapes):
    """What the letters of the patterns stand for; nothing where a shape does not fit."""
    letters = {}
    for pattern, shape in zip(patterns, shapes):
        pairs = [("*", shape)] if pattern == "*" else list(zip(pattern, shape))
        if pattern != "*" and len(pattern) != len(shape) or any(letters.setdefault(one, two) != two for one, two in pairs):
            return None
    return letters


def composed(draw, all_pieces):
    """A program of one statement."""
    known = draw.sample(list(INPUTS.items()), k=draw.randint(1, 3))
    for _ in range(draw.randint(1, 3)):
        fitting = []
        for patterns, text, result in draw.sample(all_pieces, k=len(all_pieces)):
            chosen = [draw.choice(known) for _ in patterns]
            letters = bound(patterns, [shape for _, shape in chosen])
            if letters is not None:
                fitting = [(chosen, letters, text, result)]
                break
        for chosen, letters, text, result in fitting:
            for name, (operand, _) in zip(("{x}", "{y}"), chosen):
                text = text.replace(name, operand if len(operand) == 1 else f"({operand})")
            text = re.sub(r"\{(\w)\}", lambda found: letters.get(found[1], found[1]), text)
            shape = letters["*"] if result == "*" else "".join(letters.get(letter, letter) for letter in result)
            alike = [other for other, own in known if own == shape]
            if alike and draw.random() < 0.5:
                text = f"({text}) {draw.choice('+-*')} ({draw.choice(alike)})"
            known.append((text, shape))
    text, _ = known[-1]
    shapes = {name: ", ".join(axes) + "," * (len(axes) == 1) for name, axes in INPUTS.items() if re.search(rf"\b{name}\b", text)}
    return "; ".join([*(f"{name}: ({shape})" for name, shape in shapes.items()), f"Y = {text}"])


def main():
    chosen = list(programs())
    if len(sys.argv) > 2:
        draw, all_pieces = random.Random(int(sys.argv[2])), pieces()
        chosen = [composed(draw, all_pieces) for _ in range(int(sys.argv[3]))]
    with np.errstate(all="ignore"):
        found = [one for program in chosen for one in judged(program)]
    kinds = {kind: [one for one in found if one[0] == kind] for kind in ("right", "wrong", "unread")}
    for _, program, why in kinds["wrong"] + (kinds["unread"] if os.environ.get("PULLBACK_UNREAD") else []):
        print(f"{program!r}: {why}")
    read = len(kinds["right"]) + len(kinds["wrong"])
    print(f"{len(found)} formulas in textbook signs: {len(kinds['right'])} say what they mean, {len(kinds['wrong'])} do not, {len(kinds['unread'])} have signs that are not read here")
    # random programs nest what is not read here
    enough = LEAST * len(found) if len(sys.argv) == 2 else len(found) / 2
    return 1 if kinds["wrong"] or read < enough else 0


if __name__ == "__main__":
    sys.exit(main())
