#!/usr/bin/env python3
"""Writes a C++ source that holds a file as `doorward::embedded::NAME` (std::string_view)."""
import sys

symbol, source, target = sys.argv[1:4]
data = open(source, "rb").read()
rows = [",".join(str(byte) for byte in data[i : i + 64]) for i in range(0, len(data), 64)]
with open(target, "w", encoding="ascii") as out:
    out.write("#include <string_view>\nnamespace doorward::embedded {\n")
    out.write("static const unsigned char kBytes[] = {\n" + ",\n".join(rows + ["0"]) + "};\n")
    out.write(f"extern const std::string_view {symbol};\n")
    out.write(
        f"const std::string_view {symbol}{{reinterpret_cast<const char*>(kBytes), {len(data)}}};\n}}\n"
    )
