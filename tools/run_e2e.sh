#!/usr/bin/env bash
# The end-to-end tests against the built binary: `run_e2e.sh [NAME…]`, each NAME a part of a file's
# name. The output is kept in build/e2e.log for tools/tally.py.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOORWARD=${DOORWARD:-$PWD/build/dev/bin/doorward}
if [ ! -x "$DOORWARD" ]; then
  echo "$DOORWARD was not built" >&2
  exit 1
fi
mkdir -p build
node tests/e2e/run.mjs "$@" 2>&1 | tee build/e2e.log
