#!/usr/bin/env bash
# Runs each fuzz target of a clang build: `run_fuzz.sh build/fuzz SECONDS`. New inputs stay in
# build/fuzz/corpus; a finding stays in build/fuzz/findings and ends the run.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1
seconds=$2
count=0
mkdir -p "$folder/findings"
for source in fuzz/fuzz_*.cc; do
  name=$(basename "$source" .cc)
  mkdir -p "$folder/corpus/$name"
  echo "== $name"
  "$folder/fuzz/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 \
    -verbosity=0 -artifact_prefix="$folder/findings/$name-" "$folder/corpus/$name" "fuzz/corpus/$name"
  count=$((count + 1))
done
echo "$count targets, no finding"
