#!/usr/bin/env python3
"""Writes the documents of the npm packages that our tests install as honest rows: package_docs.py OUT.jsonl.

Read-me files, change logs, manifests and type files of packages under permissive licences, cut into
pieces of the size of a tool's result. The same packages give the same rows."""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2] / "tests/node_modules"
PERMISSIVE = {"MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD", "Unlicense", "CC0-1.0", "BlueOak-1.0.0", "Python-2.0"}
KINDS = (("README*", 8), ("CHANGELOG*", 3), ("package.json", 1), ("*.d.ts", 1), ("docs/*.md", 3), ("LICENSE*", 1))
SIZES = (400, 1500, 900, 2400, 250)

rows = []
seen = set()


def add(package, name, text):
    text = text.strip()
    if len(text) < 40 or text in seen:
        return
    seen.add(text)
    rows.append({"id": f"npm-{len(rows)}", "text": text, "label": "benign", "kind": "benign_result", "channel": "tool_result", "source": "npm docs", "licence": package.get("license"), "package": package.get("name"), "file": name})


for manifest in sorted(ROOT.glob("*/package.json")) + sorted(ROOT.glob("@*/*/package.json")):
    package = json.loads(manifest.read_text(encoding="utf-8"))
    if package.get("license") not in PERMISSIVE:
        continue
    for pattern, most in KINDS:
        for path in sorted(manifest.parent.glob(pattern))[:2]:
            if not path.is_file():
                continue
            text = re.sub(r"\r", "", path.read_text(encoding="utf-8", errors="replace"))[:20000]
            at = 0
            for i in range(most):
                size = SIZES[(len(rows) + i) % len(SIZES)]
                end = text.find("\n", at + size)
                add(package, path.name, text[at:end if end > 0 else None])
                if end < 0:
                    break
                at = end
with open(sys.argv[1], "w", encoding="utf-8") as out:
    for one in rows:
        out.write(json.dumps(one, ensure_ascii=False) + "\n")
print(len(rows), "rows of", len({r["package"] for r in rows}), "packages")
