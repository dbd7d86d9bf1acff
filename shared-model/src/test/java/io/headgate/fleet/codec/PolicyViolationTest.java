package io.headgate.fleet.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.fleet.Violation;
import io.headgate.fleet.codec.rule.Quantity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each bad value of a policy is refused with its place, its reason and what to write instead. */
class PolicyViolationTest {
  private static List<Violation> check(String kind, String target, String spec) {
    return FleetReader.violations(
        FleetReader.manifests(
            """
            apiVersion: gateway.headgate.io/v1
            kind: %s
            metadata: {name: p}
            spec: {targetRefs: [{kind: %s, name: web}], %s}
            """
                .formatted(kind, target, spec)));
  }

  private static void expect(List<Violation> violations, String path, String reason, String fix) {
    assertThat(violations).extracting(Violation::path).containsExactly("spec." + path);
    assertThat(violations.getFirst().reason()).startsWith(reason);
    assertThat(violations.getFirst().fix()).contains(fix == null ? "" : fix);
    assertThat(violations.getFirst().line()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "profile: web | profile | is no profile | api",
        "timeout: {http: {drainTimeout: 5}} | timeout.http.drainTimeout | must be text | quotes",
        "timeout: {http: {drainTimeout: 5sec}} | timeout.http.drainTimeout | is not a duration |"
            + " 15s",
        "timeout: {tls: {handshakeTimeout: -1s}} | timeout.tls.handshakeTimeout | is not a duration"
            + " | 15s",
        "timeout: {tcp: {}} | timeout.tcp | is known but not implemented | idleTimeout",
        "connection: {connectionLimit: {maxConnectionDuration: x}} |"
            + " connection.connectionLimit.maxConnectionDuration | is not a duration | 15s",
        "connection: {connectionLimit: {maxStreamDuration: x}} |"
            + " connection.connectionLimit.maxStreamDuration | is not a duration | 15s",
        "connection: {connectionLimit: {maxRequestsPerConnection: 0}} |"
            + " connection.connectionLimit.maxRequestsPerConnection | is out of range | use 1 to",
        "connection: {connectionLimit: {maxConnectionsPerClient: 0}} |"
            + " connection.connectionLimit.maxConnectionsPerClient | is out of range | use 1 to",
        "connection: {connectionLimit: {value: 5}} | connection.connectionLimit.value | is known"
            + " but not implemented | maxConnectionsPerClient",
        "connection: {requestRate: {burst: 5}} | connection.requestRate.requests | is required |",
        "'connection: {requestRate: {requests: 5, burst: 0}}' | connection.requestRate.burst | is"
            + " out of range | use 1 to",
        "'connection: {requestRate: {requests: 5, interval: 0s}}' |"
            + " connection.requestRate.interval | must be longer than zero |",
        "'connection: {requestRate: {requests: 5, drainAfter: 0}}' |"
            + " connection.requestRate.drainAfter | is out of range | use 1 to",
        "connection: {bufferLimit: 1Ki} | connection.bufferLimit | is out of range | use 4Ki to"
            + " 64Mi",
        "connection: {bufferLimit: 1.5} | connection.bufferLimit | is not a number of bytes | 32Ki",
        "connection: {bufferLimit: 32KB} | connection.bufferLimit | is not a number of bytes |"
            + " 32Ki",
        "headers: {maxCount: 0} | headers.maxCount | is out of range | use 1 to 65535",
        "headers: {withUnderscoresAction: Drop} | headers.withUnderscoresAction | is not known |"
            + " DropHeader",
        "headers: {requestID: Keep} | headers.requestID | is not known | Generate",
        "headers: {preserveXRequestID: true} | headers.preserveXRequestID | is known but not"
            + " implemented | requestID: PreserveOrGenerate",
        "'headers: {via: \"a\\r\\nb\"}' | headers.via | holds a character | remove it",
        "headers: {server: {action: Hide}} | headers.server.action | is not known | PassThrough",
        "path: {escapedSlashesAction: Redirect} | path.escapedSlashesAction | is not known |"
            + " UnescapeAndRedirect",
        "host: {stripPort: 'Yes'} | host.stripPort | is not known | Matching",
        "clientIPDetection: {xForwardedFor: {numTrustedHops: 65}} |"
            + " clientIPDetection.xForwardedFor.numTrustedHops | is out of range | use 0 to 64",
        "'clientIPDetection: {internalCIDRs: [10.0.0.0/33]}' |"
            + " clientIPDetection.internalCIDRs[0] | is not a range of addresses | 10.0.0.0/8",
        "'clientIPDetection: {internalCIDRs: [example.com]}' |"
            + " clientIPDetection.internalCIDRs[0] | is not a range of addresses | 10.0.0.0/8",
        "'http1: {preserveHeaderCase: true, properHeaderCase: true}' | http1.properHeaderCase |"
            + " cannot stand beside preserveHeaderCase | keep one",
        "http1: {http10: {defaultHost: 10.0.0.1}} | http1.http10.defaultHost | is an address | DNS"
            + " name",
        "http1: {http10: {useDefaultHost: true}} | http1.http10.useDefaultHost | is known but not"
            + " implemented | defaultHost",
        "http2: {initialStreamWindowSize: 1Ki} | http2.initialStreamWindowSize | is out of range |"
            + " 65535",
        "http2: {initialConnectionWindowSize: 4Gi} | http2.initialConnectionWindowSize | is out of"
            + " range |",
        "http2: {maxConcurrentStreams: 0} | http2.maxConcurrentStreams | is out of range | use 1",
        "http2: {onInvalidMessage: Close} | http2.onInvalidMessage | is not known |"
            + " TerminateStream",
        "http2: {headerTableSize: 2Mi} | http2.headerTableSize | is out of range |",
        "http2: {connectionKeepalive: {interval: 5s}} | http2.connectionKeepalive.timeout | is"
            + " required | ping",
        "http2: {connectionKeepalive: {timeout: 5s}} | http2.connectionKeepalive | pings nobody |"
            + " interval",
        "'http2: {connectionKeepalive: {interval: 5s, timeout: 1s, intervalJitterPercent: 101}}' |"
            + " http2.connectionKeepalive.intervalJitterPercent | is out of range | 100",
        "http2: {floods: {maxOutboundFrames: 0}} | http2.floods.maxOutboundFrames | is out of range"
            + " | use 1",
        "http2: {floods: {maxOutboundControlFrames: 0}} | http2.floods.maxOutboundControlFrames |"
            + " is out of range | use 1",
        "http2: {floods: {maxConsecutiveEmptyFrames: -1}} | http2.floods.maxConsecutiveEmptyFrames"
            + " | is out of range | use 0",
        "http2: {floods: {maxPriorityFramesPerStream: -1}} |"
            + " http2.floods.maxPriorityFramesPerStream | is out of range | use 0",
        "http2: {floods: {maxWindowUpdatesPerDataFrame: 0}} |"
            + " http2.floods.maxWindowUpdatesPerDataFrame | is out of range | use 1",
        "url: {maxBytes: 9Ki} | url.maxBytes | is more than all routes may have: 8Ki | exception",
        "'url: {maxBytes: 2Ki}, headers: {maxKiB: 1}' | url.maxBytes | is more than headers.maxKiB"
            + " lets through | raise headers.maxKiB",
        "'url: {exceptions: [{route: {name: r}, maxBytes: 16Ki, expires:"
            + " \"2030-01-31T00:00:00Z\"}]}' | url.exceptions[0].owner | is required |",
        "'url: {exceptions: [{route: {name: r}, maxBytes: 16Ki, owner: o}]}' |"
            + " url.exceptions[0].expires | is required | until when",
        "'url: {exceptions: [{route: {name: r}, maxBytes: 16Ki, owner: o, expires: soon}]}' |"
            + " url.exceptions[0].expires | is not a time of RFC 3339 | 2030",
        "'url: {exceptions: [{route: {name: r}, owner: o, expires: \"2030-01-31T00:00:00Z\"}]}' |"
            + " url.exceptions[0].maxBytes | is required |",
        "'url: {exceptions: [{route: {name: r}, maxBytes: 64Ki, owner: o, expires:"
            + " \"2030-01-31T00:00:00Z\"}]}' | url.exceptions[0].maxBytes | is more than"
            + " headers.maxKiB lets through | raise headers.maxKiB",
        "'url: {exceptions: [{route: {name: R!}, maxBytes: 16Ki, owner: o, expires:"
            + " \"2030-01-31T00:00:00Z\"}]}' | url.exceptions[0].route.name | is not a DNS name |",
        "body: {maxBytes: 0} | body.maxBytes | is out of range | use 1",
        "'body: {routes: [{route: {name: r}}]}' | body.routes[0].maxBytes | is required |",
        "'body: {routes: [{route: {name: r}, maxBytes: 1}, {route: {name: r}, maxBytes: 2}]}' |"
            + " body.routes[1].route | is not unique |",
        "'httpUpgrade: [{type: h2c}]' | httpUpgrade[0].type | is never allowed | remove it",
        "'httpUpgrade: [{}]' | httpUpgrade[0].type | is required |",
        "'httpUpgrade: [{type: \"a b\"}]' | httpUpgrade[0].type | is not the name of a protocol |"
            + " websocket",
        "'httpUpgrade: [{type: a}, {type: A}]' | httpUpgrade[1].type | is not unique |",
        "'proxyProtocol: {versions: [V3]}' | proxyProtocol.versions[0] | is no version | V1",
        "'proxyProtocol: {versions: [\"\"]}' | proxyProtocol.versions[0] | is required |",
        "'proxyProtocol: {versions: [V2, V2]}' | proxyProtocol.versions[1] | is not unique |",
        "enableProxyProtocol: true | enableProxyProtocol | is known but not implemented |"
            + " proxyProtocol: {}",
      })
  void ofClients(String spec, String path, String reason, String fix) {
    expect(check("ClientTrafficPolicy", "Gateway", spec), path, reason, fix);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "circuitBreaker: {maxConnections: 0} | circuitBreaker.maxConnections | is out of range |",
        "circuitBreaker: {maxRequestsPerConnection: 0} | circuitBreaker.maxRequestsPerConnection |"
            + " is out of range | use 1",
        "circuitBreaker: {perEndpoint: {maxConnections: 0}} |"
            + " circuitBreaker.perEndpoint.maxConnections | is out of range | use 1",
        "circuitBreaker: {retryBudget: {percent: 101}} | circuitBreaker.retryBudget.percent | is"
            + " out of range | 0 to 100",
        "circuitBreaker: {retryBudget: {minRetryConcurrency: -1}} |"
            + " circuitBreaker.retryBudget.minRetryConcurrency | is out of range | use 0",
        "'circuitBreaker: {retryBudget: {}, maxParallelRetries: 4}' |"
            + " circuitBreaker.maxParallelRetries | has no effect beside retryBudget | remove",
        "circuitBreaker: {highPriority: {maxConnections: 0}} |"
            + " circuitBreaker.highPriority.maxConnections | is out of range | use 1",
        "healthCheck: {panicThreshold: 101} | healthCheck.panicThreshold | is out of range | use 0"
            + " to 100",
        "timeout: {http: {maxConnectionDuration: x}} | timeout.http.maxConnectionDuration | is not"
            + " a duration | 15s",
        "timeout: {http: {maxStreamDuration: x}} | timeout.http.maxStreamDuration | is not a"
            + " duration | 15s",
        "timeout: {http: {streamIdleTimeout: x}} | timeout.http.streamIdleTimeout | is not a"
            + " duration | 15s",
        "timeout: {http: {grpcTimeout: {}}} | timeout.http.grpcTimeout.max | is required | 0s",
        "'timeout: {http: {grpcTimeout: {max: 1m, offset: 0s}}}' |"
            + " timeout.http.grpcTimeout.offset | must be longer than zero |",
        "connection: {bufferLimit: 65Mi} | connection.bufferLimit | is out of range | use 4Ki",
        "'http1: {preserveHeaderCase: true, properHeaderCase: true}' | http1.properHeaderCase |"
            + " cannot stand beside | keep one",
        "http2: {maxConcurrentStreams: 0} | http2.maxConcurrentStreams | is out of range | use 1",
        "priority: Low | priority | is not known | High",
        "retry: {numRetries: 101} | retry.numRetries | is out of range | use 0 to 100",
        "'retry: {retryOn: {triggers: [unavailble]}}' | retry.retryOn.triggers[0] | is not a"
            + " condition | unavailable",
        "'retry: {retryOn: {triggers: [retriable-status-codes]}}' | retry.retryOn.httpStatusCodes |"
            + " is required with retriable-status-codes |",
        "'retry: {retryOn: {httpStatusCodes: [503]}}' | retry.retryOn.httpStatusCodes | has no"
            + " effect | add retriable-status-codes",
        "'retry: {retryOn: {triggers: [retriable-status-codes], httpStatusCodes: [200]}}' |"
            + " retry.retryOn.httpStatusCodes[0] | is out of range | 400 to 599",
        "'retry: {retryOn: {triggers: [retriable-headers]}}' | retry.retryOn.responseHeaders | is"
            + " required with retriable-headers |",
        "'retry: {retryOn: {requestHeaders: [{name: a b, value: c}]}}' |"
            + " retry.retryOn.requestHeaders[0].name | is not a header name |",
        "retry: {perRetry: {timeout: 0s}} | retry.perRetry.timeout | must be longer than zero |",
        "retry: {perRetry: {idleTimeout: 0s}} | retry.perRetry.idleTimeout | must be longer than"
            + " zero |",
        "'retry: {perRetry: {backOff: {baseInterval: 1s, maxInterval: 10ms}}}' |"
            + " retry.perRetry.backOff.maxInterval | is shorter than baseInterval |",
        "retry: {hostSelection: {maxAttempts: 0}} | retry.hostSelection.maxAttempts | is out of"
            + " range | use 1",
        "retry: {rateLimitedBackOff: {}} | retry.rateLimitedBackOff.resetHeaders | is required |"
            + " retry-after",
        "'retry: {rateLimitedBackOff: {resetHeaders: [{name: a, format: Days}]}}' |"
            + " retry.rateLimitedBackOff.resetHeaders[0].format | is not known | Seconds",
        "httpUpgrade: [] | httpUpgrade | is known but not implemented | ClientTrafficPolicy",
        "proxyProtocol: {} | proxyProtocol.version | is required |",
        "proxyProtocol: {version: v1} | proxyProtocol.version | is no version | V1",
      })
  void ofBackends(String spec, String path, String reason, String fix) {
    expect(check("BackendTrafficPolicy", "Service", spec), path, reason, fix);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "connection: {bufferLimit: 32Ki} | connection",
        "http1: {preserveHeaderCase: true} | http1",
        "http2: {maxConcurrentStreams: 9} | http2",
        "proxyProtocol: {version: V1} | proxyProtocol",
        "circuitBreaker: {maxRequestsPerConnection: 9} | circuitBreaker",
        "timeout: {http: {maxConnectionDuration: 9s}} | timeout.http.maxConnectionDuration",
      })
  void connectionsBelongToServices(String spec, String path) {
    expect(
        check("BackendTrafficPolicy", "HTTPRoute", spec),
        path,
        "cannot be set for an HTTPRoute",
        "attach it to the Service");
  }

  @Test
  void aRouteCannotHaveTwoTimeoutsOfWhichOneIsDead() {
    expect(
        check(
            "BackendTrafficPolicy",
            "HTTPRoute",
            "timeout: {http: {requestTimeout: 1s, maxStreamDuration: 2s}}"),
        "timeout.http.requestTimeout",
        "has no effect beside maxStreamDuration",
        "remove it");
  }

  @Test
  void bytesAreReadInAllUsualForms() {
    assertThat(Quantity.parse("32768")).contains(32_768L);
    assertThat(Quantity.parse("32Ki")).contains(32_768L);
    assertThat(Quantity.parse("1.5Mi")).contains(1_572_864L);
    assertThat(Quantity.parse("10M")).contains(10_000_000L);
    assertThat(Quantity.parse("0")).contains(0L);
    for (String bad : List.of("", "-1", "1e3", "1 Ki", "1KI", "Ki", "0.3", "1ki", "9999999999Ti")) {
      assertThat(Quantity.parse(bad)).as(bad).isEmpty();
    }
    assertThat(Quantity.format(0)).isEqualTo("0");
    assertThat(Quantity.format(65_535)).isEqualTo("65535");
    assertThat(Quantity.format(3L << 30)).isEqualTo("3Gi");
  }
}
