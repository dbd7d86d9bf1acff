#!/usr/bin/env bash
# Sets up what the tests need and runs every test of every module. Closes with `N passed, N failed`.
set -euo pipefail
. "$(dirname "$0")/lib/setup.sh"

headgate_need_commands curl:curl etcd:etcd-server etcdctl:etcd-client chromium:chromium haproxy:haproxy nginx:nginx wrk:wrk python3:python3-venv
headgate_need_jdk
headgate_need_maven
headgate_need_node
headgate_need_envoy

log="$HEADGATE_ROOT/target/verify.log"
mkdir -p "$HEADGATE_ROOT/target"
status=0
headgate_mvn clean verify "$@" 2>&1 | tee "$log" || status=$?

# Formatting is checked by Maven's own JVM; a build that left it out has not been checked.
if [ $status -eq 0 ] && ! grep -q 'spotless.*:check' "$log"; then
  echo "formatting was not checked: Maven did not run on a JDK 25 or newer" >&2
  status=1
fi

python3 - "$HEADGATE_ROOT" "$status" <<'PY'
import glob, os, sys, xml.etree.ElementTree as tree
root, status = sys.argv[1], int(sys.argv[2])
passed = failed = skipped = 0
for report in glob.glob(os.path.join(root, "*", "target", "surefire-reports", "TEST-*.xml")):
    suite = tree.parse(report).getroot()
    tests, bad = int(suite.get("tests")), int(suite.get("failures")) + int(suite.get("errors"))
    skips = int(suite.get("skipped"))
    passed, failed, skipped = passed + tests - bad - skips, failed + bad, skipped + skips
if skipped:
    print(f"{skipped} skipped test(s): run them or delete them", file=sys.stderr)
if status and not failed:
    failed = 1  # the build itself
print(f"{passed} passed, {failed + skipped} failed")
sys.exit(1 if status or failed or skipped or not passed else 0)
PY
