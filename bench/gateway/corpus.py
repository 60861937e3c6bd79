"""The texts that waf.py sends, all of them our own, and an MCP server whose tools take them."""
import http.server
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERSION = "2025-11-25"
PROSE = ("The council met on Tuesday and agreed that the new library should open before the summer. "
         "Visitors can borrow books, read papers and join one of the courses in the large hall. ")


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def corpus():
    """Calls (tool, arguments, kind, attack). Left out: cases that need settings, calls before them, or a rule
    that declares an argument's type (`read_asked`), and all that is no argument of a call."""
    found = []
    for path in sorted((ROOT / "tests/areas/injection").glob("*.jsonl")):
        cases = lines_of(path)
        kinds = {case["name"]: case["expect"]["reason"] for case in cases
                 if case["attack"] and "reason" in case["expect"]}
        for case in cases:
            call = case["exchange"]["message"].get("params", {})
            plain = set(case) <= {"name", "stage", "attack", "exchange", "expect"} and call.get("name") != "read_asked"
            if case["stage"] == "request" and "arguments" in call and plain and case["name"] in kinds:
                found.append((call["name"], call["arguments"], kinds[case["name"]], case["attack"]))
    for case in lines_of(ROOT / "tests/unit/detect/values.jsonl"):
        if case["channel"] == "tool_arguments":
            role = {"text": "words"}.get(case["role"], case["role"])  # `text` would be a document to Doorward
            found.append(("read_value", {role: case["text"]}, f"values, role {case['role']}", case["alarm"]))
    return found


def definitions(calls):
    """The tools of the corpus: as tests/areas/definitions.json describes them, or with what is passed to them."""
    given = {tool["name"]: tool for server in json.loads((ROOT / "tests/areas/definitions.json").read_text()).values()
             for tool in server.get("signed", {}).get("tools", [])}
    tools = {}
    for name, passed, _, _ in calls:
        tool = tools.setdefault(name, given.get(name) or {"name": name, "description": "Reads.",
                                                          "inputSchema": {"type": "object", "properties": {}}})
        if name not in given:
            tool["inputSchema"]["properties"].update({key: {} for key in passed})
    return list(tools.values())


def texts(calls):
    """{name: (text, whether it is an attack)}; attack text is the corpus's own, one value after the other."""
    attack = "; ".join(text for tool, passed, _, bad in calls if bad and tool == "read_value"
                       for text in passed.values() if text.isascii())
    grown = {"honest": PROSE * 40, "attack": attack * (4096 // len(attack) + 1)}
    return {f"{kind} {label}": (text[:size], kind == "attack")
            for kind, text in grown.items() for label, size in (("100 B", 100), ("4 KB", 4096))}


def upstream_of(tools):
    """An MCP server with the tools of the corpus: Doorward refuses arguments that no tool declares."""
    results = {"initialize": {"protocolVersion": VERSION, "capabilities": {"tools": {}},
                              "serverInfo": {"name": "corpus", "version": "1"}},
               "tools/list": {"tools": tools},
               "tools/call": {"content": [{"type": "text", "text": "Done."}], "isError": False}}

    class Answers(http.server.BaseHTTPRequestHandler):
        protocol_version, wbufsize = "HTTP/1.1", 65536

        def do_POST(self):
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = {"jsonrpc": "2.0", "id": message.get("id"), "result": results.get(message["method"], {})}
            body = json.dumps(answer).encode() if "id" in message else b""
            self.send_response(200 if body else 202)
            self.send_header("Content-Type", "application/json")
            self.send_header("Mcp-Session-Id", "corpus")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
