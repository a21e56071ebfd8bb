#!/usr/bin/env bash
# run.sh build|lint|types|test: what `make` asks of the console, with the machine's node or, where there is none, one from a wheel.
# A build is made once a change of the sources. Where it cannot be made, one line says why; everything else works without it.
set -euo pipefail
cd "$(dirname "$0")"
what=$1
log=$(mktemp)
trap 'rm -f "$log"' EXIT

cannot() {
  if [ "$what" = build ]; then echo "the console is not built: $1" >&2; exit 1; fi
  echo "skipped $what of the console: $1" >&2; exit 0
}
has_node() {
  command -v npm >/dev/null && node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

sources=(src index.html package-lock.json tsconfig.json vite.config.ts run.sh ../protos/gen/openapi.json)
newer() { find "${sources[@]}" -newer dist/index.html -type f -not -path 'src/api/gen/*' -print -quit; }
if [ "$what" = build ] && [ -f dist/index.html ] && [ -z "$(newer)" ]; then exit 0; fi

venv=${VIRTUAL_ENV:-$(cd .. && pwd)/.venv}
if ! has_node; then
  PATH=$venv/bin:$PATH
  has_node || {
    uv=$(command -v uv || echo "$venv/bin/uv")
    (cd .. && UV_PROJECT_ENVIRONMENT=$venv "$uv" sync --quiet --locked --inexact --group console) >"$log" 2>&1 || true
    has_node || cannot "there is no node >= 20.19, and none could be installed"
  }
fi
if [ ! -f node_modules/.installed ] || [ package-lock.json -nt node_modules/.installed ]; then
  echo "the console's packages are installed, once" >&2
  npm ci --silent --no-audit --no-fund --fetch-retries 1 --fetch-timeout 20000 >"$log" 2>&1 \
    || cannot "its packages could not be installed; is the npm registry reachable?"
  touch node_modules/.installed
fi
[ "$what" != build ] || echo "the console is built, once a change" >&2
npm run --silent "$what" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
