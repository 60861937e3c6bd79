#!/usr/bin/env python3
"""Counts tests. `tally.py ctest BUILD_FOLDER` after tools/run_ctest.sh, `tally.py node LOG` for the
output of node's test runner. Prints `PASSED FAILED`; what left no result counts as one failure."""
import pathlib
import re
import sys
import xml.etree.ElementTree as xml


def gtest_cases(path):
    """(passed, failed) of one GoogleTest program; skipped and disabled cases are neither."""
    passed = failed = 0
    for case in xml.parse(path).getroot().iter("testcase"):
        if case.find("failure") is not None:
            failed += 1
        elif case.get("result", "completed") == "completed" and case.get("status") == "run":
            passed += 1
    return passed, failed


def of_ctest(folder):
    """A GoogleTest program counts by its cases, any other test as one."""
    passed = failed = 0
    for case in xml.parse(folder / "ctest.xml").getroot().iter("testcase"):
        skipped = case.find("skipped")
        if case.get("status") == "disabled":
            continue
        if skipped is not None and "SKIP" in skipped.get("message", ""):
            continue
        good = case.get("status") == "run"
        report = folder / "gtest" / (case.get("name") + ".xml")
        inner = gtest_cases(report) if report.exists() else (0, 0)
        if good and inner[1] == 0:
            passed += max(inner[0], 1)
        else:  # a crash after the last case fails the program alone
            passed += inner[0]
            failed += max(inner[1], 1)
    return passed, failed


def of_node(log):
    totals = {}
    for line in log.read_text(errors="replace").splitlines():
        match = re.match(r"^(?:\S+ )?(pass|fail|cancelled) (\d+)\s*$", re.sub(r"\x1b\[[0-9;]*m", "", line))
        if match:
            totals[match[1]] = int(match[2])
    if "pass" not in totals:
        raise ValueError(f"no totals in {log}")
    return totals["pass"], totals.get("fail", 0) + totals.get("cancelled", 0)


def main():
    kind, place = sys.argv[1], pathlib.Path(sys.argv[2])
    try:
        passed, failed = {"ctest": of_ctest, "node": of_node}[kind](place)
    except (OSError, xml.ParseError, ValueError) as fault:
        print(f"tally: {fault}", file=sys.stderr)
        passed, failed = 0, 1
    print(passed, failed)


if __name__ == "__main__":
    main()
