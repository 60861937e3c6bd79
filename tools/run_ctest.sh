#!/usr/bin/env bash
# Runs the tests of a build folder: `run_ctest.sh build/dev [CTEST OPTION…]`. A test that ran out of time
# runs once more. Leaves ctest.xml there
# and, for the GoogleTest programs, gtest/NAME.xml; tools/tally.py counts them.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1
shift
rm -rf "$folder/ctest.xml" "$folder/gtest"
mkdir -p "$folder/gtest"
export GTEST_OUTPUT="xml:$PWD/$folder/gtest/"
exec ctest --test-dir "$folder" --output-on-failure --no-tests=error --timeout 300 \
  --repeat after-timeout:2 \
  -j "${JOBS:-$(nproc)}" --output-junit "$PWD/$folder/ctest.xml" "$@"
