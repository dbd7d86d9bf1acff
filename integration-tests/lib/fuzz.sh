#!/usr/bin/env bash
# Every fuzz target for a while with cases that nobody has seen before: fuzz.sh [--minutes N], 5 by default.
# A target also ends after ten million cases. Run by integration-tests/suite.sh fuzz.
set -euo pipefail
. "$(dirname "$0")/../../deploy/lib/setup.sh"

minutes=5
if [ "${1:-}" = --minutes ] && [[ "${2:-}" =~ ^[1-9][0-9]*$ ]]; then
  minutes=$2
elif [ $# -gt 0 ]; then
  echo "usage: fuzz [--minutes N]" >&2
  exit 2
fi
headgate_need_jdk
headgate_need_maven
reports=$HEADGATE_ROOT/data-plane/target/surefire-reports
rm -rf "$reports"
status=0
HEADGATE_FUZZ_MINUTES=$minutes headgate_mvn -q test -pl data-plane -am \
  -Dtest='H1RoundTripTest,H2RandomFramesTest,PathFuzzTest,HeaderMutationFuzzTest' -Dsurefire.failIfNoSpecifiedTests=false || status=$?
grep -h executions "$reports"/*-output.txt || true
headgate_count "$status" data-plane
