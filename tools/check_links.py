#!/usr/bin/env python3
"""Checks that relative links in the tracked Markdown files point at files that exist."""
import re
import subprocess
import sys

from guard_heads import ROOT

faults = []
tracked = subprocess.run(["git", "ls-files", "--", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
for name in tracked.stdout.splitlines():
    page = ROOT / name
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.S | re.M)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"^[a-z]+:|^#", target) and not (page.parent / target.split("#")[0]).exists():
            faults.append(f"{name}: `{target}` does not exist")
print("\n".join(faults) if faults else "links hold")
sys.exit(1 if faults else 0)
