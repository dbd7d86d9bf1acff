package io.headgate.controlplane.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.compile.listener.LimitRules;
import io.headgate.controlplane.snapshot.DecoderCheck;
import io.headgate.xds.model.route.Route;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each field of a policy, from its manifest to a value that the proxies' decoder takes. */
class PolicyFieldsTest extends CompilerFixture {
  PolicyFieldsTest() {
    super(DecoderCheck.INSTANCE);
  }

  @Override
  CompiledFleet compile() {
    CompiledFleet compiled = super.compile();
    assertThat(compiled.allProblems()).isEmpty();
    return compiled;
  }

  private Route onlyRoute() {
    return routes().getFirst();
  }

  private void given(String kind, String targetKind, String target, String spec) {
    fleet.putOneRoute();
    fleet.apply(
        """
        apiVersion: gateway.headgate.io/v1
        kind: %s
        metadata: {name: p}
        spec: {targetRefs: [{kind: %s, name: %s}], %s}
        """
            .formatted(kind, targetKind, target, spec));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "timeout: {http: {requestHeadersTimeout: 3s}} | requestHeaders=PT3S",
        "timeout: {http: {requestReceivedTimeout: 0s}} | HttpTimeouts[request=PT0S",
        "timeout: {http: {idleTimeout: 7s}} | ConnectionTimeouts[idle=PT7S",
        "timeout: {http: {streamIdleTimeout: 7s}} | streamIdle=PT7S",
        "timeout: {http: {drainTimeout: 7s}} | drain=PT7S",
        "connection: {connectionLimit: {maxConnectionDuration: 1h}} | max=PT1H, http1SafeMax=true",
        "'connection: {connectionLimit: {maxConnectionDuration: 1h}}, http1:"
            + " {disableSafeMaxConnectionDuration: true}' | max=PT1H, http1SafeMax=false",
        "connection: {connectionLimit: {maxRequestsPerConnection: 9}} | maxRequestsPerConnection=9",
        "connection: {connectionLimit: {maxStreamDuration: 9s}} | maxStream=PT9S",
        "connection: {connectionLimit: {maxConnectionsPerClient: 9}} | connectionsPerAddress=9",
        "connection: {requestRate: {requests: 50, burst: 70, drainAfter: 5}} |"
            + " Rate[requests=50, interval=PT1S, burst=70, drainAfter=5]",
        "connection: {bufferLimit: 8Ki} | perConnectionBufferLimitBytes=8192",
        "connection: {bufferLimit: 5000} | perConnectionBufferLimitBytes=5000",
        "headers: {maxKiB: 9} | maxRequestHeadersKb=9",
        "headers: {maxCount: 9} | maxHeadersCount=9",
        "headers: {withUnderscoresAction: DropHeader} | underscoreHeaders=DROP_HEADER",
        "headers: {requestID: PreserveOrGenerate} | generate=true, preserveExternal=true",
        "headers: {requestID: Preserve} | generate=false, preserveExternal=true",
        "headers: {requestID: Disable} | generate=false, preserveExternal=false",
        "headers: {requestIDInResponse: true} | alwaysSetInResponse=true",
        "headers: {enableEnvoyHeaders: false} | suppressEnvoyHeaders=true",
        "headers: {via: edge} | via=edge",
        "headers: {server: {name: shop, action: AppendIfAbsent}} |"
            + " ServerHeader[name=shop, transformation=APPEND_IF_ABSENT]",
        "headers: {server: {action: PassThrough}} |"
            + " ServerHeader[name=headgate, transformation=PASS_THROUGH]",
        "path: {escapedSlashesAction: RejectRequest} | escapedSlashes=REJECT_REQUEST",
        "path: {escapedSlashesAction: KeepUnchanged} | escapedSlashes=KEEP_UNCHANGED",
        "path: {disableMergeSlashes: true} | mergeSlashes=false",
        "path: {disableNormalization: true} | normalizePath=false",
        "host: {stripPort: Matching} | stripMatchingHostPort=true, stripAnyHostPort=false",
        "host: {stripPort: Always} | stripMatchingHostPort=false, stripAnyHostPort=true",
        "host: {stripTrailingDot: true} | stripTrailingHostDot=true",
        "clientIPDetection: {xForwardedFor: {numTrustedHops: 2}} | xffNumTrustedHops=2",
        "clientIPDetection: {xForwardedFor: {disableXForwardedForAppend: true}} |"
            + " skipXffAppend=true",
        "'clientIPDetection: {internalCIDRs: [10.0.0.0/8, fd00::1]}' |"
            + " CidrRange[addressPrefix=10.0.0.0, prefixLength=8],"
            + " CidrRange[addressPrefix=fd00::1, prefixLength=128]",
        "http1: {enableTrailers: true} | trailers=true",
        "http1: {preserveHeaderCase: true} | headerCase=PRESERVE",
        "http1: {properHeaderCase: true} | headerCase=PROPER",
        "http1: {http10: {}} | acceptHttp10=true, defaultHostForHttp10=, trailers",
        "http1: {http10: {defaultHost: a.org}} | defaultHostForHttp10=a.org",
        "http2: {initialStreamWindowSize: 128Ki} | Windows[stream=131072, connection=1048576]",
        "http2: {initialConnectionWindowSize: 2Mi} | Windows[stream=65536, connection=2097152]",
        "http2: {maxConcurrentStreams: 9} | maxConcurrentStreams=9",
        "http2: {onInvalidMessage: TerminateConnection} | streamErrors=false",
        "http2: {headerTableSize: 0} | hpackTableSize=0",
        "http2: {extendedConnect: false} | allowConnect=false",
        "'http2: {connectionKeepalive: {interval: 30s, timeout: 5s, connectionIdleInterval: 1m,"
            + " intervalJitterPercent: 20}}' | Keepalive[interval=PT30S, timeout=PT5S,"
            + " idleInterval=PT1M, jitterPercent=20]",
        "'http2: {floods: {maxOutboundFrames: 11, maxOutboundControlFrames: 12,"
            + " maxConsecutiveEmptyFrames: 13, maxPriorityFramesPerStream: 14,"
            + " maxWindowUpdatesPerDataFrame: 15}}' | Floods[outboundFrames=11,"
            + " outboundControlFrames=12, consecutiveEmptyFrames=13, priorityFramesPerStream=14,"
            + " windowUpdatesPerDataFrame=15]",
        "url: {maxBytes: 2Ki} | HttpLimitsConfig[maxUrlBytes=2048, maxRequestBodyBytes=0]",
        "body: {maxBytes: 2Mi} | HttpLimitsConfig[maxUrlBytes=8192, maxRequestBodyBytes=2097152]",
        "'httpUpgrade: [{type: websocket, disabled: true}]' | Upgrades[types={websocket=false}]",
        "'httpUpgrade: [{type: WebSocket}, {type: CONNECT}]' |"
            + " Upgrades[types={connect=true, websocket=true}]",
        "'httpUpgrade: [{type: websocket, disabled: true}]' | allowConnect=false",
        "'accessLog: [{stdout: {}, text: x}]' | AccessLog[sink=Stdout[]",
        "'accessLog: [{stdout: {}, omitEmptyValues: true}]' | omitEmptyValues=true]",
        "'tracing: {collector: {name: otel, port: 4317}}' | Collector[cluster=default/otel:4317,"
            + " grpc=true",
        "'tracing: {collector: {name: otel, port: 4318}, protocol: Http}' | grpc=false,"
            + " authority=otel:4318, path=/v1/traces",
        "'tracing: {collector: {name: otel, port: 1}, serviceName: shop}' | serviceName=shop",
        "'tracing: {collector: {name: otel, port: 1}, samplePercent: 2.5}' |"
            + " Shares[client=100.0, random=2.5",
        "'tracing: {collector: {name: otel, port: 1}, clientSamplePercent: 0}' |"
            + " Shares[client=0.0",
        "'tracing: {collector: {name: otel, port: 1}, tags: {team: blue}}' |"
            + " Literal[name=team, value=blue]",
        "'tracing: {collector: {name: otel, port: 1}, headerTags: {agent: x-a}}' |"
            + " RequestHeader[name=agent, header=x-a",
        "'accessLog: [{stdout: {}, filter: {status: [\"404\"]}}]' | Status[bound=Bound[op=EQ,"
            + " value=404",
        "'accessLog: [{stdout: {}, filter: {status: [5xx]}}]' | Status[bound=Bound[op=LE,"
            + " value=599",
        "'accessLog: [{stdout: {}, filter: {minDuration: 2s}}]' |"
            + " DurationMillis[bound=Bound[op=GE, value=2000",
        "'accessLog: [{stdout: {}, filter: {responseFlags: [UH]}}]' | Flags[flags=[UH]]",
        "'accessLog: [{stdout: {}, filter: {grpcStatus: [14]}}]' | GrpcStatus[statuses=[14]",
        "'accessLog: [{stdout: {}, filter: {samplePercent: 2.5}}]' |"
            + " numerator=25000, denominator=1000000",
        "'accessLog: [{stdout: {}, filter: {headers: [{name: x-a, value: b}]}}]' |"
            + " Header[matcher=HeaderMatcher[name=x-a",
        "proxyProtocol: {} | ProxyProtocol[optional=false, disallowed=[], rules=[]",
        "proxyProtocol: {optional: true} | ProxyProtocol[optional=true, disallowed=[]",
        "'proxyProtocol: {versions: [V2]}' | ProxyProtocol[optional=false, disallowed=[V1]",
        "profile: longlived | HttpTimeouts[request=PT0S",
        "profile: longlived | streamIdle=PT1H",
        "profile: longlived | Keepalive[interval=PT30S, timeout=PT10S",
        "profile: longlived | perConnectionBufferLimitBytes=16384",
        "'profile: longlived, timeout: {http: {streamIdleTimeout: 9s}}' | streamIdle=PT9S",
        "profile: upload | maxRequestBodyBytes=5368709120",
        "profile: upload | maxConcurrentStreams=16, windows=Windows[stream=262144",
        "'profile: upload, http2: {maxConcurrentStreams: 20}' |"
            + " maxConcurrentStreams=20, windows=Windows[stream=262144",
        "profile: api | HttpLimitsConfig[maxUrlBytes=4096, maxRequestBodyBytes=1048576]",
        "profile: api | Upgrades[types={websocket=false}]",
        "'profile: api, body: {maxBytes: 4Mi}' | maxRequestBodyBytes=4194304",
      })
  void ofClients(String spec, String expected) {
    given("ClientTrafficPolicy", "Gateway", "web", spec);
    assertThat(webListener().toString()).contains(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "loadBalancer: {type: RoundRobin} | RoundRobin[]",
        "loadBalancer: {type: LeastRequest, choiceCount: 4} | LeastRequest[choiceCount=4]",
        "circuitBreaker: {maxConnections: 9} | normal=Thresholds[maxConnections=9",
        "circuitBreaker: {maxPendingRequests: 0} | maxPendingRequests=0",
        "circuitBreaker: {maxParallelRequests: 9} | maxRequests=9",
        "circuitBreaker: {maxParallelRetries: 9} | maxRetries=9, retryBudget=null",
        "circuitBreaker: {retryBudget: {percent: 12.5}} |"
            + " RetryBudget[percent=12.5, minConcurrency=3]",
        "circuitBreaker: {retryBudget: {minRetryConcurrency: 7}} |"
            + " RetryBudget[percent=20.0, minConcurrency=7]",
        "circuitBreaker: {maxRequestsPerConnection: 9} | maxRequestsPerConnection=9",
        "circuitBreaker: {perEndpoint: {maxConnections: 9}} | maxConnectionsPerHost=9",
        "circuitBreaker: {trackRemaining: true} | trackRemaining=true",
        "circuitBreaker: {highPriority: {maxConnections: 9, maxPendingRequests: 8,"
            + " maxParallelRequests: 7, maxParallelRetries: 6}} | high=Thresholds[maxConnections=9,"
            + " maxPendingRequests=8, maxRequests=7, maxRetries=6",
        "healthCheck: {panicThreshold: 30} | panicThresholdPercent=30",
        "healthCheck: {passive: {consecutiveLocalOriginFailures: 9}} |"
            + " localOriginFailures=Consecutive[threshold=9, enforcingPercent=100]",
        "healthCheck: {passive: {consecutive5XxErrors: 9}} |"
            + " serverErrors=Consecutive[threshold=9, enforcingPercent=100]",
        "healthCheck: {passive: {consecutiveGatewayErrors: 9}} |"
            + " gatewayFailures=Consecutive[threshold=9, enforcingPercent=100]",
        "healthCheck: {passive: {interval: 9s}} | interval=PT9S",
        "healthCheck: {passive: {baseEjectionTime: 9s}} | baseTime=PT9S",
        "healthCheck: {passive: {maxEjectionTime: 99s}} | maxTime=PT1M39S",
        "healthCheck: {passive: {maxEjectionPercent: 40}} | maxPercent=40",
        "timeout: {tcp: {connectTimeout: 9s}} | connectTimeout=PT9S",
        "timeout: {http: {connectionIdleTimeout: 9s}} | Lifetimes[idle=PT9S",
        "timeout: {http: {maxConnectionDuration: 9s}} | connection=PT9S",
        "timeout: {http: {maxStreamDuration: 9s}} | stream=PT9S",
        "connection: {bufferLimit: 64Ki} | perConnectionBufferLimitBytes=65536",
        "http1: {preserveHeaderCase: true} | headerCase=PRESERVE",
        "http1: {properHeaderCase: true} | headerCase=PROPER",
        "http1: {enableTrailers: true} | trailers=true",
        "feedback: {enabled: false} | lrsSelf=false",
        "proxyProtocol: {version: V1} | UpstreamProxyProtocol[version=V1",
        "proxyProtocol: {version: V2} | UpstreamProxyProtocol[version=V2",
      })
  void ofClusters(String spec, String expected) {
    given("BackendTrafficPolicy", "Service", "shop", spec);
    assertThat(cluster().toString()).contains(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "retry: {numRetries: 4} | numRetries=4",
        "'retry: {retryOn: {triggers: [5xx, cancelled]}}' | retryOn=[FIVE_XX, GRPC_CANCELLED]",
        "'retry: {retryOn: {triggers: [retriable-status-codes], httpStatusCodes: [429]}}' |"
            + " Retriable[statusCodes=[429]",
        "'retry: {retryOn: {triggers: [retriable-headers], responseHeaders: [{name: X-Retry, value:"
            + " yes-please}]}}' | headers=[HeaderMatcher[name=x-retry",
        "'retry: {retryOn: {requestHeaders: [{name: x-a, value: b}]}}' |"
            + " requestHeaders=[HeaderMatcher[name=x-a",
        "retry: {perRetry: {timeout: 9s}} | PerTry[timeout=PT9S",
        "retry: {perRetry: {idleTimeout: 9s}} | idleTimeout=PT9S",
        "'retry: {perRetry: {backOff: {baseInterval: 50ms, maxInterval: 1s}}}' |"
            + " BackOff[base=PT0.05S, max=PT1S]",
        "retry: {perRetry: {backOff: {baseInterval: 50ms}}} | BackOff[base=PT0.05S, max=PT0.5S]",
        "retry: {hostSelection: {avoidPreviousHosts: false}} | avoidPreviousHosts=false",
        "retry: {hostSelection: {maxAttempts: 9}} | maxAttempts=9",
        "'retry: {rateLimitedBackOff: {resetHeaders: [{name: Retry-After}], maxInterval: 9s}}' |"
            + " RateLimitedBackOff[resetHeaders=[ResetHeader[name=retry-after, unixTime=false]],"
            + " max=PT9S]",
        "'retry: {rateLimitedBackOff: {resetHeaders: [{name: x, format: UnixTimestamp}]}}' |"
            + " ResetHeader[name=x, unixTime=true]], max=PT5M",
        "timeout: {http: {requestTimeout: 9s}} | RouteTimeouts[response=PT9S",
        "timeout: {http: {streamIdleTimeout: 9s}} | idle=PT9S",
        "timeout: {http: {maxStreamDuration: 9s}} | MaxStream[duration=PT9S",
        "'timeout: {http: {requestTimeout: 9s, grpcTimeout: {max: 1m, offset: 10ms}}}' |"
            + " MaxStream[duration=PT9S, grpcHeaderMax=PT1M, grpcHeaderOffset=PT0.01S]",
        "priority: High | priority=HIGH",
        "priority: Default | priority=DEFAULT",
        "retry: {nonIdempotent: false} | retry_idempotent_only",
      })
  void ofRoutes(String spec, String expected) {
    given("BackendTrafficPolicy", "HTTPRoute", "r", spec);
    assertThat(onlyRoute().toString()).contains(expected);
  }

  @Test
  void aRouteMayTryAgainWhateverTheMethodIs() {
    given("BackendTrafficPolicy", "HTTPRoute", "r", "retry: {nonIdempotent: true}");
    assertThat(onlyRoute().toString()).doesNotContain("retry_idempotent_only");
  }

  @Test
  void aServiceMaySpeakHttp2WithWindowsOfItsOwn() {
    given(
        "BackendTrafficPolicy",
        "Service",
        "shop",
        "http2: {initialStreamWindowSize: 1Mi, maxConcurrentStreams: 50}");
    fleet.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: shop}
        spec: {ports: [{port: 80, appProtocol: kubernetes.io/h2c}]}
        """);
    assertThat(Objects.requireNonNull(cluster().options().http().http2()).windows().stream())
        .isEqualTo(1 << 20);
    assertThat(cluster().options().http().http2().maxConcurrentStreams()).isEqualTo(50);
  }

  @Test
  void anExceptionTravelsToItsRouteWithOwnerAndExpiry() {
    given(
        "ClientTrafficPolicy",
        "Gateway",
        "web",
        """
        url: {maxBytes: 2Ki, exceptions: [{route: {name: r}, maxBytes: 16Ki, owner: team-search,
        expires: "2030-01-31T00:00:00Z"}]}, body: {routes: [{route: {name: r}, maxBytes: 3}]}\
        """);
    assertThat(onlyRoute().typedPerFilterConfig().get(LimitRules.FILTER))
        .hasToString(
            "HttpLimitsPerRoute[url=UrlException[maxUrlBytes=16384, owner=team-search,"
                + " expires=2030-01-31T00:00:00Z], maxRequestBodyBytes=3]");
  }

  @Test
  void aProfileSetsTheTimeOfRoutesThatSayNothing() {
    given("ClientTrafficPolicy", "Gateway", "web", "profile: longlived");
    assertThat(onlyRoute().toString()).contains("RouteTimeouts[response=PT0S");
  }
}
