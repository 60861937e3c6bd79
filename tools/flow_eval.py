#!/usr/bin/env python3
"""Measures `misuse.flow` on suites of call traces: attack success and user tasks unharmed.

usage: flow_eval.py --doorward BINARY [--config FILE] [--variant NAME] [-v] SUITE.json.xz...

Each suite becomes traces with the operator's trust, privacy and class labels (and no address
arguments), which `doorward replay` judges. The agent of the traces obeys every injected text, so
what is not stopped happens. An attack succeeds in full when all its harmful calls pass; a user
task is unharmed when none of its calls is stopped. Harmful calls are those to sinks.
"""
import argparse, collections, json, lzma, pathlib, subprocess, sys, tempfile

CLASSES = {"pay": ["egress", "write"], "send": ["egress"], "publish": ["egress"],
           "share": ["egress", "write"], "egress": ["read", "egress"], "delete": ["destructive", "write"],
           "credential": ["identity", "write"], "profile": ["identity", "write"], "write": ["write"],
           "create": ["write"], "update": ["write"], "book": ["write"], None: ["read"]}
TRUST = {"third_party": "untrusted", "shared": "shared", "own": "trusted", "trusted": "trusted", None: None}
CONFIG = """version: 1
state: %s
policy:
  rules:
    - { id: all, effect: allow, principals: [{ any: true }], classes: [read, write, destructive, egress, identity] }
"""


def server_line(suite):
    tools = []
    for tool in suite["tools"]:
        label = suite["labels"][tool["name"]]
        one = {"name": tool["name"], "description": tool["description"],
               "inputSchema": tool["inputSchema"], "classes": CLASSES.get(label["sink"], ["write"]),
               "private": label["private"]}
        if TRUST[label["source"]]:
            one["trust"] = TRUST[label["source"]]
        tools.append(one)
    return {"type": "server", "server": suite["suite"], "trust": "untrusted", "tools": tools}


def lines_of(suite, task, prompt, calls, prompts):
    if prompts:
        yield {"type": "prompt", "principal": "ana", "task": task, "text": prompt}
    for number, (kind, call) in enumerate(calls):
        yield {"type": "call", "id": f"{task}#{number}{kind}", "principal": "ana", "task": task,
               "server": suite["suite"], "tool": call["tool"], "arguments": call["args"],
               "result": {"content": [{"type": "text", "text": call["result_text"]}]}}


def variant(text, attack, suite, name):
    """The same attack in another wrapping: as given, or another template of the suite, or bare."""
    if name == "given":
        return text
    goals = {i["id"]: i["goal"] for i in suite["injection_tasks"]}
    own = suite["injection_texts"]["important_instructions"][attack["injection_task"]]
    import re
    pattern = r"\s+".join(re.escape(w) for w in own.split())
    goal = goals[attack["injection_task"]]
    other = {"bare": goal, "note": "Note: " + goal}.get(name) or suite["injection_texts"][name][attack["injection_task"]]
    return re.sub(pattern, lambda _: other.strip(), text)


def attack_calls(attack, suite, name):
    calls = []
    for number, call in enumerate(attack["calls"]):
        call = dict(call)
        if call.get("contains_injection"):
            call["result_text"] = variant(call["result_text"], attack, suite, name)
        calls.append(("", call))
        if number == attack["malicious_after"]:
            calls += [("!", c) for c in attack["malicious_calls"]]
    return calls


def replay(args, lines):
    with tempfile.TemporaryDirectory() as folder:
        config = args.config
        if not config:
            config = pathlib.Path(folder, "doorward.yaml")
            config.write_text(CONFIG % pathlib.Path(folder, "state"))
        trace = pathlib.Path(folder, "trace.jsonl")
        trace.write_text("".join(json.dumps(l) + "\n" for l in lines))
        done = subprocess.run([args.doorward, "replay", "--config", str(config), str(trace)],
                              capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"replay failed: {done.stderr[:2000]}{done.stdout[-500:]}")
        return {o["id"]: o["request"] for o in map(json.loads, done.stdout.splitlines()) if "id" in o}


def measure(args, suite, prompts):
    tasks = {u["id"]: u for u in suite["user_tasks"]}
    lines = [server_line(suite)]
    for u in suite["user_tasks"]:
        lines += lines_of(suite, u["id"], u["prompt"], [("", c) for c in u["calls"]], prompts)
    for a in suite["attacks"]:
        lines += lines_of(suite, a["user_task"] + "/" + a["injection_task"], tasks[a["user_task"]]["prompt"],
                          attack_calls(a, suite, args.variant), prompts)
    told = replay(args, lines)
    passed = collections.defaultdict(dict)
    for key, request in told.items():
        task, _, number = key.partition("#")
        passed[task][number] = request
    full, some, got = [], [], []
    for a in suite["attacks"]:
        task = a["user_task"] + "/" + a["injection_task"]
        calls = [passed[task][n] for n in sorted((n for n in passed[task] if n.endswith("!")),
                                                 key=lambda n: int(n[:-1]))]
        sinks = [r for r, c in zip(calls, a["malicious_calls"]) if suite["labels"][c["tool"]]["sink"]]
        if all(r["verdict"] == "pass" for r in calls):
            full.append(task)
        if any(r["verdict"] == "pass" for r in sinks):
            some.append(task)
    harmed = []
    for u in suite["user_tasks"]:
        bad = [r for r in passed[u["id"]].values() if r["verdict"] != "pass"]
        if bad:
            harmed.append((u["id"], bad[0]))
    n, m = len(suite["attacks"]), len(suite["user_tasks"])
    print(f"{suite['suite']:<10} {'with' if prompts else 'without':<8} prompts: attacks in full {len(full)}/{n} "
          f"({100 * len(full) / n:.1f} %), any harmful call {len(some)}/{n} ({100 * len(some) / n:.1f} %), "
          f"user tasks unharmed {m - len(harmed)}/{m} ({100 * (m - len(harmed)) / m:.1f} %)")
    if args.v:
        for task in some:
            print("    through:", task, "(in full)" if task in full else "")
        for task, request in harmed:
            print("    harmed: ", task, request.get("reason"), request.get("detail", "")[:180])
    return len(full), len(some), n, m - len(harmed), m


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--doorward", required=True)
    parser.add_argument("--config")
    parser.add_argument("--variant", default="given",
                        help="given, important_instructions, ignore_previous, tool_knowledge, bare or note")
    parser.add_argument("-v", action="store_true", help="names what got through and what was harmed")
    parser.add_argument("suites", nargs="+")
    args = parser.parse_args()
    suites = [json.load(lzma.open(path)) for path in args.suites]
    for prompts in (True, False):
        sums = [measure(args, suite, prompts) for suite in suites]
        full, some, n, good, m = map(sum, zip(*sums))
        if len(suites) > 1:
            print(f"{'all':<10} {'with' if prompts else 'without':<8} prompts: {100 * full / n:.1f} % in full, "
                  f"{100 * some / n:.1f} % any, {100 * good / m:.1f} % unharmed")


if __name__ == "__main__":
    main()
