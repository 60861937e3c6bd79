#!/usr/bin/env python3
"""Writes a CycloneDX 1.5 bill of materials: `sbom.py BINARY OUT`.

Holds the Debian packages whose shared libraries the binary loads (ldd, dpkg), those that are only
compiled in or linked statically, the programs that it starts, and the npm packages of the tests'
and the demo's lock files (scope `excluded`: they are not shipped). The time of the newest commit
and the content make the serial number, so that the same tree gives the same file.
"""
import base64
import datetime
import json
import pathlib
import re
import subprocess
import sys
import urllib.parse
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMPILED_IN = ["libboost1.81-dev", "libcli11-dev", "libc6-dev"]  # headers; libc in the static launchers
STARTED = ["bubblewrap"]


def output(*command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def library_packages(binary):
    """The packages that own the libraries that `binary` loads."""
    names = set()
    for path in re.findall(r"=> (/\S+)|^\s+(/\S+)", output("ldd", binary), re.M):
        path = pathlib.Path(path[0] or path[1])
        # dpkg knows a file by the path of its package, which may lack the /usr of a merged system.
        for form in dict.fromkeys([path, path.resolve(), pathlib.Path(str(path.resolve()).removeprefix("/usr"))]):
            done = subprocess.run(["dpkg", "-S", form], capture_output=True, text=True, check=False)
            if done.returncode == 0:
                names.add(done.stdout.splitlines()[0].rsplit(": ", 1)[0].split(",")[0].split(":")[0])
                break
        else:
            raise SystemExit(f"no package owns {path}")
    return names


def debian_component(name, role):
    form = "${Version}\\t${Architecture}\\t${source:Package}\\n"
    version, architecture, source = output("dpkg-query", "-W", f"-f={form}", name).splitlines()[0].split("\t")
    quoted = urllib.parse.quote(version, safe="")
    return {"type": "library" if role != "started" else "application", "name": name, "version": version,
            "bom-ref": f"deb/{name}", "scope": "required",
            "purl": f"pkg:deb/debian/{urllib.parse.quote(name, safe='')}@{quoted}?arch={architecture}",
            "properties": [{"name": "doorward:use", "value": role}, {"name": "debian:source", "value": source}]}


def npm_components(lock, use):
    found = []
    for place, entry in sorted(json.loads(lock.read_text())["packages"].items()):
        if not place or entry.get("link"):
            continue
        name = entry.get("name") or place.rsplit("node_modules/", 1)[1]
        component = {"type": "library", "name": name, "version": entry["version"], "scope": "excluded",
                     "bom-ref": f"{use}/{place}",
                     "purl": f"pkg:npm/{urllib.parse.quote(name, safe='/')}@{entry['version']}",
                     "properties": [{"name": "doorward:use", "value": use}]}
        if isinstance(entry.get("license"), str):
            component["licenses"] = [{"expression": entry["license"]} if " " in entry["license"]
                                     else {"license": {"name": entry["license"]}}]
        if entry.get("integrity", "").startswith("sha512-"):
            digest = base64.b64decode(entry["integrity"].split()[0].removeprefix("sha512-")).hex()
            component["hashes"] = [{"alg": "SHA-512", "content": digest}]
        found.append(component)
    return found


def main():
    binary, target = sys.argv[1:3]
    version = re.search(r"project\(doorward VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]
    loaded = library_packages(binary)
    roles = {name: "loaded" for name in loaded} | {name: "compiled in" for name in COMPILED_IN} | {
        name: "started" for name in STARTED}
    components = [debian_component(name, role) for name, role in sorted(roles.items())]
    required = [component["bom-ref"] for component in components]
    for folder, use in (("tests", "tests"), ("demo", "demo")):
        components += npm_components(ROOT / folder / "package-lock.json", use)
    root = {"type": "application", "name": "doorward", "version": version, "bom-ref": "doorward",
            "licenses": [{"license": {"id": "Apache-2.0"}}]}
    stamp = datetime.datetime.fromtimestamp(int(output("git", "log", "-1", "--format=%ct")), datetime.timezone.utc)
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([version, stamp.isoformat(), components], sort_keys=True))
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": f"urn:uuid:{serial}", "version": 1,
           "metadata": {"timestamp": stamp.strftime("%Y-%m-%dT%H:%M:%SZ"), "component": root},
           "components": components, "dependencies": [{"ref": "doorward", "dependsOn": required}]}
    pathlib.Path(target).write_text(json.dumps(bom, indent=1) + "\n")
    print(f"{target}: {len(required)} Debian packages, {len(components) - len(required)} npm packages")


if __name__ == "__main__":
    main()
