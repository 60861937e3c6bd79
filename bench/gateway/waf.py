#!/usr/bin/env python3
"""ModSecurity with the OWASP Core Rule Set, plain nginx and Doorward on the same texts: what each catches, and CPU.

    python3 bench/gateway/waf.py --build build/release [--rounds 5] [--calls 200] [--json FILE]

Each text is one argument of a `tools/call`, sent alike to all three. The corpus is our own
(tests/areas/injection and tests/unit/detect/values.jsonl): Doorward is developed until it passes
these very cases, so that the table flatters it, and says nothing of texts that neither has seen.
The WAF is at paranoia level 1 with its packaged settings; it sees strings of JSON without roles, and
so can't know that SQL is at home in one argument and not in another. Caught: refused, for whatever
it held. CPU per call is user and system time of all processes of each, warmed, in rounds in turn, ratios
formed within a round. Exit 1: a figure would not count. Exit 3: could not run. See docs/benchmarks.md."""
import argparse
import collections
import json
import multiprocessing
import os
import platform
import re
import socket
import subprocess
import sys
import time

from corpus import VERSION, corpus, definitions, texts, upstream_of
from paired import cpu_sets, quartiles, version
from peers import DOORWARD, DOORWARD_SERVER, NGINX, NGINX_ENVIRONMENT, Bench, Failed, cpu

PEERS = ("nginx", "modsecurity", "doorward")
RATIOS = (("modsecurity", "nginx"), ("doorward", "nginx"), ("modsecurity", "doorward"))
PACKAGES = {"libnginx-mod-http-modsecurity": "/usr/lib/nginx/modules/ngx_http_modsecurity_module.so",
            "modsecurity-crs": "/usr/share/modsecurity-crs/rules", "nginx-light": "/usr/sbin/nginx"}
CONTENT = (b"injection.", b"secrets.", b"overload.delay_function")  # reasons that are about what a text holds
CONNECTIONS = 8

# The packaged settings (JSON bodies are parsed) with the engine on, without an audit log. The WAF's log
# is nginx's, at its level `warn`.
RULES = """Include /usr/share/nginx/docs/modsecurity/modsecurity.conf
SecRuleEngine On
SecRequestBodyAccess On
SecAuditEngine Off
SecAuditLog {folder}/modsec_audit.log
SecTmpDir {folder}
SecDataDir {folder}
Include /etc/modsecurity/crs/crs-setup.conf
SecAction "id:900000,phase:1,nolog,pass,t:none,setvar:tx.paranoia_level=1"
Include /usr/share/modsecurity-crs/rules/*.conf
"""
WAF = (f"load_module {PACKAGES['libnginx-mod-http-modsecurity']};\n"
       + NGINX.replace("nginx.pid", "waf.pid").replace("nginx.log", "waf.log")
       .replace("location / {{", "modsecurity on; modsecurity_rules_file waf.rules;\n    location / {{"))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default="build/release", help="a release build with DOORWARD_BENCH")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=200, help="calls of each text, peer and round")
    parser.add_argument("--pin", type=int, default=1, metavar="N", help="as in paired.py")
    parser.add_argument("--json", metavar="FILE", help="also writes all figures there")
    return parser.parse_args()


def check_packages():
    missing = [name for name, path in PACKAGES.items() if not os.path.exists(path)]
    if missing:
        raise OSError(f"missing Debian packages: {' '.join(missing)}; tools/install_deps.sh bench installs them")


def receive(connection):
    """Status, head and body of one answer: with a Content-Length, or in chunks (an answer that came late)."""
    data = b""
    while True:
        head, end, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        if end and (len(body) >= int(length[1]) if length else body.endswith(b"0\r\n\r\n")):
            return int(head.split(b" ", 2)[1]), head, body
        piece = connection.recv(65536)
        if not piece:
            raise Failed(f"connection closed after {data[:200]!r}")
        data += piece


