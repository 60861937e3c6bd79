#!/usr/bin/env python3
"""Checks docs/requirements.json: its shape, the 87 ids, and that every guard, source and test that
it names exists. Checks the head comment of every guard too. Prints the faults; exits 1 on any.

A member of `guards` is a guard's id (`area.name`) or, where no guard does the work, a file or folder
of the source (`src/sandbox`). `tests` are files. An `enforced` requirement names at least one of each.
A `planned` one may name what is there of it, and in `reason` what is missing.
"""
import json
import re
import sys

from guard_heads import AREAS, ROOT, all_heads, ids_in_code

COUNTS = [7, 7, 8, 8, 8, 8, 7, 9, 8, 8, 9]
STATUSES = {"planned", "enforced", "not_a_gateways"}
KEYS = {"id", "area", "title", "status", "guards", "tests"}


def shape_faults(row):
    if not isinstance(row, dict) or not KEYS <= set(row) or not set(row) <= KEYS | {"reason"}:
        return [f"expected the members {', '.join(sorted(KEYS))} and perhaps reason"]
    faults = []
    for key in ("id", "area", "title", "status", "reason"):
        if key in row and (not isinstance(row[key], str) or not row[key].strip()):
            faults.append(f"`{key}` is not a text")
    for key in ("guards", "tests"):
        if not isinstance(row[key], list) or not all(isinstance(name, str) for name in row[key]):
            faults.append(f"`{key}` is not a list of texts")
        elif len(set(row[key])) != len(row[key]):
            faults.append(f"`{key}` names something twice")
    return faults


def row_faults(row, heads):
    """What is wrong with a requirement of the right shape."""
    faults = []
    if row["status"] not in STATUSES:
        faults.append(f"`{row['status']}` is not a status")
    if row["status"] == "enforced" and not (row["guards"] and row["tests"]):
        faults.append("is enforced without a guard or without a test")
    if row["status"] == "not_a_gateways" and ("reason" not in row or row["guards"]):
        faults.append("is not a gateway's without a reason, or with a guard")
    if row["status"] == "enforced" and "reason" in row:
        faults.append("is enforced, with a reason why not")
    for name in row["guards"]:
        if name.startswith("src/"):
            if not (ROOT / name).exists():
                faults.append(f"source `{name}` does not exist")
        elif name not in heads:
            faults.append(f"guard `{name}` has no head in src/guards")
        elif row["id"] not in heads[name].requirements:
            faults.append(f"guard `{name}` does not say that it defends this")
    for name in row["tests"]:
        if not re.match(r"^(tests|fuzz)/", name) or not (ROOT / name).is_file():
            faults.append(f"test `{name}` does not exist")
    return faults


def head_faults(heads, rows):
    """What is wrong with the guards' own comments."""
    faults, seen = [], set()
    known = {row["id"] for row in rows}
    for head in heads:
        where = f"{head.path.relative_to(ROOT)}:{head.line}: `{head.id}`"
        faults += [f"{where} {fault}" for fault in head.faults]
        faults += [f"{where} defends `{name}`, which is no requirement"
                   for name in head.requirements if name not in known]
        if head.id in seen:
            faults.append(f"{where} stands twice")
        seen.add(head.id)
    code = ids_in_code()
    faults += [f"{path.relative_to(ROOT)}: guard `{guard}` has no head in a header"
               for guard, path in code.items() if guard not in seen]
    faults += [f"guard `{guard}` has a head but no GuardFacts" for guard in sorted(seen - set(code))]
    return faults


def main():
    rows = json.loads((ROOT / "docs/requirements.json").read_text())
    expected = [(f"R{area}.{number}", AREAS[area - 1])
                for area, count in enumerate(COUNTS, 1) for number in range(1, count + 1)]
    heads = all_heads()
    by_id = {head.id: head for head in heads}
    faults, sound = [], []
    for place, row in enumerate(rows):
        name = row.get("id", place) if isinstance(row, dict) else place
        found = shape_faults(row)
        if not found:
            sound.append(row)
            found = row_faults(row, by_id)
        faults += [f"{name}: {fault}" for fault in found]
    if [(row["id"], row["area"]) for row in sound] != expected:
        faults.append(f"the table does not hold the {len(expected)} requirements in order, each in its area")
    faults += head_faults(heads, sound)
    for fault in faults:
        print(fault)
    if not faults:
        print(f"requirements hold: {len(sound)} in the table, {len(heads)} guards")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
