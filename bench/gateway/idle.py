#!/usr/bin/env python3
"""What idle client connections cost the gateway process in resident memory.

    python3 bench/gateway/idle.py --build build/release [--connections 10000] [--json FILE]

Opens plain TCP connections to the client listener in steps, silent ones and ones that each finished
one `tools/call`, small or of 4 KB both ways; against a fresh gateway each time. Exit 1: a bar was missed, or a connection was
closed early. Exit 3: could not run. See docs/benchmarks.md."""
import argparse
import json
import os
import socket
import sys
import time

from peers import SIZES, Bench, Failed, raise_descriptors, resident

BAR_AT_REST = 50_000_000
BAR_PER_CONNECTION = 40_000  # so 400 MB at 10,000
CALLS = {"silent": None, "after a call of 200 B": "b200", "after a call of 4 KB": "b4096"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default="build/release", help="a release build with DOORWARD_BENCH")
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--json", metavar="FILE", help="also writes all figures there")
    return parser.parse_args()


def receive(connection):
    """One answer with a Content-Length, whole: its head and body."""
    data = b""
    while True:
        head, end, body = data.partition(b"\r\n\r\n")
        if end:
            fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
            fields = {name.lower(): value for name, value in fields.items()}
            if len(body) >= int(fields.get(b"content-length", b"0")):
                return head, fields, body
        piece = connection.recv(65536)
        if not piece:
            raise Failed(f"connection closed after {data[:200]!r}")
        data += piece


class Client:
    """One session, whose calls may come over any connection."""

    def __init__(self, port, token, server):
        self.port, self.token, self.server, self.session, self.calls = port, token, server, "", 0
        with self.connect() as first:
            _, fields, _ = self.exchange(first, {
                "id": 0, "method": "initialize",
                "params": {"protocolVersion": "2025-11-25", "capabilities": {},
                           "clientInfo": {"name": "idle", "version": "1"}}}, 200)
            self.session = fields[b"mcp-session-id"].decode()
            self.exchange(first, {"method": "notifications/initialized"}, 202)

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), 30)

    def exchange(self, connection, message, status):
        body = json.dumps({"jsonrpc": "2.0", **message})
        session = f"Mcp-Session-Id: {self.session}\r\nMCP-Protocol-Version: 2025-11-25\r\n" if self.session else ""
        connection.sendall((f"POST /mcp/{self.server} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
                            "Accept: application/json, text/event-stream\r\nContent-Type: application/json\r\n"
                            f"Authorization: Bearer {self.token}\r\n{session}"
                            f"Content-Length: {len(body)}\r\n\r\n{body}").encode())
        head, fields, answer = receive(connection)
        if not head.startswith(b"HTTP/1.1 %d " % status):
            raise Failed(f"{message['method']}: {head!r} {answer[:300]!r}")
        return head, fields, answer

    def call(self, connection):
        self.calls += 1
        _, _, answer = self.exchange(connection, {
            "id": self.calls, "method": "tools/call",
            "params": {"name": "echo", "arguments": {"text": "x" * (SIZES[self.server] - 110)}}}, 200)
        if b'"isError":false' not in answer:
            raise Failed(f"a call was refused: {answer[:300]!r}")


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def settle(pid, wanted):
    """Waits until the process holds at least so many descriptors, then a moment."""
    for _ in range(200):
        if descriptors(pid) >= wanted:
            break
        time.sleep(0.02)
    time.sleep(0.3)
    if descriptors(pid) < wanted:
        raise Failed(f"the gateway holds {descriptors(pid)} descriptors, not {wanted}: connections were closed early")


def measure(bench, options, server):
    process = bench.start_doorward()
    _, port, token_file = bench.peers["doorward"]
    time.sleep(1)
    result = {"at_rest": resident(process.pid), "steps": []}
    client = Client(port, token_file.read_text().strip(), server or "b200")
    settle(process.pid, 0)
    base_descriptors, base = descriptors(process.pid), resident(process.pid)
    connections = []
    try:
        for step in range(1, options.steps + 1):
            while len(connections) < options.connections * step // options.steps:
                connections.append(client.connect())
                if server:
                    client.call(connections[-1])
            settle(process.pid, base_descriptors + len(connections) - 1)
            now = resident(process.pid)
            result["steps"].append({"connections": len(connections), "resident": now,
                                    "each": (now - base) / len(connections)})
        result["threads"] = len(os.listdir(f"/proc/{process.pid}/task"))
    finally:
        for connection in connections:
            connection.close()
    time.sleep(1)
    result["after"] = resident(process.pid)
    return result


def show(kind, result):
    print(f"\n{kind}: {result['at_rest'] / 1e6:.1f} MB at rest, {result['threads']} threads")
    for step in result["steps"]:
        print(f"  {step['connections']:6} connections  {step['resident'] / 1e6:7.1f} MB  "
              f"{step['each'] / 1e3:6.2f} kB each")
    print(f"  all closed          {result['after'] / 1e6:7.1f} MB")


def met(result):
    return result["at_rest"] < BAR_AT_REST and all(step["each"] < BAR_PER_CONNECTION for step in result["steps"])


def main():
    options = arguments()
    if not 1 <= options.steps <= options.connections <= 19_000:
        print("1 to 19000 connections, in as many steps at most", file=sys.stderr)
        return 2
    raise_descriptors()
    report = {}
    try:
        for kind, server in CALLS.items():
            with Bench(options.build) as bench:
                report[kind] = measure(bench, options, server)
                show(kind, report[kind])
    except Failed as failed:
        print(f"idle: {failed}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"idle: {error}", file=sys.stderr)
        return 3
    if options.json:
        with open(options.json, "w") as file:
            json.dump(report, file, indent=1)
    good = all(met(result) for result in report.values())
    print(f"\nbars: under {BAR_AT_REST // 10**6} MB at rest, under {BAR_PER_CONNECTION // 1000} kB a connection: "
          + ("met" if good else "MISSED"))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
