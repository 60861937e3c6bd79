"""Reads the head comments of the guards in src/guards (see docs/guards.md for the form)."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent
AREAS = ["injection", "instability", "misuse", "identity", "transport", "overload",
         "secrets", "logtamper", "privilege", "isolation", "rogue"]
STAGES = {"accept", "launch", "request", "response", "server_message", "client_reply"}
FIELDS = ["Defends", "Denies", "Passes", "Limits", "Tested by"]
FACTS = re.compile(r'GuardFacts\b[^;]*?"([a-z]+\.[a-z0-9_]+)"', re.S)
IDENTITY = re.compile(r"^([a-z]+)\.([a-z0-9_]+)\s+Area (\d+), stages? (.+)$")


class Head:
    """One guard: id, area number, stages, and its fields as text; `faults` says what is wrong."""

    def __init__(self, path, line):
        self.path, self.line, self.fields, self.faults = path, line, {}, []
        self.id, self.area, self.stages = "?", "", []

    def identify(self):
        first = self.fields["Guard"]
        match = IDENTITY.match(first)
        self.id = first.split()[0] if first else "?"
        if not match:
            self.faults.append("expected `area.name  Area N, stage S`")
            return
        self.area = match[1]
        self.stages = re.findall(r"(?!and\b)\w+", match[4])
        if self.area not in AREAS or AREAS.index(self.area) + 1 != int(match[3]):
            self.faults.append(f"`{self.area}` is not area {match[3]}")
        if self.path.parent.name != self.area:
            self.faults.append(f"stands outside src/guards/{self.area}")
        for stage in self.stages:
            if stage not in STAGES:
                self.faults.append(f"`{stage}` is not a stage")

    @property
    def requirements(self):
        return re.findall(r"\bR\d+\.\d+\b", self.fields.get("Defends", ""))

    @property
    def tests(self):
        return [name for name in re.split(r"[,\s]+", self.fields.get("Tested by", "")) if "/" in name]

    def finish(self):
        self.identify()
        for field in FIELDS:
            if not self.fields.get(field):
                self.faults.append(f"has no `{field}`")
        if self.fields.get("Defends") and not self.requirements:
            self.faults.append("`Defends` names no requirement")
        for name in self.tests:
            if not (ROOT / name).exists():
                self.faults.append(f"`Tested by` names `{name}`, which does not exist")


def heads_of(path):
    """The heads in one header. A field goes on over lines that are indented under it."""
    found, field = [], None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = re.match(r"^// (Guard|Defends|Denies|Passes|Limits|Tested by)\s+(.*)$", line)
        more = re.match(r"^//\s{6,}(\S.*)$", line)
        if match and match[1] == "Guard":
            found.append(Head(path, number))
        if match and found:
            field = match[1]
            found[-1].fields[field] = match[2].strip()
        elif more and found and field:
            found[-1].fields[field] += " " + more[1].strip()
        elif not line.startswith("//"):
            field = None
    for head in found:
        head.finish()
    return found


def all_heads():
    """Every guard's head in the order of areas, then of ids."""
    found = []
    for path in sorted((ROOT / "src/guards").rglob("*.h")):
        found += heads_of(path)
    rank = {area: number for number, area in enumerate(AREAS)}
    return sorted(found, key=lambda head: (rank.get(head.area, 99), head.id))


def ids_in_code():
    """{guard id: file} of every GuardFacts in src/guards."""
    found = {}
    for path in sorted((ROOT / "src/guards").rglob("*")):
        if path.suffix in (".h", ".cc"):
            for guard in FACTS.findall(path.read_text()):
                found.setdefault(guard, path)
    return found
