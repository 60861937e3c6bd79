#!/usr/bin/env python3
"""A second verifier of the audit log, written apart from the first: only Python's standard library
and the `openssl` program. It reads the log's public files (checkpoint, tile/) and nothing else.

usage: verify_audit.py FOLDER --key VKEY|FILE [--against CHECKPOINT_FILE]

Prints one JSON object a line for each finding, then {"entries": N, "holds": true|false}.
Exit: 0 the log holds, 1 it does not, 2 it could not be checked.
"""
import argparse
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

WIDTH = 256
LINK = re.compile(rb'\{"seq":(0|[1-9][0-9]*),"prev":"([0-9a-f]{64})",')
# SubjectPublicKeyInfo of an Ed25519 key (RFC 8410), up to the 32 bytes of the key.
SPKI = bytes.fromhex("302a300506032b6570032100")


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes):
    """RFC 6962 section 2.1; an odd last hash moves up unchanged."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    while len(hashes) > 1:
        paired = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes) - 1, 2)]
        hashes = paired + hashes[len(paired) * 2:]
    return hashes[0]


def number_path(index):
    parts = ["%03d" % (index % 1000)]
    index //= 1000
    while index:
        parts.insert(0, "x%03d" % (index % 1000))
        index //= 1000
    return "/".join(parts)


def retired_by(entry):
    """Up to where an entry of the log itself says that entries were retired; 0 for any other."""
    if b'"reason":"audit.retired"' not in entry:
        return 0
    try:
        read = json.loads(entry)
        told = read.get("kind") == "event" and read.get("reason") == "audit.retired"
        return int(read["after"]) if told else 0
    except (ValueError, KeyError, TypeError):
        return 0


class Key:
    def __init__(self, vkey):
        self.vkey = vkey.strip()
        self.name, key_id, body = self.vkey.split("+", 2)
        raw = base64.b64decode(body, validate=True)
        if len(raw) != 33 or raw[0] != 1:
            raise ValueError("no Ed25519 key")
        self.key = raw[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        if self.id.hex() != key_id:
            raise ValueError("the key id is another key's")

    def verifies(self, text, signature):
        der = base64.b64encode(SPKI + self.key).decode()
        with tempfile.TemporaryDirectory() as folder:
            paths = {}
            pem = "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n" % der
            for name, data in (("key", pem.encode()), ("text", text), ("sig", signature)):
                paths[name] = os.path.join(folder, name)
                with open(paths[name], "wb") as file:
                    file.write(data)
            done = subprocess.run(
                ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", paths["key"], "-rawin",
                 "-in", paths["text"], "-sigfile", paths["sig"]], capture_output=True)
            return done.returncode == 0


def rotations(folder):
    """[(entry, note, vkey before, vkey after)] of the changes of key, oldest first; see keys/."""
    out = []
    try:
        names = sorted(os.listdir(os.path.join(folder, "keys")))
    except OSError:
        return out
    for name in names:
        with open(os.path.join(folder, "keys", name), "rb") as file:
            entry, blank, note = file.read().partition(b"\n\n")
        try:
            told = json.loads(entry)
            if blank and told.get("kind") == "event" and told["reason"] == "audit.key_rotated":
                out.append((entry, note, told["before"], told["after"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return out


def open_checkpoint(note, key):
    """(size, root) of a signed note by `key`; raises ValueError with the finding's code first."""
    text, blank, rest = note.rpartition(b"\n\n")
    if not blank or not rest.endswith(b"\n"):
        raise ValueError("audit.note_syntax", "no signed note")
    text += b"\n"
    good = False
    for line in rest[:-1].split(b"\n"):
        parts = line.split(b" ")
        if len(parts) != 3 or parts[0] != "\u2014".encode():
            raise ValueError("audit.note_syntax", "a signature line")
        try:
            body = base64.b64decode(parts[2], validate=True)
        except ValueError:
            raise ValueError("audit.note_syntax", "a signature is not base64") from None
        if parts[1] == key.name.encode() and body[:4] == key.id:
            if not key.verifies(text, body[4:]):
                raise ValueError("audit.checkpoint_signature", "the signature does not hold")
            good = True
    if not good:
        raise ValueError("audit.checkpoint_signature", "no signature of the key")
    lines = text.split(b"\n")
    if len(lines) < 4 or not re.fullmatch(rb"0|[1-9][0-9]*", lines[1]):
        raise ValueError("audit.checkpoint_syntax", "three lines")
    if lines[0] != key.name.encode():
        raise ValueError("audit.checkpoint_origin", "the checkpoint is of another log")
    root = base64.b64decode(lines[2], validate=True)
    if len(root) != 32:
        raise ValueError("audit.checkpoint_syntax", "the root hash")
    return int(lines[1]), root


