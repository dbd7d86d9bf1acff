package io.headgate.dataplane.http;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The header names that the proxy itself reads or writes, and the most common others. */
public final class HeaderNames {
  /** The pseudo field of the method. */
  public static final HeaderName PSEUDO_METHOD = HeaderName.constant(":method");

  /** The pseudo field of the scheme. */
  public static final HeaderName PSEUDO_SCHEME = HeaderName.constant(":scheme");

  /** The pseudo field of the authority. */
  public static final HeaderName PSEUDO_AUTHORITY = HeaderName.constant(":authority");

  /** The pseudo field of the path with its query. */
  public static final HeaderName PSEUDO_PATH = HeaderName.constant(":path");

  /** The pseudo field of a response's status. */
  public static final HeaderName PSEUDO_STATUS = HeaderName.constant(":status");

  /** {@code accept}. */
  public static final HeaderName ACCEPT = HeaderName.constant("accept");

  /** {@code accept-encoding}. */
  public static final HeaderName ACCEPT_ENCODING = HeaderName.constant("accept-encoding");

  /** {@code accept-language}. */
  public static final HeaderName ACCEPT_LANGUAGE = HeaderName.constant("accept-language");

  /** {@code age}. */
  public static final HeaderName AGE = HeaderName.constant("age");

  /** {@code allow}. */
  public static final HeaderName ALLOW = HeaderName.constant("allow");

  /** {@code authorization}. */
  public static final HeaderName AUTHORIZATION = HeaderName.constant("authorization");

  /** {@code cache-control}. */
  public static final HeaderName CACHE_CONTROL = HeaderName.constant("cache-control");

  /** {@code connection}. */
  public static final HeaderName CONNECTION = HeaderName.constant("connection");

  /** {@code content-encoding}. */
  public static final HeaderName CONTENT_ENCODING = HeaderName.constant("content-encoding");

  /** {@code content-length}. */
  public static final HeaderName CONTENT_LENGTH = HeaderName.constant("content-length");

  /** {@code content-type}. */
  public static final HeaderName CONTENT_TYPE = HeaderName.constant("content-type");

  /** {@code cookie}. */
  public static final HeaderName COOKIE = HeaderName.constant("cookie");

  /** {@code date}. */
  public static final HeaderName DATE = HeaderName.constant("date");

  /** {@code expect}. */
  public static final HeaderName EXPECT = HeaderName.constant("expect");

  /** {@code expires}. */
  public static final HeaderName EXPIRES = HeaderName.constant("expires");

  /** {@code etag}. */
  public static final HeaderName ETAG = HeaderName.constant("etag");

  /** {@code forwarded}. */
  public static final HeaderName FORWARDED = HeaderName.constant("forwarded");

  /** {@code grpc-message}. */
  public static final HeaderName GRPC_MESSAGE = HeaderName.constant("grpc-message");

  /** {@code grpc-status}. */
  public static final HeaderName GRPC_STATUS = HeaderName.constant("grpc-status");

  /** {@code grpc-timeout}. */
  public static final HeaderName GRPC_TIMEOUT = HeaderName.constant("grpc-timeout");

  /** {@code host}. */
  public static final HeaderName HOST = HeaderName.constant("host");

  /** {@code http2-settings}. */
  public static final HeaderName HTTP2_SETTINGS = HeaderName.constant("http2-settings");

  /** {@code if-modified-since}. */
  public static final HeaderName IF_MODIFIED_SINCE = HeaderName.constant("if-modified-since");

  /** {@code if-none-match}. */
  public static final HeaderName IF_NONE_MATCH = HeaderName.constant("if-none-match");

  /** {@code keep-alive}. */
  public static final HeaderName KEEP_ALIVE = HeaderName.constant("keep-alive");

  /** {@code last-modified}. */
  public static final HeaderName LAST_MODIFIED = HeaderName.constant("last-modified");

  /** {@code location}. */
  public static final HeaderName LOCATION = HeaderName.constant("location");

  /** {@code origin}. */
  public static final HeaderName ORIGIN = HeaderName.constant("origin");

  /** {@code pragma}. */
  public static final HeaderName PRAGMA = HeaderName.constant("pragma");

  /** {@code proxy-authenticate}. */
  public static final HeaderName PROXY_AUTHENTICATE = HeaderName.constant("proxy-authenticate");

  /** {@code proxy-authorization}. */
  public static final HeaderName PROXY_AUTHORIZATION = HeaderName.constant("proxy-authorization");

