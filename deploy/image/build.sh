#!/usr/bin/env bash
# Every image, one after the other, then its size and what it depends on.
#
#   ENGINE           docker or podman, with global options: "podman --runtime runc --cgroup-manager cgroupfs"
#   BUILD_OPTIONS    for `build`: "--network host --ulimit nofile=1024:1024"
#   BASE             the base image, by digest where that matters
#   CASSAVA_VERSION  the tag; local by default
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ -z "${ENGINE:-}" ]; then
  if command -v podman >/dev/null; then ENGINE=podman
  elif docker info >/dev/null 2>&1; then ENGINE=docker
  else echo "neither podman nor a running Docker engine is here: install one" >&2; exit 1; fi
fi
# Both are lists of words.
read -ra engine <<<"$ENGINE"
read -ra options <<<"${BUILD_OPTIONS:-}"
[ -z "${BASE:-}" ] || options+=(--build-arg "BASE=$BASE")
for service in gateway tickets classifier responder analytics cli; do
  image=cassava/$service:${CASSAVA_VERSION:-local}
  "${engine[@]}" build "${options[@]}" --quiet --build-arg SERVICE=$service --tag "$image" . >/dev/null
  bytes=$("${engine[@]}" image inspect --format '{{.Size}}' "$image")
  printf '%-28s %4d MB\n' "$image" $((bytes / 1000000))
done
