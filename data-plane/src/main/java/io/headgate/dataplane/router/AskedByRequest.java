package io.headgate.dataplane.router;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.xds.model.route.RetryPolicy.RetryOn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks of the router by Envoy's headers. They are believed when they are there: the
 * connection manager takes them from requests of untrusted peers. The backend never sees them.
 *
 * <p>Thread: confined to the loop. Spec: Envoy, "Router", "HTTP headers (consumed)".
 */
final class AskedByRequest {

  private static final byte[] PREFIX = {'x', '-', 'e', 'n', 'v', 'o', 'y', '-'};

  private final HeaderBlock headers;

  private AskedByRequest(HeaderBlock headers) {
    this.headers = headers;
  }

  /** Looks over the names once; null when there is nothing to find, the usual case. */
  static @Nullable AskedByRequest of(HeaderBlock headers) {
    byte[] bytes = headers.array();
    for (int i = 0; i < headers.size(); i++) {
      int at = headers.nameOffset(i);
      if (headers.nameLength(i) > PREFIX.length
          && Arrays.equals(bytes, at, at + PREFIX.length, PREFIX, 0, PREFIX.length)
          && isOurs(bytes, at + PREFIX.length)) {
        return new AskedByRequest(headers);
      }
    }
    return null;
  }

  /**
   * Max-, retry-, retriable-, upstream-, hedge-, expected-: by their first letters; external- is
   * the connection manager's, and there in every request at an edge.
   */
  private static boolean isOurs(byte[] bytes, int at) {
    byte first = bytes[at];
    return first == 'm'
        || first == 'r'
        || first == 'u'
        || first == 'h'
        || (first == 'e' && bytes[at + 2] == 'p');
  }

  // ---- timeouts

  /** The response timeout in milliseconds, 0 for none; -1 when nothing is asked. */
  long takeTimeoutMillis(boolean respectExpected) {
    if (respectExpected && headers.contains(HeaderNames.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS)) {
      return number(headers.first(HeaderNames.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS));
    }
    return number(take(HeaderNames.X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS));
  }

  /** The timeout of one try in milliseconds; -1 when nothing is asked. */
  long takePerTryMillis() {
    return number(take(HeaderNames.X_ENVOY_UPSTREAM_RQ_PER_TRY_TIMEOUT_MS));
  }

  /** Whether a timeout is answered by 204 instead of 504. */
  boolean takeAlternative() {
    return headers.remove(HeaderNames.X_ENVOY_UPSTREAM_RQ_TIMEOUT_ALT_RESPONSE);
  }

  // ---- retries

  /** Whether any retry is asked for. */
  boolean wantsRetries() {
    return headers.contains(HeaderNames.X_ENVOY_RETRY_ON)
        || headers.contains(HeaderNames.X_ENVOY_RETRY_GRPC_ON);
  }

  /** Adds the conditions that are asked for; unknown words mean nothing. */
  Set<RetryOn> conditions(Set<RetryOn> configured) {
    if (!wantsRetries()) {
      return configured;
    }
    EnumSet<RetryOn> all = EnumSet.noneOf(RetryOn.class);
    all.addAll(configured);
    add(headers.joined(HeaderNames.X_ENVOY_RETRY_ON), false, all);
    add(headers.joined(HeaderNames.X_ENVOY_RETRY_GRPC_ON), true, all);
    return all;
  }

  private static void add(@Nullable String words, boolean grpc, EnumSet<RetryOn> to) {
    for (String word : list(words)) {
      RetryOn on = RetryOn.byWord(word);
      if (on != null && on.isGrpc() == grpc) {
        to.add(on);
      }
    }
  }

  /** How many retries; -1 when nothing is asked. */
  int maxRetries() {
    return (int)
        Math.min(number(headers.first(HeaderNames.X_ENVOY_MAX_RETRIES)), Integer.MAX_VALUE);
  }

  /** Statuses beside the configured ones. */
  Set<Integer> statusCodes(Set<Integer> configured) {
    List<String> words = list(headers.joined(HeaderNames.X_ENVOY_RETRIABLE_STATUS_CODES));
    if (words.isEmpty()) {
      return configured;
    }
    Set<Integer> all = new HashSet<>(configured);
    for (String word : words) {
      long code = number(word);
      if (code >= 0 && code < 1000) {
        all.add((int) code);
      }
    }
    return all;
  }

  /** Headers of an answer that ask for a retry by being there. */
  List<HeaderName> headerNames() {
    List<HeaderName> names = new ArrayList<>();
    for (String word : list(headers.joined(HeaderNames.X_ENVOY_RETRIABLE_HEADER_NAMES))) {
      names.add(HeaderName.of(word.toLowerCase(Locale.ROOT)));
    }
    return names;
  }

  /** Takes the headers of retries away; to be called when they were read. */
  void removeRetryHeaders() {
    headers.remove(HeaderNames.X_ENVOY_RETRY_ON);
    headers.remove(HeaderNames.X_ENVOY_RETRY_GRPC_ON);
    headers.remove(HeaderNames.X_ENVOY_MAX_RETRIES);
    headers.remove(HeaderNames.X_ENVOY_HEDGE_ON_PER_TRY_TIMEOUT);
    headers.remove(HeaderNames.X_ENVOY_RETRIABLE_HEADER_NAMES);
    headers.remove(HeaderNames.X_ENVOY_RETRIABLE_STATUS_CODES);
    headers.remove(HeaderNames.X_ENVOY_UPSTREAM_RQ_PER_TRY_TIMEOUT_MS);
  }

  private @Nullable String take(HeaderName name) {
    String value = headers.first(name);
    if (value != null) {
      headers.remove(name);
    }
    return value;
  }

  private static List<String> list(@Nullable String joined) {
    if (joined == null) {
      return List.of();
    }
    List<String> words = new ArrayList<>();
    for (String word : joined.split(",", -1)) {
      if (!word.isBlank()) {
        words.add(word.strip());
      }
    }
    return words;
  }

  /** A number without sign; -1 for anything else. */
  static long number(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > 18) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + c - '0';
    }
    return value;
  }
}