  /** {@code proxy-connection}. */
  public static final HeaderName PROXY_CONNECTION = HeaderName.constant("proxy-connection");

  /** {@code range}. */
  public static final HeaderName RANGE = HeaderName.constant("range");

  /** {@code referer}. */
  public static final HeaderName REFERER = HeaderName.constant("referer");

  /** {@code retry-after}. */
  public static final HeaderName RETRY_AFTER = HeaderName.constant("retry-after");

  /** {@code server}. */
  public static final HeaderName SERVER = HeaderName.constant("server");

  /** {@code set-cookie}. */
  public static final HeaderName SET_COOKIE = HeaderName.constant("set-cookie");

  /** {@code te}. */
  public static final HeaderName TE = HeaderName.constant("te");

  /** {@code trailer}. */
  public static final HeaderName TRAILER = HeaderName.constant("trailer");

  /** {@code transfer-encoding}. */
  public static final HeaderName TRANSFER_ENCODING = HeaderName.constant("transfer-encoding");

  /** {@code upgrade}. */
  public static final HeaderName UPGRADE = HeaderName.constant("upgrade");

  /** {@code upgrade-insecure-requests}. */
  public static final HeaderName UPGRADE_INSECURE_REQUESTS =
      HeaderName.constant("upgrade-insecure-requests");

  /** {@code user-agent}. */
  public static final HeaderName USER_AGENT = HeaderName.constant("user-agent");

  /** {@code vary}. */
  public static final HeaderName VARY = HeaderName.constant("vary");

  /** {@code via}. */
  public static final HeaderName VIA = HeaderName.constant("via");

  /** {@code www-authenticate}. */
  public static final HeaderName WWW_AUTHENTICATE = HeaderName.constant("www-authenticate");

  /** {@code x-forwarded-for}. */
  public static final HeaderName X_FORWARDED_FOR = HeaderName.constant("x-forwarded-for");

  /** {@code x-forwarded-host}. */
  public static final HeaderName X_FORWARDED_HOST = HeaderName.constant("x-forwarded-host");

  /** {@code x-forwarded-port}. */
  public static final HeaderName X_FORWARDED_PORT = HeaderName.constant("x-forwarded-port");

  /** {@code x-forwarded-proto}. */
  public static final HeaderName X_FORWARDED_PROTO = HeaderName.constant("x-forwarded-proto");

  /** {@code x-real-ip}. */
  public static final HeaderName X_REAL_IP = HeaderName.constant("x-real-ip");

  /** {@code x-request-id}. */
  public static final HeaderName X_REQUEST_ID = HeaderName.constant("x-request-id");

  /** {@code x-envoy-attempt-count}. */
  public static final HeaderName X_ENVOY_ATTEMPT_COUNT =
      HeaderName.constant("x-envoy-attempt-count");

  /** {@code x-envoy-decorator-operation}. */
  public static final HeaderName X_ENVOY_DECORATOR_OPERATION =
      HeaderName.constant("x-envoy-decorator-operation");

  /** {@code x-envoy-downstream-service-cluster}. */
  public static final HeaderName X_ENVOY_DOWNSTREAM_SERVICE_CLUSTER =
      HeaderName.constant("x-envoy-downstream-service-cluster");

  /** {@code x-envoy-downstream-service-node}. */
  public static final HeaderName X_ENVOY_DOWNSTREAM_SERVICE_NODE =
      HeaderName.constant("x-envoy-downstream-service-node");

  /** {@code x-envoy-expected-rq-timeout-ms}. */
  public static final HeaderName X_ENVOY_EXPECTED_RQ_TIMEOUT_MS =
      HeaderName.constant("x-envoy-expected-rq-timeout-ms");

  /** {@code x-envoy-external-address}. */
  public static final HeaderName X_ENVOY_EXTERNAL_ADDRESS =
      HeaderName.constant("x-envoy-external-address");

  /** {@code x-envoy-force-trace}. */
  public static final HeaderName X_ENVOY_FORCE_TRACE = HeaderName.constant("x-envoy-force-trace");

  /** {@code x-envoy-hedge-on-per-try-timeout}. */
  public static final HeaderName X_ENVOY_HEDGE_ON_PER_TRY_TIMEOUT =
      HeaderName.constant("x-envoy-hedge-on-per-try-timeout");

  /** {@code x-envoy-immediate-health-check-fail}. */
  public static final HeaderName X_ENVOY_IMMEDIATE_HEALTH_CHECK_FAIL =
      HeaderName.constant("x-envoy-immediate-health-check-fail");

