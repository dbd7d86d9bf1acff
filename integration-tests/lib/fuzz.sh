#!/usr/bin/env bash
# Fuzzers guided by coverage over the targets of the data plane, two at a time: fuzz.sh [--minutes N], 5 by default.
# Each ends after so many minutes or ten million executions. They start from the corpora that every build replays; an
# input that fails is added to its corpus, and the command that replays it is printed. Run by integration-tests/suite.sh fuzz.
# HEADGATE_FUZZ_CLASSPATH, when set, is the class path of the compiled targets; nothing is built then.
# Jazzer's watch over Unsafe is off: it breaks the classes of Netty that use it.
set -euo pipefail
. "$(dirname "$0")/../../deploy/lib/setup.sh"

minutes=5
if [ "${1:-}" = --minutes ] && [[ "${2:-}" =~ ^[1-9][0-9]*$ ]]; then
  minutes=$2
elif [ $# -gt 0 ]; then
  echo "usage: fuzz [--minutes N]" >&2
  exit 2
fi
package=io.headgate.dataplane
# corpus:class of the target:test that replays it
targets="h1-round-trip:codec.h1.H1RoundTripFuzz:H1RoundTripTest
h2-server-frames:codec.h2.H2ServerFramesFuzz:H2RandomFramesTest
h2-client-frames:codec.h2.H2ClientFramesFuzz:H2RandomFramesTest
paths:hcm.PathFuzz:PathFuzzTest
header-mutation:filters.headermutation.HeaderMutationFuzz:HeaderMutationFuzzTest
route-match:route.RouteMatchFuzz:RouteMatchFuzzTest
proxy-protocol:proxyprotocol.ProxyProtocolFuzz:ProxyHeaderTest
log-format:observe.LogFormatFuzz:LogFormatFuzzTest
client-hello:tls.ClientHelloFuzz:ClientHelloFuzzTest"

headgate_need_jdk
headgate_need_maven
headgate_need_jazzer
module=$HEADGATE_ROOT/data-plane
work=$module/target/fuzz
corpora=$module/src/test/resources/io/headgate/dataplane/harness/fuzz
rm -rf "$work"
if [ -n "${HEADGATE_FUZZ_CLASSPATH:-}" ]; then
  classpath=$HEADGATE_FUZZ_CLASSPATH
else
  headgate_mvn -q test-compile dependency:build-classpath -pl data-plane -am -Dmdep.outputFile=target/fuzz.classpath -Dmdep.includeScope=test
  classpath=$module/target/test-classes:$module/target/classes:$(cat "$module/target/fuzz.classpath")
fi

fuzz() { # name, class, seconds; returns 0 when nothing was found
  local at=$work/$1 n=0 line
  mkdir -p "$at/corpus" "$at/found"
  if [ -f "$corpora/$1.inputs" ]; then
    while read -r line; do
      case "$line" in '#'* | '') continue ;; esac
      n=$((n + 1))
      base64 -d <<<"$line" >"$at/corpus/$n"
    done <"$corpora/$1.inputs"
  fi
  (cd "$at" && exec "$JAVA_HOME/bin/java" -Xmx1g -XX:+UseSerialGC -XX:+EnableDynamicAgentLoading \
    --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED -Dio.netty.noUnsafe=false \
    -cp "$HEADGATE_JAZZER:$classpath" com.code_intelligence.jazzer.Jazzer \
    --target_class="$package.$2" --instrumentation_includes="$package.**" --reproducer_path="$at" \
    --disabled_hooks=com.code_intelligence.jazzer.sanitizers.UnsafeSanitizer \
    -runs=10000000 -max_total_time="$3" -max_len=2048 -timeout=300 -rss_limit_mb=0 -print_final_stats=1 \
    -artifact_prefix="$at/found/" "$at/corpus" </dev/null >"$at/log" 2>&1)
}

executions() { # name
  sed -n 's/^stat::number_of_executed_units: *//p' "$work/$1/log" | tail -1
}

# The proof that a failure is noticed: a fault is planted, and the fuzzer has to find it.
passed=0 failed=0
if ! fuzz planted harness.PlantedFaultFuzz 120 && grep -q 'the planted fault' "$work/planted/log" && [ -n "$(ls "$work/planted/found")" ]; then
  passed=1
  echo "planted fault: found after $(executions planted) executions"
else
  failed=1
  echo "planted fault: NOT found, so the rest proves nothing"
  tail -5 "$work/planted/log"
fi

one() { # name:class:test; leaves its verdict in a file
  local name class test found
  IFS=: read -r name class test <<<"$1"
  if fuzz "$name" "$class" $((minutes * 60)) && [ "$(executions "$name")" -gt 0 ]; then
    echo "$name: $(executions "$name") executions, none failed"
    echo passed >"$work/$name/verdict"
  else
    echo "$name: FAILED after $(executions "$name") executions; $work/$name/log"
    grep -A4 '^== Java Exception' "$work/$name/log" || tail -5 "$work/$name/log"
    for found in "$work/$name/found"/crash-* "$work/$name/found"/timeout-*; do
      [ -f "$found" ] || continue
      base64 -w0 "$found" >>"$corpora/$name.inputs"
      echo >>"$corpora/$name.inputs"
      echo "  saved in ${corpora#"$HEADGATE_ROOT"/}/$name.inputs; replay: mvn test -pl data-plane -am -Dtest=$test -Dsurefire.failIfNoSpecifiedTests=false"
    done
    echo failed >"$work/$name/verdict"
  fi
}
export -f one fuzz executions
export minutes package work corpora classpath HEADGATE_JAZZER HEADGATE_ROOT JAVA_HOME
xargs -P 2 -I{} bash -c 'one "{}"' <<<"$targets" || true
while IFS=: read -r name _; do
  if [ "$(cat "$work/$name/verdict" 2>/dev/null)" = passed ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
  fi
done <<<"$targets"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
