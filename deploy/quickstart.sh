#!/usr/bin/env bash
# Brings up a whole fleet on this machine: etcd, two control planes, two proxies, six backends.
#   deploy/quickstart.sh            prints URLs; Ctrl-C stops everything
#   deploy/quickstart.sh --check    drives checks through the running system, one line each, and stops
# Further options: --bind=ADDRESS,ADDRESS (of the proxies), --port=N (of the gateway), --directory=DIR (data and logs).
set -euo pipefail
. "$(dirname "$0")/lib/setup.sh"

headgate_need_commands etcd:etcd-server etcdctl:etcd-client curl:curl
headgate_need_jdk
headgate_need_maven
headgate_need_node
echo "building"
headgate_mvn -q package -DskipTests -Dmaven.test.skip=true -pl deploy -am
program=$(headgate_find "$HEADGATE_ROOT/deploy/target" '*/bin/headgate-quickstart')
export HEADGATE_HOME=${program%/bin/headgate-quickstart}
"$HEADGATE_HOME/bin/headgate-aot-cache"
exec "$program" "$@"
