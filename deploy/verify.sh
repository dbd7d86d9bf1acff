#!/usr/bin/env bash
# Sets up what the tests need and runs every test of every module. Closes with `N passed, N failed`.
set -euo pipefail
. "$(dirname "$0")/lib/setup.sh"

headgate_need_commands curl:curl openssl:openssl etcd:etcd-server etcdctl:etcd-client chromium:chromium haproxy:haproxy nginx:nginx wrk:wrk python3:python3-venv
headgate_need_jdk
headgate_need_maven
headgate_need_node
headgate_need_go
headgate_need_envoy

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
headgate_mvn clean verify "$@" 2>&1 | tee "$log" || status=$?

# Formatting is checked by Maven's own JVM; a build that left it out has not been checked.
if [ $status -eq 0 ] && ! grep -q 'spotless.*:check' "$log"; then
  echo "formatting was not checked: Maven did not run on a JDK 25 or newer" >&2
  status=1
fi

if [ $status -eq 0 ] && [ ! -s "$HEADGATE_ROOT/deploy/target/sbom.json" ]; then
  echo "no bill of materials was written: Maven ran offline" >&2
  status=1
fi

headgate_count "$status" proto shared-model data-plane control-plane deploy integration-tests perf
