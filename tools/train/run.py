#!/usr/bin/env python3
"""Runs the trainer: run.py eval|train|rules FOLDER [OUT] [CHANNEL].

FOLDER, or a folder `train` in it, holds *.jsonl and *.jsonl.xz; our own rows (own.py) and the documents of the npm packages that
our tests install (package_docs.py) are added."""
import lzma
import pathlib
import subprocess
import sys
import tempfile

if len(sys.argv) < 3 or sys.argv[1] not in ("eval", "train", "rules"):
    sys.exit(__doc__)
root = pathlib.Path(__file__).resolve().parents[2]
program = root / "build/dev/tools/train/doorward-train"
given = pathlib.Path(sys.argv[2])
if (given / "train").is_dir():
    given /= "train"
files = sorted(given.glob("*.jsonl*")) if given.is_dir() else []
if not files:
    sys.exit(f"no *.jsonl and no *.jsonl.xz in {given}: nothing to learn from or to measure")
with tempfile.TemporaryDirectory() as folder:
    for path in files:
        if path.name.endswith(".jsonl.xz"):
            (pathlib.Path(folder) / path.name[:-3]).write_bytes(lzma.decompress(path.read_bytes()))
        elif path.suffix == ".jsonl":
            (pathlib.Path(folder) / path.name).write_bytes(path.read_bytes())
    subprocess.run([sys.executable, root / "tools/train/package_docs.py", f"{folder}/package_docs.jsonl"], check=True)
    subprocess.run([sys.executable, root / "tools/train/own.py", f"{folder}/own.jsonl", f"{folder}/package_docs.jsonl"], check=True)
    sys.exit(subprocess.run([program, sys.argv[1], folder, *sys.argv[3:]]).returncode)
