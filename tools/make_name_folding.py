#!/usr/bin/env python3
"""Writes src/wire/name_folding.inc: which characters a name check reads as which others.

One line a run: first, last, step, folded form of the first; the folded form of each further one
lies `step` (or 0, for runs that fold to one character) behind. Characters fold as Python's Unicode
data says: by case folding to one character, or by compatibility (NFKC) to one ASCII character
(full width, mathematical letters, U+212A and so on); ignorable ones fold to nothing (0).
"""
import sys
import unicodedata

IGNORED = [(0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160),
           (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E),
           (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
           (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A),
           (0xE0000, 0xE0FFF)]


def folded(code):
    char = chr(code)
    if any(first <= code <= last for first, last in IGNORED):
        return 0
    if code in (0x130, 0x131):  # dotted and dotless i: some readers take both for `i`
        return ord("i")
    compatible = unicodedata.normalize("NFKC", char).casefold()
    if len(compatible) == 1 and compatible.isascii():
        return ord(compatible)
    plain = char.casefold()
    return ord(plain) if len(plain) == 1 else code


def runs():
    current = None  # [first, last, step, target]
    for code in range(0x80, 0xE1000):
        if 0xD800 <= code < 0xE000:
            continue
        target = folded(code)
        if target == code:
            continue
        if current is not None:
            first, last, step, base = current
            gap = code - last
            if first == last and gap in (1, 2) and target - base in (gap, 0):
                if target == base == 0 or target - base == gap:
                    current = [first, code, gap, base]
                    continue
            elif first != last and gap == step:
                if (base == 0 and target == 0) or (base and target == base + code - first):
                    current[1] = code
                    continue
            yield tuple(current)
        current = [code, code, 1, target]
    yield tuple(current)


lines = ["// Made by tools/make_name_folding.py from Unicode %s." % unicodedata.unidata_version]
row = ""
for run in runs():
    item = "{0x%X, 0x%X, %d, 0x%X}," % (run[0], run[1], run[2], run[3])
    if len(row) + len(item) + 1 > 100:
        lines.append(row)
        row = ""
    row += (" " if row else "") + item
lines.append(row)
sys.stdout.write("\n".join(lines) + "\n")
