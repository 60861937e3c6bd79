#!/usr/bin/env python3
"""Where the instructions of one MCP call through Doorward go, counted by callgrind.

    python3 bench/gateway/profile.py --build build/release [--sizes b200,b4096] [--requests 200] [--top 20] [--keep DIR]

A count does not depend on what else the machine does, so that two builds can be compared by it. All
guards enforce, as in paired.py. Only user code is counted: what the kernel does is seen by paired.py.
Needs valgrind. Exit 1: an answer was wrong. Exit 3: could not run. See docs/benchmarks.md."""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys

from peers import SIZES, Bench, Failed, line_of

# What is no part of the corridor: guards that read the content, and flow.
CONTENT = ("UrlScheme", "CredentialForm", "HiddenUnicode", "SqlText", "CredentialPath", "ShellMeta", "ArgumentLeak",
           "ErrorText", "PromptText", "ResultDlp", "ExternalClassifier")
FLOW = ("Flow",)
HASHING = ("EVP_DigestUpdate", "EVP_DigestFinal_ex")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default="build/release", help="a build with DOORWARD_BENCH")
    parser.add_argument("--sizes", default=",".join(SIZES), help="of " + ", ".join(SIZES))
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--top", type=int, default=20)
    parser.add_argument("--inclusive", action="store_true", help="count what a function calls as its own")
    parser.add_argument("--keep", metavar="DIR", help="callgrind's files go there, for callgrind_annotate")
    return parser.parse_args()


def control(pid, *words):
    subprocess.run(["callgrind_control", *words, str(pid)], check=True, capture_output=True, timeout=60)


def count(options, server):
    """Runs the calls of one size under callgrind; its profile file."""
    with Bench(options.build) as bench:
        out = bench.folder / "callgrind.out"
        bench.wrapper = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}"]
        process = bench.start_doorward(patience=300)
        _, port, token = bench.peers["doorward"]
        load = bench.start([bench.build / "bench/gateway_load", port, f"/mcp/{server}", options.connections,
                            options.requests, SIZES[server], token], (), stdin=subprocess.PIPE)
        if line_of(load, 300) != "ready":
            raise Failed("the load is not ready")
        control(process.pid, "--instr=on")
        load.stdin.write(b"go\n")
        load.stdin.flush()
        line_of(load, 600)
        control(process.pid, "--instr=off")
        control(process.pid, "--dump")
        load.stdin.close()
        load.wait(60)
        found = sorted(bench.folder.glob("callgrind.out.*"))
        if not found:
            raise Failed("callgrind left no profile")
        kept = pathlib.Path(options.keep or "/tmp").resolve() / f"callgrind.{server}"
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(found[-1], kept)
        return kept


def annotated(profile, inclusive):
    """The total, and (instructions, share, name) of the functions, most first."""
    said = subprocess.run(["callgrind_annotate", "--auto=no", "--threshold=99.99",
                           f"--inclusive={'yes' if inclusive else 'no'}", profile],
                          check=True, capture_output=True, text=True).stdout
    total = int(re.search(r"([\d,]+)[^\n]*PROGRAM TOTALS", said).group(1).replace(",", ""))
    lines = re.findall(r"^ *([\d,]+) *\(([\d. ]+)%\) +[^:\n]*:(.*)$", said, re.M)
    return total, [(int(count.replace(",", "")), share, re.sub(r" \[[^\]]*\]$", "", name))
                   for count, share, name in lines]


def parts(profile):
    """Instructions by part: content, flow, hashing, and the corridor, in which hashing counts for a
    tenth: valgrind knows no SHA instructions."""
    total, functions = annotated(profile, True)
    found = {}  # a function whose code comes from several files has several lines; the first holds all
    for count, _, name in functions:
        for part, guards in (("content", CONTENT), ("flow", FLOW)):
            called = re.search(rf"doorward::guards::({'|'.join(guards)})::(judge|commit)\(", name)
            if called:
                found.setdefault((part, called.group(0)), count)
        if name in HASHING:
            found.setdefault(("hashing", name), count)
    sums = {part: sum(count for (of, _), count in found.items() if of == part)
            for part in ("content", "flow", "hashing")}
    sums["corridor"] = total - sums["content"] - sums["flow"] - sums["hashing"] * 9 // 10
    return sums


def show(options, server, profile):
    total, functions = annotated(profile, options.inclusive)
    print(f"\n{SIZES[server]} B each way: {total / options.requests:,.0f} instructions a call")
    print("  " + ", ".join(f"{part} {count / options.requests:,.0f}" for part, count in parts(profile).items())
          + " (hashing as counted; in the corridor a tenth of it)")
    for instructions, share, name in functions[:options.top]:
        print(f"  {instructions / options.requests:12,.0f} {share:>6}%  {name[:150]}")


def main():
    options = arguments()
    if options.requests < 1 or any(size not in SIZES for size in options.sizes.split(",")):
        print("a call, and known sizes", file=sys.stderr)
        return 2
    try:
        for server in options.sizes.split(","):
            show(options, server, count(options, server))
    except (Failed, subprocess.SubprocessError) as failed:
        print(f"profile: {failed}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"profile: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
