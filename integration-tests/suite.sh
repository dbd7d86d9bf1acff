#!/usr/bin/env bash
# One suite, or one group of long tests: integration-tests/suite.sh NAME; `list` prints the names.
# Closes with `N passed, N failed`.
set -euo pipefail
. "$(dirname "$0")/../deploy/lib/setup.sh"

suites="architecture system envoy differential routing framing dashboard quickstart h2spec grpc restart slow soak fuzz autobahn observability gateway-api tls listeners"
case "${1:-}" in
  list)
    printf '%s\n' $suites
    exit 0
    ;;
  architecture) tests='io.headgate.architecture.*Test' ;;
  system) tests='io.headgate.system.*Test' ;;
  envoy) tests='io.headgate.system.Envoy*Test' ;;
  differential) tests='io.headgate.differential.*Test' ;;
  routing)
    tests='io.headgate.routing.*Test'
    export HEADGATE_FULL=1
    ;;
  framing)
    tests='io.headgate.framing.*Test'
    headgate_need_commands haproxy:haproxy nginx:nginx-light
    ;;
  gateway-api) tests='io.headgate.gatewayapi.*Test' ;;
  observability)
    tests='io.headgate.observability.*Test'
    export HEADGATE_FULL=1
    ;;
  listeners) tests='io.headgate.listeners.*Test' ;;
  dashboard) tests='io.headgate.system.DashboardTest' ;;
  h2spec) exec "$HEADGATE_ROOT/integration-tests/lib/h2spec.sh" ;;
  grpc)
    tests='io.headgate.grpc.*Test'
    headgate_need_go
    ;;
  restart)
    tests='io.headgate.restart.*Test'
    export HEADGATE_RESTART_REQUESTS="${HEADGATE_RESTART_REQUESTS:-100000}"
    ;;
  autobahn) # --long adds the cases with compression
    tests='io.headgate.websocket.AutobahnCheck,io.headgate.websocket.*Test'
    headgate_need_jdk
    headgate_need_maven
    headgate_need_autobahn
    if [ "${2:-}" = --long ]; then
      tests="$tests,io.headgate.websocket.AutobahnCompressionCheck"
      headgate_need_autobahn_long
    fi
    ;;
  slow)
    tests='io.headgate.attack.*Test,io.headgate.attack.SlowhttptestCheck'
    headgate_need_commands slowhttptest:slowhttptest
    export HEADGATE_FULL=1
    ;;
  tls) # every build has a third of the matrix, and rotates once
    tests='io.headgate.tls.*Test,io.headgate.tls.TestsslCheck'
    headgate_need_testssl
    export HEADGATE_TLS_ROTATIONS="${HEADGATE_TLS_ROTATIONS:-20}"
    export HEADGATE_FULL=1
    ;;
  soak)
    tests='io.headgate.soak.*Test'
    export HEADGATE_SOAK_SECONDS="${HEADGATE_SOAK_SECONDS:-600}"
    ;;
  fuzz) exec "$HEADGATE_ROOT/integration-tests/lib/fuzz.sh" "${@:2}" ;;
  quickstart) exec "$HEADGATE_ROOT/deploy/quickstart.sh" --check ;;
  *)
    echo "usage: integration-tests/suite.sh NAME; names: $suites" >&2
    exit 2
    ;;
esac

headgate_need_commands curl:curl openssl:openssl etcd:etcd-server etcdctl:etcd-client chromium:chromium python3:python3-venv
headgate_need_jdk
headgate_need_maven
headgate_need_node
headgate_need_envoy
status=0
rm -rf "$HEADGATE_ROOT"/integration-tests/target/surefire-reports # what an earlier run left is not counted
headgate_mvn -q verify -pl integration-tests -am -Dtest="$tests" -Dsurefire.failIfNoSpecifiedTests=false -Dheadgate.tests.required=false || status=$?
[ "${1:-}" != framing ] || cat "$HEADGATE_ROOT"/integration-tests/target/framing-*.txt
if [ "$1" = autobahn ]; then
  grep -h "with another verdict" "$HEADGATE_ROOT"/integration-tests/target/surefire-reports/*-output.txt || true
fi
if [ "$1" = slow ]; then
  grep -h bystander "$HEADGATE_ROOT"/integration-tests/target/surefire-reports/*-output.txt || true
fi
if [ "$1" = tls ]; then
  grep -hE '^(rotation|testssl): ' "$HEADGATE_ROOT"/integration-tests/target/surefire-reports/*-output.txt || true
fi
if [ "$1" = observability ]; then
  grep -h '^cardinality: ' "$HEADGATE_ROOT"/integration-tests/target/surefire-reports/*-output.txt || true
fi
if [ "$1" = listeners ]; then
  grep -h '^listeners: ' "$HEADGATE_ROOT"/integration-tests/target/surefire-reports/*-output.txt || true
fi
if [ "$1" = soak ]; then
  grep -h '^soak: ' "$HEADGATE_ROOT"/integration-tests/target/surefire-reports/*-output.txt || true
fi
headgate_count "$status" integration-tests