class Client:
    """One session over CONNECTIONS connections. Its head is an honest client's: CRS scores one that
    names an address as its host or no user agent."""

    def __init__(self, bench, name):
        _, port, token = bench.peers[name]
        self.name, self.ids = name, 0
        self.head = (f"POST /mcp/b200 HTTP/1.1\r\nHost: localhost:{port}\r\nUser-Agent: doorward-bench/1\r\n"
                     "Accept: application/json, text/event-stream\r\nContent-Type: application/json\r\n")
        if token:
            self.head += f"Authorization: Bearer {token.read_text().strip()}\r\n"
        self.connections = [socket.create_connection(("127.0.0.1", port), 30) for _ in range(CONNECTIONS)]
        self.send(0, "initialize", {"protocolVersion": VERSION, "capabilities": {},
                                   "clientInfo": {"name": "waf", "version": "1"}})
        status, head, body = receive(self.connections[0])
        session = re.search(rb"(?i)\r\nmcp-session-id: (\S+)", head)
        if status != 200 or not session:
            raise Failed(f"{name} does not open a session: {status} {body[:300]!r}")
        self.head += f"Mcp-Session-Id: {session[1].decode()}\r\nMCP-Protocol-Version: {VERSION}\r\n"
        self.send(0, "notifications/initialized")
        receive(self.connections[0])

    def send(self, at, method, params=None):
        message = {"jsonrpc": "2.0", "method": method}
        if params is not None:
            self.ids += 1
            message.update(id=self.ids, params=params)
        body = json.dumps(message, ensure_ascii=False).encode()
        self.connections[at].sendall(f"{self.head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    def outcome(self, at):
        """None when the call passed, or why it did not."""
        status, _, body = receive(self.connections[at])
        if status == 200 and b'"isError":false' in body.replace(b'": ', b'":'):
            return None
        reason = re.search(rb'"reason": ?"([a-z_.]+)"', body)
        if self.name == "doorward" and reason and reason[1].startswith(CONTENT):
            return reason[1].decode()
        if self.name == "modsecurity" and status == 403:
            return "403"
        raise Failed(f"{self.name} failed a call for another reason: {status} {body[:600]!r}")

    def calls(self, params):
        """The outcomes of these calls, CONNECTIONS at a time."""
        found = []
        for begin in range(0, len(params), CONNECTIONS):
            batch = params[begin:begin + CONNECTIONS]
            for at, one in enumerate(batch):
                self.send(at, "tools/call", one)
            found += [self.outcome(at) for at in range(len(batch))]
        return found


def wilson(hits, count, z=1.96):
    """95 % interval of a share."""
    share, square = hits / count, z * z
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = z * ((share * (1 - share) + square / (4 * count)) / count) ** 0.5 / (1 + square / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def catches(bench, calls):
    """{kind: {"attacks"|"honest": {peer: (refused, of)}}}, "all" last."""
    table = collections.defaultdict(lambda: {"attacks": {}, "honest": {}})
    for name in PEERS:
        client = Client(bench, name)
        outcomes = client.calls([{"name": tool, "arguments": passed} for tool, passed, _, _ in calls])
        for (_, _, kind, attack), why in zip(calls, outcomes):
            for row in (kind, "all"):
                cell = table[row]["attacks" if attack else "honest"]
                refused, count = cell.get(name, (0, 0))
                cell[name] = (refused + bool(why), count + 1)
    return {row: table[row] for row in sorted(table, key=lambda row: (row == "all", row))}


def show_catches(table):
    for side, title in (("attacks", "attacks caught"), ("honest", "honest flagged")):
        print(f"\n{title + ', % [95 %]':30}{'ModSecurity + CRS':>28}{'Doorward':>28}")
        for row, sides in table.items():
            cells = [f"{hits} of {count} = {hits / count * 100:.0f} [{low * 100:.0f} - {high * 100:.0f}]"
                     for hits, count in (sides[side].get(name, (0, 0)) for name in PEERS[1:]) if count
                     for low, high in (wilson(hits, count),)]
            print(f"  {row:28}" + "".join(f"{cell:>28}" for cell in cells or ("none", "none")))


def costs(bench, options, calls):
    """Rounds of each text: microseconds of CPU a call of each peer, and the share that was refused."""
    clients = {name: Client(bench, name) for name in PEERS}
    found = {}
    for label, (text, attack) in texts(calls).items():
        found[label] = {"rounds": {name: [] for name in PEERS}, "refused": dict.fromkeys(PEERS, 0.0)}
        for turn in range(-1, options.rounds):  # round -1 warms
            for name in PEERS[turn % 3:] + PEERS[:turn % 3]:
                # The number makes each text one that was not seen before.
                params = [{"name": "read_value", "arguments": {"words": f"{(turn + 1) * options.calls + i} {text}"}}
                          for i in range(options.calls)]
                before = cpu(bench.peers[name][0].pid)[0]
                outcomes = clients[name].calls(params)
                time.sleep(0.05)
                spent = (cpu(bench.peers[name][0].pid)[0] - before) / options.calls / 1000
                if not attack and any(outcomes):
                    raise Failed(f"{name} refused {label}: {set(outcomes)}")
                if turn >= 0:
                    found[label]["rounds"][name].append(spent)
                    found[label]["refused"][name] += sum(map(bool, outcomes)) / options.calls / options.rounds
        found[label]["ratios"] = {f"{one}/{other}": quartiles([a / b for a, b in zip(
            found[label]["rounds"][one], found[label]["rounds"][other])]) for one, other in RATIOS}
    return found


def show_costs(found, options):
    print(f"\nCPU us a call (user and system), medians of {options.rounds} rounds of {options.calls} calls; "
          "ratios with quartiles")
    for label, one in found.items():
        print(f"  {label:14}" + "  ".join(f"{name} {quartiles(one['rounds'][name])['median']:.0f}"
                                          f" ({one['refused'][name] * 100:.0f} % refused)" for name in PEERS))
        print("    " + "  ".join(f"{name} {ratio['median']:.2f} [{ratio['low']:.2f} - {ratio['high']:.2f}]"
                                 for name, ratio in one["ratios"].items()))


def main():
    options = arguments()
    if options.rounds < 2 or options.calls < 1:
        print("at least 2 rounds and a call", file=sys.stderr)
        return 2
    measured, others = cpu_sets(options.pin)
    calls = corpus()
    tools = definitions(calls)
    upstream = None
    try:
        check_packages()
        if others:
            os.sched_setaffinity(0, others)
        server = upstream_of(tools)
        upstream = multiprocessing.get_context("fork").Process(target=server.serve_forever, daemon=True)
        upstream.start()
        with Bench(options.build, measured, others, server.server_port) as bench:
            (bench.folder / "waf.rules").write_text(RULES.format(folder=bench.folder))
            bench.start_nginx(1)
            bench.start_proxy("modsecurity", ["/usr/sbin/nginx", "-p", bench.folder, "-c", "modsecurity.conf"], WAF, 1,
                              NGINX_ENVIRONMENT)
            entry = DOORWARD_SERVER.format(name="b200", upstream=server.server_port).replace(
                "echo:", f"{', '.join(tool['name'] + ': { classes: [read] }' for tool in tools)}, echo:")
            bench.start_doorward(config=DOORWARD.format(servers=entry).replace('"b*.echo"', '"b*.*"'))
            report = {"versions": {"nginx": version(["/usr/sbin/nginx", "-v"]),
                                   "doorward": version([bench.build / "bin/doorward", "--version"]),
                                   **{name: version(["dpkg-query", "-W", "-f=${Package} ${Version}", name])
                                      for name in ("libmodsecurity3", "modsecurity-crs")}},
                      "machine": {"cpus": os.cpu_count(), "kernel": platform.release(), "load": os.getloadavg()}}
            print("; ".join(report["versions"].values()) + f"\nload {report['machine']['load'][0]:.1f}, the corpus is "
                  "our own and flatters Doorward; only a release build counts")
            report["catches"] = catches(bench, calls)
            show_catches(report["catches"])
            report["costs"] = costs(bench, options, calls)
            show_costs(report["costs"], options)
    except (Failed, subprocess.SubprocessError) as failed:
        print(f"waf: {failed}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"waf: {error}", file=sys.stderr)
        return 3
    finally:
        if upstream:
            upstream.terminate()
            upstream.join(10)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(report, file, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
