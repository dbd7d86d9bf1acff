#!/usr/bin/env bash
# Benchmarks beside real peers: perf/run.sh NAME… [--quick]; `perf/run.sh list` prints the names.
# Reports go to perf/target/report. Closes with `N passed, N failed`.
set -euo pipefail
. "$(dirname "$0")/../deploy/lib/setup.sh"

headgate_need_commands haproxy:haproxy nginx:nginx h2load:nghttp2-client taskset:util-linux etcd:etcd-server etcdctl:etcd-client python3:python3-venv
headgate_need_jdk
headgate_need_maven
headgate_need_envoy
cd "$HEADGATE_ROOT"
if [ ! -f perf/target/perf.classpath ] || [ -z "$(headgate_find deploy/target '*/bin/headgate-proxy')" ]; then
  headgate_need_node
  headgate_mvn -q package -DskipTests -Dmaven.test.skip=true
fi
program=$(headgate_find "$HEADGATE_ROOT/deploy/target" '*/bin/headgate-proxy')
home=${program%/bin/headgate-proxy}
export HEADGATE_HOME=$home
exec java -cp "perf/target/classes:$home/lib/*:$(cat perf/target/perf.classpath)" io.headgate.perf.Bench "$@"
