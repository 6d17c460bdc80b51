"""Is what is printed as short as what the book prints? Every gradient of the reference cases with a known closed form is counted in tokens,
both texts by the same tokenizer: a gradient symbol, a transpose, a name, a number, a string, an operator and a bracket are one each.

    tokens_read.py PULLBACK CASES.jsonl
"""

import concurrent.futures
import json
import re
import statistics
import subprocess
import sys

MEDIAN = 1.25
LARGEST = 2.0
WORST = 5

TOKEN = re.compile(
    r"""\s+
    | (?P<token> [d∂]\w+/[d∂]\w+                # a gradient symbol
    | \.m?T\b | (?<=[\w)\]])'                 # a transpose
    | (?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?      # a number
    | '[^']*' | "[^"]*"                         # a string
    | \w+                                       # a name
    | \*\* | [<>=!]= | \.[*/^] | \S)            # an operator or a bracket""",
    re.VERBOSE,
)


def tokens(text):
    """How many there are. A raised digit is written out, and a comma before a closing bracket says nothing."""
    text = text.replace("ᵀ", ".T").replace("⊤", ".T")
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: "**" + m[0].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")), text)
    text = re.sub(r",(?=\s*[)\]])", "", text.replace("⁻**", "**-"))
    return sum(match["token"] is not None for match in TOKEN.finditer(text))


def compared(binary, case):
    """The ratio, and both texts, of each gradient that has a known form."""
    run = subprocess.run([binary, *case["args"], "--format", "json", "-"], input=case["program"], capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, f"{case['id']}: exit {run.returncode}, {run.stderr}"
    gradients = json.loads(run.stdout)["gradients"]
    found = [(gradients[name]["expr"], known, name) for name, known in case["known"].items()]
    return [(tokens(ours) / tokens(known), case["id"], name, ours, known) for ours, known, name in found]


def main():
    binary, path = sys.argv[1:]
    assert [tokens(text) for text in ("dL/dY.T @ X", "∂L/∂Yᵀ•X'", "(n,)", "x² + .5", "sum(X, axis=0)")] == [4, 5, 3, 5, 8]
    with open(path, encoding="utf-8") as file:
        cases = [case for case in map(json.loads, file) if case["known"]]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        found = sorted((one for some in pool.map(lambda case: compared(binary, case), cases) for one in some), reverse=True)
    ratios = [one[0] for one in found]
    median = statistics.median(ratios)
    print(f"{len(ratios)} known forms: ours has {median:.2f} times the tokens in the median, {ratios[0]:.2f} times at most; the longest:")
    for ratio, case, name, ours, known in found[:WORST]:
        print(f"  {ratio:.2f} {case}, {name}: {ours}  |  {known}")
    assert median <= MEDIAN, f"a median of {median:.2f} is more than {MEDIAN}"
    assert ratios[0] <= LARGEST, f"{ratios[0]:.2f} is more than {LARGEST}"


if __name__ == "__main__":
    main()