class Verifier:
    def __init__(self, folder, key):
        self.folder, self.keys, self.older, self.findings = folder, [key], [], []
        self.led = []  # (size, root, entry) of each change of key that was followed

    def follow(self):
        """Keys that the given one leads to: each signed a last entry that names the next. And
        those that lead to it, which may have signed an older checkpoint."""
        changes = []
        for entry, note, before, after in rotations(self.folder):
            try:
                old, new = Key(before), Key(after)
                size, root = open_checkpoint(note, old)
            except ValueError:
                continue
            if size > 0:
                changes.append((old, new, (size, root, entry)))
        known = {self.keys[0].vkey}
        for old, new, told in reversed(changes):
            if new.vkey in known and old.vkey not in known:
                known.add(old.vkey)
                self.older.append(old)
                self.led.append(told)
        for old, new, told in changes:
            if old.vkey in known and new.vkey not in known:
                known.add(new.vkey)
                self.keys.append(new)
                self.led.append(told)

    @staticmethod
    def open_by_any(note, keys):
        first = None
        for key in keys:
            try:
                return open_checkpoint(note, key)
            except ValueError as fault:
                first = first or fault
        raise first

    def add(self, code, what, index=None, file=None):
        self.findings.append({"code": code, "index": index, "file": file, "what": what})

    def read(self, kind, index, width):
        """The partial file of that width, or the full one; (path, bytes or None)."""
        full = "tile/%s/%s" % (kind, number_path(index))
        for path in ([full] if width == WIDTH else ["%s.p/%d" % (full, width), full]):
            try:
                with open(os.path.join(self.folder, path), "rb") as file:
                    return path, file.read()
            except OSError:
                continue
        return full if width == WIDTH else "%s.p/%d" % (full, width), None

    def archived(self, path):
        """Entries that were moved away; where to is only where to look, not what to believe."""
        try:
            with open(os.path.join(self.folder, "archive")) as file:
                archive = file.read()
            with open(os.path.join(archive, path), "rb") as file:
                return file.read()
        except (OSError, ValueError):
            return None

    def entries(self, index, width):
        """(path, entries), or (path, None) where nobody has them."""
        path, data = self.read("entries", index, width)
        if data is None and width == WIDTH:
            data = self.archived(path)
        if data is None:
            return path, None
        out, at = [], 0
        while at + 2 <= len(data):
            size = int.from_bytes(data[at:at + 2], "big")
            if at + 2 + size > len(data):
                break
            out.append(data[at + 2:at + 2 + size])
            at += 2 + size
        if at != len(data):
            self.add("audit.bundle_broken", "it breaks off", index * WIDTH + len(out), path)
        return path, out if path.find(".p/") > 0 or width == WIDTH else out[:width]

    def tile(self, level, index, width):
        path, data = self.read(str(level), index, width)
        if data is None:
            self.add("audit.tile_missing", "no such file", index * WIDTH ** (level + 1), path)
            return path, None
        hashes = [data[i:i + 32] for i in range(0, len(data), 32)]
        if len(data) % 32 or len(hashes) not in (width, WIDTH):
            self.add("audit.tile_changed", "its size", index * WIDTH ** (level + 1), path)
            return path, None
        return path, hashes[:width]

    def check_entries(self, size):
        """Leaf hashes of all entries; compares each with its tile and with the chain."""
        leaves, prev, gone, retired = [], root_of([]), [], 0
        for index in range((size + WIDTH - 1) // WIDTH):
            width = min(WIDTH, size - index * WIDTH)
            path, entries = self.entries(index, width)
            tile_path, tile = self.tile(0, index, width)
            if entries is None:
                gone.append((index, path))
                leaves += tile or []
                prev = leaves[-1] if tile else prev
                continue
            if len(entries) != width:
                self.add("audit.bundle_broken", "it has %d entries, not %d" % (len(entries), width),
                         index * WIDTH + min(len(entries), width), path)
            told = False
            for i, entry in enumerate(entries):
                number, leaf, link = index * WIDTH + i, leaf_hash(entry), LINK.match(entry)
                unlike = tile is not None and (i >= width or tile[i] != leaf)
                if unlike and not told:
                    self.add("audit.entry_changed", "it is not what %s says" % tile_path, number,
                             path)
                    told = True  # what follows in this bundle may only have moved
                if not told and (not link or int(link[1]) != number):
                    self.add("audit.chain_broken", "not its number", number, path)
                elif not told and bytes.fromhex(link[2].decode()) != prev:
                    self.add("audit.chain_broken", "not linked to the entry before",
                             max(number - 1, 0), path)
                retired = max(retired, retired_by(entry))
                leaves.append(leaf)
                prev = leaf
        # What is gone was retired where an entry that is there says so; else it is missing.
        for index, path in gone:
            if (index + 1) * WIDTH > retired or size < (index + 1) * WIDTH:
                self.add("audit.bundle_missing", "no such file", index * WIDTH, path)
        return leaves

    def check_upper(self, leaves):
        level, below = 1, leaves
        while len(below) >= WIDTH:
            nodes = [root_of(below[i:i + WIDTH]) for i in range(0, len(below) - WIDTH + 1, WIDTH)]
            for index in range((len(nodes) + WIDTH - 1) // WIDTH):
                mine = nodes[index * WIDTH:(index + 1) * WIDTH]
                path, tile = self.tile(level, index, len(mine))
                for i in range(len(mine) if tile else 0):
                    if tile[i] != mine[i]:
                        self.add("audit.tile_changed", "hash %d" % i,
                                 (index * WIDTH + i) * WIDTH ** level, path)
            level, below = level + 1, nodes

    def run(self, against):
        try:
            with open(os.path.join(self.folder, "checkpoint"), "rb") as file:
                size, root = self.open_by_any(file.read(), self.keys)
        except OSError as fault:
            self.add("audit.checkpoint_missing", str(fault), None, "checkpoint")
            return 0
        except ValueError as fault:
            self.add(fault.args[0], str(fault.args[-1]), None, "checkpoint")
            return 0
        leaves = self.check_entries(size)
        self.check_upper(leaves)
        mine = root_of(leaves)
        if len(leaves) == size and mine != root and not self.findings:
            self.add("audit.root_mismatch", "entries and tiles agree, the signed root does not",
                     None, "checkpoint")
        for led_size, led_root, entry in self.led:
            if (led_size > size or leaves[led_size - 1] != leaf_hash(entry) or
                    root_of(leaves[:led_size]) != led_root):
                self.add("audit.forked", "a change of key is of another history", led_size - 1,
                         "keys")
        if against is not None:
            old_size, old_root = against
            if old_size > size:
                self.add("audit.rolled_back", "%d entries were signed" % old_size, size,
                         "checkpoint")
            elif root_of(leaves[:old_size]) != old_root:
                self.add("audit.forked", "the older checkpoint is of another history",
                         max(old_size - 1, 0), "checkpoint")
        return size


def main():
    parser = argparse.ArgumentParser(description="Checks an audit log from its public files.")
    parser.add_argument("folder")
    parser.add_argument("--key", required=True, help="a vkey line, or a file with one")
    parser.add_argument("--against", help="an older checkpoint, kept elsewhere")
    options = parser.parse_args()
    if not shutil.which("openssl"):
        print("verify_audit: the program `openssl` is not there", file=sys.stderr)
        return 2
    try:
        text = options.key
        if os.path.exists(text):
            with open(text, encoding="utf-8") as file:
                text = file.read()
        key = Key(text)
        verifier = Verifier(options.folder, key)
        verifier.follow()
        against = None
        if options.against:
            with open(options.against, "rb") as file:
                against = verifier.open_by_any(file.read(), verifier.keys + verifier.older)
    except (OSError, ValueError) as fault:
        print("verify_audit: %s" % (fault.args[-1],), file=sys.stderr)
        return 2
    size = verifier.run(against)
    for finding in verifier.findings[:100]:
        print(json.dumps(finding))
    print(json.dumps({"entries": size, "holds": not verifier.findings}))
    return 1 if verifier.findings else 0


if __name__ == "__main__":
    sys.exit(main())