  /** {@code x-envoy-internal}. */
  public static final HeaderName X_ENVOY_INTERNAL = HeaderName.constant("x-envoy-internal");

  /** {@code x-envoy-ip-tags}. */
  public static final HeaderName X_ENVOY_IP_TAGS = HeaderName.constant("x-envoy-ip-tags");

  /** {@code x-envoy-max-retries}. */
  public static final HeaderName X_ENVOY_MAX_RETRIES = HeaderName.constant("x-envoy-max-retries");

  /** {@code x-envoy-original-host}. */
  public static final HeaderName X_ENVOY_ORIGINAL_HOST =
      HeaderName.constant("x-envoy-original-host");

  /** {@code x-envoy-original-path}. */
  public static final HeaderName X_ENVOY_ORIGINAL_PATH =
      HeaderName.constant("x-envoy-original-path");

  /** {@code x-envoy-overloaded}. */
  public static final HeaderName X_ENVOY_OVERLOADED = HeaderName.constant("x-envoy-overloaded");

  /** {@code x-envoy-ratelimited}. */
  public static final HeaderName X_ENVOY_RATELIMITED = HeaderName.constant("x-envoy-ratelimited");

  /** {@code x-envoy-retriable-header-names}. */
  public static final HeaderName X_ENVOY_RETRIABLE_HEADER_NAMES =
      HeaderName.constant("x-envoy-retriable-header-names");

  /** {@code x-envoy-retriable-status-codes}. */
  public static final HeaderName X_ENVOY_RETRIABLE_STATUS_CODES =
      HeaderName.constant("x-envoy-retriable-status-codes");

  /** {@code x-envoy-retry-grpc-on}. */
  public static final HeaderName X_ENVOY_RETRY_GRPC_ON =
      HeaderName.constant("x-envoy-retry-grpc-on");

  /** {@code x-envoy-retry-on}. */
  public static final HeaderName X_ENVOY_RETRY_ON = HeaderName.constant("x-envoy-retry-on");

  /** {@code x-envoy-upstream-alt-stat-name}. */
  public static final HeaderName X_ENVOY_UPSTREAM_ALT_STAT_NAME =
      HeaderName.constant("x-envoy-upstream-alt-stat-name");

  /** {@code x-envoy-upstream-canary}. */
  public static final HeaderName X_ENVOY_UPSTREAM_CANARY =
      HeaderName.constant("x-envoy-upstream-canary");

  /** {@code x-envoy-upstream-healthchecked-cluster}. */
  public static final HeaderName X_ENVOY_UPSTREAM_HEALTHCHECKED_CLUSTER =
      HeaderName.constant("x-envoy-upstream-healthchecked-cluster");

  /** {@code x-envoy-upstream-rq-per-try-timeout-ms}. */
  public static final HeaderName X_ENVOY_UPSTREAM_RQ_PER_TRY_TIMEOUT_MS =
      HeaderName.constant("x-envoy-upstream-rq-per-try-timeout-ms");

  /** {@code x-envoy-upstream-rq-timeout-alt-response}. */
  public static final HeaderName X_ENVOY_UPSTREAM_RQ_TIMEOUT_ALT_RESPONSE =
      HeaderName.constant("x-envoy-upstream-rq-timeout-alt-response");

  /** {@code x-envoy-upstream-rq-timeout-ms}. */
  public static final HeaderName X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS =
      HeaderName.constant("x-envoy-upstream-rq-timeout-ms");

  /** {@code x-envoy-upstream-service-time}. */
  public static final HeaderName X_ENVOY_UPSTREAM_SERVICE_TIME =
      HeaderName.constant("x-envoy-upstream-service-time");

  /** {@code x-envoy-upstream-stream-duration-ms}. */
  public static final HeaderName X_ENVOY_UPSTREAM_STREAM_DURATION_MS =
      HeaderName.constant("x-envoy-upstream-stream-duration-ms");

  /** {@code x-envoy-is-timeout-retry}. */
  public static final HeaderName X_ENVOY_IS_TIMEOUT_RETRY =
      HeaderName.constant("x-envoy-is-timeout-retry");

  /** {@code endpoint-load-metrics}. */
  public static final HeaderName ENDPOINT_LOAD_METRICS =
      HeaderName.constant("endpoint-load-metrics");

  /** {@code endpoint-load-metrics-bin}. */
  public static final HeaderName ENDPOINT_LOAD_METRICS_BIN =
      HeaderName.constant("endpoint-load-metrics-bin");

