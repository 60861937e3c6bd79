#!/usr/bin/env bash
# Installs what is missing and nothing else: Debian packages (as root or with sudo), then the npm
# packages of tests/ as locked, without their scripts. `install_deps.sh bench` adds what the
# benchmarks compare with; their services are stopped and disabled, the benchmarks start their own.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  build-essential cmake ninja-build ccache mold pkg-config git openssl curl
  python3 python3-yaml
  libboost1.81-dev libssl-dev libre2-dev libyaml-cpp-dev libtomlplusplus-dev libfmt-dev libcli11-dev libsqlite3-dev
  libseccomp-dev libpg-query-dev libicu-dev libvectorscan-dev libsodium-dev
  postgresql
  bubblewrap
  libgtest-dev libgmock-dev libbenchmark-dev json-schema-test-suite libtest-json-schema-acceptance-perl
  clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev
)
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)
bench=(nginx-light haproxy wrk libnginx-mod-http-modsecurity modsecurity-crs)

# Prints those of its arguments that are not installed.
missing_of() {
  local installed
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
    sed -n 's/^installed //p' || true)
  local name
  for name in "$@"; do
    grep -qxF -- "$name" <<<"$installed" || printf '%s\n' "$name"
  done
}

install_packages() {
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "missing packages; as root: apt-get install $*" >&2
      return 3
    fi
    root=(sudo)
  fi
  echo "installing: $*"
  "${root[@]}" apt-get update -q
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

# Debian starts a service when it is installed. These are only measured against.
stop_services() {
  local root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  local name
  for name in nginx haproxy; do
    "${root[@]}" service "$name" stop >/dev/null 2>&1 || true
    "${root[@]}" update-rc.d "$name" disable >/dev/null 2>&1 || true
  done
}

mapfile -t wanted < <(missing_of "${packages[@]}")
[ "${#wanted[@]}" -eq 0 ] || install_packages "${wanted[@]}"

if [ "${1:-}" = bench ]; then
  mapfile -t wanted < <(missing_of "${bench[@]}")
  if [ "${#wanted[@]}" -gt 0 ]; then
    install_packages "${wanted[@]}"
    stop_services
  fi
fi

# Installs the locked packages of folder $1 unless they are there.
npm_packages() {
  [ -f "$1/package-lock.json" ] || return 0
  [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] && return 0
  (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund)
}
npm_packages tests
if [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ]; then
  echo "node $(node --version) is installed; the end-to-end tests and the demo need 20 or later" >&2
fi
