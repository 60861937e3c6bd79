#!/usr/bin/env python3
"""clang-tidy on the C++ sources that changed since a revision, within a time limit.

A changed header counts through the source of its name, else through a source that includes it. Says
which files were not reached in time. Exits 1 on a finding. `--all` takes every tracked source.

One finding is the analyzer's own error and is set aside, with its count: it does not know that a
coroutine runs only once it is attached to a thread, and calls asio's pointer to it uninitialized.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("src", "tests", "fuzz", "bench")
FINDING = re.compile(r"^(/[^:\n]+):\d+:\d+: (?:error|warning): .*$", re.M)
NOT_MODELLED = re.compile(r"^/usr/include/boost/asio/impl/awaitable\.hpp:.*"
                          r"Called C\+\+ object pointer is uninitialized \[clang-analyzer-core\.CallAndMessage\b")


def git(*arguments):
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def tracked(*suffixes):
    return [ROOT / name for name in git("ls-files", "--", *FOLDERS).stdout.splitlines()
            if name.endswith(suffixes)]


def changed_since(base):
    """Changed files that still exist; None where `base` is not known here."""
    if git("rev-parse", "--verify", "--quiet", base + "^{commit}").returncode:
        return None
    done = git("diff", "--name-only", "--diff-filter=d", base, "HEAD", "--", *FOLDERS)
    return [ROOT / name for name in done.stdout.splitlines()] if done.returncode == 0 else None


def sources_for(files):
    """The sources to check for changed files, each once, in order."""
    every = tracked(".cc")
    wanted = {}
    for path in files:
        if path.suffix == ".cc":
            wanted[path] = True
        elif path.suffix == ".h":
            twin = path.with_suffix(".cc")
            include = str(path.relative_to(ROOT / "src")) if path.is_relative_to(ROOT / "src") else path.name
            line = re.compile(rf'^#include "(?:.*/)?{re.escape(include)}"', re.M)
            user = twin if twin in every else next((s for s in every if line.search(s.read_text())), None)
            if user:
                wanted[user] = True
    return list(wanted)


def own_findings(output):
    """(the findings in clang-tidy's output that are ours, how many of asio's coroutines were set aside)."""
    starts = [match.start() for match in FINDING.finditer(output)]
    pieces = [output[begin:end] for begin, end in zip(starts, starts[1:] + [len(output)])]
    ours = [piece for piece in pieces if not NOT_MODELLED.match(piece)]
    return ours, len(pieces) - len(ours)


def tidy(path, deadline):
    """(path, None when not reached else exit status, output)."""
    left = deadline - time.monotonic()
    if left < 5:
        return path, None, ""
    try:
        done = subprocess.run(["clang-tidy-19", "-p", ROOT / "build/tidy", "--quiet", path], cwd=ROOT,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=left, check=False)
    except subprocess.TimeoutExpired:
        return path, None, ""
    fault = "" if done.stdout.strip() else done.stderr  # else only counts of warnings elsewhere
    return path, done.returncode, done.stdout + fault


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="HEAD~1", help="revision to compare with (default: HEAD~1)")
    parser.add_argument("--all", action="store_true", help="every tracked source")
    parser.add_argument("--seconds", type=int, default=1800, help="time limit")
    options = parser.parse_args()
    deadline = time.monotonic() + options.seconds

    subprocess.run(["cmake", "--preset", "tidy"], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    files = None if options.all else changed_since(options.base)
    sources = tracked(".cc") if files is None else sources_for(files)
    known = (ROOT / "build/tidy/compile_commands.json").read_text()
    aside = [path for path in sources if f'"{path}"' not in known]
    sources = [path for path in sources if path not in aside]

    failed, not_modelled, missed = 0, 0, []
    workers = int(os.environ.get("JOBS") or os.cpu_count())
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for path, status, output in pool.map(lambda source: tidy(source, deadline), sources):
            if status is None:
                missed.append(path)
            elif status:
                ours, others = own_findings(output)
                not_modelled += others
                if ours or not others:
                    failed += 1
                    print("".join(ours) or output)
    print(f"clang-tidy: {len(sources) - len(missed)} of {len(sources)} files looked at, {failed} with findings"
          + (f"; {not_modelled} set aside in asio's coroutines" if not_modelled else ""))
    for heading, paths in (("not reached in time", missed), ("in no build", aside)):
        if paths:
            print(f"{heading}: " + " ".join(str(path.relative_to(ROOT)) for path in paths))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
