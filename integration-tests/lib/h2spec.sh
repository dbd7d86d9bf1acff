#!/usr/bin/env bash
# h2spec in strict mode against the proxy with an HTTP/1 backend: clear text by prior knowledge, then TLS by ALPN.
# Run by integration-tests/suite.sh h2spec. HEADGATE_HOME names a distribution that is built already.
set -euo pipefail
. "$(dirname "$0")/../../deploy/lib/setup.sh"

headgate_need_commands curl:curl openssl:openssl python3:python3
headgate_need_jdk
headgate_need_maven
headgate_need_h2spec
if [ -z "${HEADGATE_HOME:-}" ]; then
  headgate_need_node
  echo "building"
  headgate_mvn -q package -DskipTests -Dmaven.test.skip=true -pl deploy -am
  program=$(headgate_find "$HEADGATE_ROOT/deploy/target" '*/bin/headgate-proxy')
  HEADGATE_HOME=${program%/bin/headgate-proxy}
fi

work=$(mktemp -d)
children=()
finish() {
  for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# The ports are free now; nobody else draws them in the next second.
read -r backend clear secure admin < <(python3 - <<'PY'
import socket
sockets = [socket.socket() for _ in range(4)]
for s in sockets:
    s.bind(("127.0.0.1", 0))
print(*[s.getsockname()[1] for s in sockets])
PY
)

cat >"$work/backend.py" <<'PY'
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def answer(self):
        if self.headers.get("transfer-encoding") == "chunked":
            while (size := int(self.rfile.readline().split(b";")[0], 16)):
                self.rfile.read(size + 2)
            while self.rfile.readline() not in (b"\r\n", b""):
                pass
        else:
            self.rfile.read(int(self.headers.get("content-length", 0)))
        body = b"x" * 4096
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
    do_GET = do_HEAD = do_POST = do_PUT = do_OPTIONS = do_DELETE = answer
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
PY
python3 "$work/backend.py" "$backend" 2>"$work/backend.log" &
children+=($!)

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
  -keyout "$work/key.pem" -out "$work/chain.pem" 2>/dev/null

listener() { # name, port
  cat <<YAML
  - name: $1
    address: {socket_address: {address: 127.0.0.1, port_value: $2}}
    filter_chains:
    - filters:
      - name: http
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: $1
          route_config:
            virtual_hosts:
            - {name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: backend}}]}
          http_filters:
          - name: router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
YAML
}
{
  echo "admin: {address: {socket_address: {address: 127.0.0.1, port_value: $admin}}}"
  echo "static_resources:"
  echo "  listeners:"
  listener clear "$clear"
  listener secure "$secure"
  cat <<YAML
      transport_socket:
        name: tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
          common_tls_context:
            alpn_protocols: [h2, http/1.1]
            tls_certificates: [{certificate_chain: {filename: $work/chain.pem}, private_key: {filename: $work/key.pem}}]
  clusters:
  - name: backend
    connect_timeout: 2s
    load_assignment:
      cluster_name: backend
      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: $backend}}}}]}]
YAML
} >"$work/proxy.yaml"
"$HEADGATE_HOME/bin/headgate-proxy" -c "$work/proxy.yaml" --concurrency 1 >"$work/proxy.log" 2>&1 &
children+=($!)
for _ in $(seq 150); do
  curl -sf -o /dev/null "http://127.0.0.1:$admin/ready" && ready=1 && break
  sleep 0.2
done
if [ -z "${ready:-}" ]; then
  echo "the proxy is not ready:" >&2
  tail -20 "$work/proxy.log" >&2
  echo "0 passed, 1 failed"
  exit 1
fi

"$HEADGATE_H2SPEC" --version
passed=0
failed=0
run() { # name, least cases, flags…
  local name=$1 least=$2 log summary ok total
  shift 2
  log="$work/$name.log"
  "$HEADGATE_H2SPEC" -S -h 127.0.0.1 -o 5 "$@" >"$log" 2>&1 || true
  summary=$(grep -E '^[0-9]+ tests, [0-9]+ passed' "$log" | tail -1)
  if [ -z "$summary" ]; then
    tail -20 "$log" >&2
    failed=$((failed + 1))
    return
  fi
  echo "$name: $summary"
  total=${summary%% *}
  ok=$(sed -E 's/.* ([0-9]+) passed.*/\1/' <<<"$summary")
  passed=$((passed + ok))
  failed=$((failed + total - ok))
  if [ "$total" -lt "$least" ]; then
    echo "$name: only $total cases, expected at least $least" >&2
    failed=$((failed + 1))
  fi
  if [ "$ok" -ne "$total" ]; then
    sed -n '/^Failures:/,$p' "$log" >&2
  fi
}
run clear 146 -p "$clear"
run tls 146 -p "$secure" -t -k
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
