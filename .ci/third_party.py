"""What the binary consists of beside this crate, and under which licences: THIRD-PARTY-LICENSES.md.

    python3 .ci/third_party.py            writes it
    python3 .ci/third_party.py --check    exits 1 where it is not what Cargo.lock says, or a crate wants a newer Rust than this one

cargo-about and cargo-bundle-licenses do the same with two hundred crates of their own, and minutes to build them."""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE = ROOT / "THIRD-PARTY-LICENSES.md"
NAMES = ("LICEN", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE")


def linked():
    """The crates that are built into the binary on any system, by name and version: not those of tests."""
    text = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--all-features", "--locked"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    metadata = json.loads(text)
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    packages = {package["id"]: package for package in metadata["packages"]}
    root = metadata["resolve"]["root"]
    seen, left = set(), [root]
    while left:
        node = left.pop()
        if node not in seen:
            seen.add(node)
            left += [d["pkg"] for d in nodes[node]["deps"] if any(kind["kind"] is None for kind in d["dep_kinds"])]
    crates = sorted((packages[node] for node in seen - {root}), key=lambda package: (package["name"], package["version"]))
    return packages[root], crates


def texts(package):
    """The texts of a crate's licences. Of a choice that includes MIT, that is taken, and the others' texts are left out."""
    folder = pathlib.Path(package["manifest_path"]).parent
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name.upper().startswith(NAMES))
    if any("MIT" in path.name.upper() for path in files) and " AND " not in (package["license"] or ""):
        files = [path for path in files if "MIT" in path.name.upper() or path.name.upper().startswith(("NOTICE", "COPYRIGHT"))]
    return ["\n".join(line.rstrip() for line in path.read_text("utf-8", "replace").strip().splitlines()) for path in files]


def page(crates):
    lines = [
        "# What pullback is built with",
        "",
        "The crates that are built into the binary, on one system or another, with all features. Made from `Cargo.lock` and each crate's own files by",
        "`.ci/third_party.py`. Where a crate may be taken under one of several licences, MIT among them, it is taken under MIT.",
        "",
        "| crate | version | licence | source |",
        "| --- | --- | --- | --- |",
    ]
    by_text, without = {}, []
    for package in crates:
        name = f"{package['name']} {package['version']}"
        lines.append(f"| {package['name']} | {package['version']} | {package['license']} | {package['repository'] or ''} |")
        found = texts(package)
        for text in found:
            by_text.setdefault(text, []).append(name)
        if not found:
            without.append(name)
    if without:
        lines += ["", f"Without a text of their own in the crate, under the licence named above: {', '.join(without)}."]
    for text, names in by_text.items():
        lines += ["", f"## {', '.join(names)}", "", "```text", text.replace("```", "'''"), "```"]
    return "\n".join(lines) + "\n"


def version(text):
    return tuple(int(part) for part in text.split("."))


def main():
    own, crates = linked()
    made = page(crates)
    if "--check" not in sys.argv[1:]:
        FILE.write_text(made, "utf-8")
        return 0
    wrong = []
    if not FILE.is_file() or FILE.read_text("utf-8") != made:
        wrong.append("THIRD-PARTY-LICENSES.md is not what Cargo.lock says: `python3 .ci/third_party.py` makes it anew")
    ours = own["rust_version"]
    for package in crates:
        wants = package["rust_version"]
        if wants and version(wants) > version(ours) + (0,) * (3 - len(version(ours))):
            wrong.append(f"{package['name']} {package['version']} wants Rust {wants}; Cargo.toml promises {ours}")
    print("\n".join(wrong) if wrong else f"{len(crates)} crates, none wants a newer Rust than {ours}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
