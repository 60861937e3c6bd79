#!/usr/bin/env python3
"""Checks that every #include in src/ keeps to cmake/layers.txt, that rooms of guards/ do not
include each other, and that no file outside wire and net/session names a protocol revision."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
edges = {}
for line in (root / "cmake/layers.txt").read_text().splitlines():
    match = re.match(r"^([a-z]+):(.*)$", line)
    if match:
        edges[match[1]] = set(match[2].split()) | {match[1]}

faults = []
revision = re.compile(r"\b20(24-11-05|25-03-26|25-06-18|25-11-25|26-07-28)\b")
for path in sorted((root / "src").rglob("*")):
    if path.suffix not in (".h", ".cc"):
        continue
    rel = path.relative_to(root / "src")
    module = rel.parts[0]
    for number, line in enumerate(path.read_text().splitlines(), 1):
        include = re.match(r'\s*#include "([^"]+)"', line)
        if include:
            other = include[1].split("/")
            if other[0] not in edges:
                faults.append(f"{rel}:{number}: include `{include[1]}` is not `module/file.h`")
            elif other[0] not in edges[module]:
                faults.append(f"{rel}:{number}: `{module}` may not include `{other[0]}`")
            elif (module == "guards" and other[0] == "guards" and len(rel.parts) > 2
                  and len(other) > 2 and other[1] != rel.parts[1]):
                faults.append(f"{rel}:{number}: room `{rel.parts[1]}` includes room `{other[1]}`")
        if re.match(r"\s*#include <boost/asio", line) and module not in ("net", "app"):
            faults.append(f"{rel}:{number}: Asio outside net and app")
        if revision.search(line) and module != "wire" and rel.parts[:2] != ("net", "session"):
            faults.append(f"{rel}:{number}: names a protocol revision")
print("\n".join(faults) if faults else "layers hold")
sys.exit(1 if faults else 0)
