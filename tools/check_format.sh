#!/usr/bin/env bash
# Checks that the C++ files that git tracks are as clang-format makes them; `--fix` makes them so.
set -euo pipefail
cd "$(dirname "$0")/.."
mode=(--dry-run -Werror)
[ "${1:-}" = --fix ] && mode=(-i)
git ls-files -z -- 'src/*.h' 'src/*.cc' 'tests/*.h' 'tests/*.cc' 'fuzz/*.h' 'fuzz/*.cc' 'bench/*.h' 'bench/*.cc' |
  xargs -0 -r -n 32 clang-format-19 "${mode[@]}"
[ "${1:-}" = --fix ] || echo "format holds"