  private static final HeaderName[] ALL = {
    PSEUDO_METHOD,
    PSEUDO_SCHEME,
    PSEUDO_AUTHORITY,
    PSEUDO_PATH,
    PSEUDO_STATUS,
    ACCEPT,
    ACCEPT_ENCODING,
    ACCEPT_LANGUAGE,
    AGE,
    ALLOW,
    AUTHORIZATION,
    CACHE_CONTROL,
    CONNECTION,
    CONTENT_ENCODING,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    COOKIE,
    DATE,
    EXPECT,
    EXPIRES,
    ETAG,
    FORWARDED,
    GRPC_MESSAGE,
    GRPC_STATUS,
    GRPC_TIMEOUT,
    HOST,
    HTTP2_SETTINGS,
    IF_MODIFIED_SINCE,
    IF_NONE_MATCH,
    KEEP_ALIVE,
    LAST_MODIFIED,
    LOCATION,
    ORIGIN,
    PRAGMA,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    PROXY_CONNECTION,
    RANGE,
    REFERER,
    RETRY_AFTER,
    SERVER,
    SET_COOKIE,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    UPGRADE_INSECURE_REQUESTS,
    USER_AGENT,
    VARY,
    VIA,
    WWW_AUTHENTICATE,
    X_FORWARDED_FOR,
    X_FORWARDED_HOST,
    X_FORWARDED_PORT,
    X_FORWARDED_PROTO,
    X_REAL_IP,
    X_REQUEST_ID,
    X_ENVOY_ATTEMPT_COUNT,
    X_ENVOY_DECORATOR_OPERATION,
    X_ENVOY_DOWNSTREAM_SERVICE_CLUSTER,
    X_ENVOY_DOWNSTREAM_SERVICE_NODE,
    X_ENVOY_EXPECTED_RQ_TIMEOUT_MS,
    X_ENVOY_EXTERNAL_ADDRESS,
    X_ENVOY_FORCE_TRACE,
    X_ENVOY_HEDGE_ON_PER_TRY_TIMEOUT,
    X_ENVOY_IMMEDIATE_HEALTH_CHECK_FAIL,
    X_ENVOY_INTERNAL,
    X_ENVOY_IP_TAGS,
    X_ENVOY_MAX_RETRIES,
    X_ENVOY_ORIGINAL_HOST,
    X_ENVOY_ORIGINAL_PATH,
    X_ENVOY_OVERLOADED,
    X_ENVOY_RATELIMITED,
    X_ENVOY_RETRIABLE_HEADER_NAMES,
    X_ENVOY_RETRIABLE_STATUS_CODES,
    X_ENVOY_RETRY_GRPC_ON,
    X_ENVOY_RETRY_ON,
    X_ENVOY_UPSTREAM_ALT_STAT_NAME,
    X_ENVOY_UPSTREAM_CANARY,
    X_ENVOY_UPSTREAM_HEALTHCHECKED_CLUSTER,
    X_ENVOY_UPSTREAM_RQ_PER_TRY_TIMEOUT_MS,
    X_ENVOY_UPSTREAM_RQ_TIMEOUT_ALT_RESPONSE,
    X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS,
    X_ENVOY_UPSTREAM_SERVICE_TIME,
    X_ENVOY_UPSTREAM_STREAM_DURATION_MS,
    X_ENVOY_IS_TIMEOUT_RETRY,
    ENDPOINT_LOAD_METRICS,
    ENDPOINT_LOAD_METRICS_BIN
  };

  private static final int MASK = 1023;

  /** Open-addressed by hash: from raw name bytes to the constant, without garbage. */
  private static final @Nullable HeaderName[] BY_HASH = new @Nullable HeaderName[MASK + 1];

  private static final Map<String, HeaderName> BY_TEXT = new HashMap<>();

  static {
    for (HeaderName name : ALL) {
      BY_TEXT.put(name.toString(), name);
      int i = name.hash() & MASK;
      while (BY_HASH[i] != null) {
        i = (i + 1) & MASK;
      }
      BY_HASH[i] = name;
    }
  }

  private HeaderNames() {}

  static @Nullable HeaderName known(String lower) {
    return BY_TEXT.get(lower);
  }

  static @Nullable HeaderName known(int hash, byte[] bytes, int offset, int length) {
    for (int i = hash & MASK; ; i = (i + 1) & MASK) {
      HeaderName name = BY_HASH[i];
      if (name == null) {
        return null;
      }
      if (name.hash() == hash
          && Arrays.equals(name.bytes(), 0, name.length(), bytes, offset, offset + length)) {
        return name;
      }
    }
  }
}
