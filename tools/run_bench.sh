#!/usr/bin/env bash
# Runs every micro-benchmark of a release build: `run_bench.sh build/release`.
set -euo pipefail
cd "$(dirname "$0")/.."
found=0
for program in "$1"/bench/bench_*; do
  if [ ! -f "$program" ] || [ ! -x "$program" ]; then continue; fi
  found=1
  echo "== $(basename "$program")"
  "$program"
done
if [ "$found" -eq 0 ]; then
  echo "no benchmark was built in $1" >&2
  exit 1
fi
