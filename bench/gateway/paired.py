#!/usr/bin/env python3
"""Doorward against nginx and haproxy: CPU time per MCP call, in paired rounds.

    python3 bench/gateway/paired.py --build build/release [--rounds 7] [--requests 20000] [--json FILE]

The three stand before the same upstream and take turns. A round gives each one the same bounded
number of calls; the ratio of two of them is formed inside a round, so that what else the machine
does falls on both. --corridor counts the calls under callgrind besides and takes the guards of content
and flow out. Exit 1: an answer was wrong. Exit 3: could not run. See docs/benchmarks.md."""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys

import profile as callgrind
from peers import SIZES, Bench, Failed

PEERS = ("nginx", "haproxy", "doorward")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default="build/release", help="a release build with DOORWARD_BENCH")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=20_000, help="calls of each peer in each round")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--sizes", default=",".join(SIZES), help="of " + ", ".join(SIZES))
    parser.add_argument("--pin", type=int, default=1, metavar="N",
                        help="the peer measured runs on the first N CPUs, load and upstream on the others; 0: no pinning")
    parser.add_argument("--corridor", action="store_true", help="also the ratio of the corridor alone; needs valgrind")
    parser.add_argument("--json", metavar="FILE", help="also writes all figures there")
    return parser.parse_args()


def quartiles(values):
    """Median and the two quartiles."""
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return {"median": middle, "low": low, "high": high}


def version(command):
    out = subprocess.run(command, capture_output=True, text=True, check=False)
    return (out.stdout + out.stderr).splitlines()[0].strip()


def measure(bench, options, server, orders):
    rounds = {name: [] for name in PEERS}
    for order in orders:
        for name in order:
            said, (exact, user, system) = bench.load(name, server, options.connections, options.requests)
            run = json.loads(said)
            calls = run["requests"]
            rounds[name].append({"cpu_us": exact / calls / 1000, "user_us": user / calls * 1e6,
                                 "system_us": system / calls * 1e6, "per_second": calls / run["seconds"],
                                 "streams": run["streams"]})
    return rounds


def summary(rounds):
    ratio = {f"{peer}/doorward": quartiles([theirs["cpu_us"] / ours["cpu_us"]
                                            for theirs, ours in zip(rounds[peer], rounds["doorward"])])
             for peer in PEERS if peer != "doorward"}
    figures = {name: {key: quartiles([run[key] for run in runs])
                      for key in ("cpu_us", "user_us", "system_us", "per_second")}
               for name, runs in rounds.items()}
    return {"cpu_ratio": ratio, "peers": figures, "rounds": rounds}


def show(server, result, options):
    print(f"\n{SIZES[server]} B each way, {options.connections} connections, "
          f"{options.rounds} rounds of {options.requests} calls")
    print("             CPU us a call  [quartiles]       user  system   calls/s (for information)")
    for name, figures in result["peers"].items():
        cpu = figures["cpu_us"]
        print(f"  {name:10} {cpu['median']:10.1f}    [{cpu['low']:.1f} - {cpu['high']:.1f}]".ljust(46)
              + f"{figures['user_us']['median']:6.1f}{figures['system_us']['median']:8.1f}"
              + f"{figures['per_second']['median']:10.0f}")
    for name, ratio in result["cpu_ratio"].items():
        print(f"  CPU {name}: {ratio['median']:.2f}  [{ratio['low']:.2f} - {ratio['high']:.2f}]")
    streams = sum(run["streams"] for run in result["rounds"]["doorward"])
    if streams:
        print(f"  {streams} answers came late enough to become event streams")


def corridor(options, server, result):
    """No configuration leaves the guards of content and flow out, so that their part of the user time is
    taken from callgrind's count, and the system's time is all the corridor's."""
    counting = argparse.Namespace(build=options.build, connections=4, requests=200, keep=None)
    parts = callgrind.parts(callgrind.count(counting, server))
    share = parts["corridor"] / (parts["corridor"] + parts["content"] + parts["flow"])
    ratios = {peer: [] for peer in PEERS if peer != "doorward"}
    costs = []
    for turn, ours in enumerate(result["rounds"]["doorward"]):
        ticks = ours["user_us"] + ours["system_us"]
        user = ours["cpu_us"] * (ours["user_us"] / ticks if ticks > 0 else 1)
        costs.append(ours["cpu_us"] - user + user * share)
        for peer, found in ratios.items():
            found.append(result["rounds"][peer][turn]["cpu_us"] / costs[-1])
    return {"share_of_user": share,
            "instructions": {part: count / counting.requests for part, count in parts.items()},
            "cpu_us": quartiles(costs),
            "cpu_ratio": {f"{peer}/corridor": quartiles(found) for peer, found in ratios.items()}}


def show_corridor(found):
    print(f"  corridor alone: {found['share_of_user'] * 100:.0f} % of the instructions, "
          f"{found['cpu_us']['median']:.1f} us of CPU")
    for name, ratio in found["cpu_ratio"].items():
        print(f"  CPU {name}: {ratio['median']:.2f}  [{ratio['low']:.2f} - {ratio['high']:.2f}]")


def cpu_sets(pin):
    cpus = sorted(os.sched_getaffinity(0))
    if pin <= 0 or pin >= len(cpus):
        return (), ()
    return tuple(cpus[:pin]), tuple(cpus[pin:])


def main():
    options = arguments()
    if options.rounds < 2 or options.requests < 1 or any(size not in SIZES for size in options.sizes.split(",")):
        print("at least 2 rounds, a call, and known sizes", file=sys.stderr)
        return 2
    measured, others = cpu_sets(options.pin)
    workers = len(measured) or len(os.sched_getaffinity(0))
    report = {"versions": {"nginx": version(["/usr/sbin/nginx", "-v"]), "haproxy": version(["/usr/sbin/haproxy", "-v"])},
              "machine": {"cpus": os.cpu_count(), "kernel": platform.release(), "load": os.getloadavg(),
                          "pinned": bool(measured), "workers": workers},
              "requests": options.requests, "connections": options.connections, "sizes": {}}
    try:
        with Bench(options.build, measured, others) as bench:
            report["versions"]["doorward"] = version([bench.build / "bin/doorward", "--version"])
            bench.start_nginx(workers)
            bench.start_haproxy(workers)
            bench.start_doorward()
            print("; ".join(report["versions"].values()))
            print(f"{report['machine']['cpus']} CPUs, load {report['machine']['load'][0]:.1f}, "
                  + ("pinned" if measured else "not pinned") + f", {workers} worker(s) of each proxy")
            # Each takes each place in a round equally often.
            orders = [PEERS[turn % 3:] + PEERS[:turn % 3] for turn in range(options.rounds)]
            for server in options.sizes.split(","):
                report["sizes"][server] = result = summary(measure(bench, options, server, orders))
                show(server, result, options)
        if options.corridor:  # when the others are gone
            for server, result in report["sizes"].items():
                print(f"\n{SIZES[server]} B each way")
                result["corridor"] = corridor(options, server, result)
                show_corridor(result["corridor"])
    except (Failed, subprocess.SubprocessError) as failed:
        print(f"bench: {failed}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 3
    if options.json:
        with open(options.json, "w") as file:
            json.dump(report, file, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
