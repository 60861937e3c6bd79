#!/usr/bin/env bash
# `make run`: one server with one folder behind the gateway, in the foreground. Makes demo/workspace,
# demo/doorward.yaml and demo/doorward.lock where they are not there, and leaves them as they are where
# they are.
set -euo pipefail
cd "$(dirname "$0")/.."
demo=$PWD/demo
doorward=$PWD/build/dev/bin/doorward
server=$demo/node_modules/@modelcontextprotocol/server-filesystem/dist/index.js

if [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ]; then
  echo "node $(node --version) is installed; the demo's server needs 20 or later" >&2
  exit 3
fi
if [ ! -x "$doorward" ]; then
  echo "$doorward was not built" >&2
  exit 3
fi
if [ ! "$demo/node_modules/.package-lock.json" -nt "$demo/package-lock.json" ]; then
  (cd "$demo" && npm ci --ignore-scripts --no-audit --no-fund)
fi

if [ ! -d "$demo/workspace" ]; then
  mkdir "$demo/workspace"
  printf 'Buy milk.\nAnswer the letter from Ana.\n' >"$demo/workspace/notes.txt"
  printf 'city,visitors\nLisbon,120\nOslo,80\n' >"$demo/workspace/visitors.csv"
fi
if [ ! -f "$demo/doorward.yaml" ]; then
  # A JSON text is a YAML text: this quotes any path.
  quoted() { python3 -c 'import json, sys; print(json.dumps(sys.argv[1]))' "$1"; }
  cat >"$demo/doorward.yaml" <<YAML
# The demo's configuration. \`make run\` keeps it as it is; delete it to get a new one.
version: 1
state: ./state
servers:
  files:
    command: [node, $(quoted "$server"), /workspace]
    sandbox:                      # no network; these two folders and nothing else of yours
      read:  [$(quoted "$demo/node_modules")]
      write: [{ from: ./workspace, to: /workspace }]
policy:
  rules:
    - { id: demo-files, effect: allow, principals: [{ any: true }], tools: ["files.*"] }
YAML
fi

if [ ! -f "$demo/doorward.lock" ]; then
  # This server was installed from the demo's own package lock: what it shows now is what is signed.
  if ! signed=$("$doorward" pin approve files --config "$demo/doorward.yaml" 2>&1); then
    printf '%s\n' "$signed" >&2
    exit 3
  fi
  echo "signed what the demo server offers: demo/doorward.lock"
fi

# Repeats the gateway's lines; after `ready` it adds what to paste.
show() {
  trap '' INT TERM
  local line client=""
  while IFS= read -r line; do
    printf '%s\n' "$line"
    case $line in
      "listening client "*) client=${line#listening client } ;;
      ready) hints "$client" ;;
    esac
  done
}
hints() {
  cat <<TEXT

The clients' token is in $demo/state/local-token. In another terminal:

  npx -y -p node@22 -p @modelcontextprotocol/inspector@2 mcp-inspector --cli $1/mcp/files --transport http --header "Authorization: Bearer \$(cat '$demo/state/local-token')" --method tools/list

For a desktop client, which starts the gateway itself (stop this one first):

  {"mcpServers": {"doorward": {"command": "$doorward", "args": ["wrap", "--config", "$demo/doorward.yaml"]}}}

TEXT
}
exec "$doorward" run --config "$demo/doorward.yaml" > >(show)
