package io.headgate.dataplane.filters.cors;

import io.headgate.dataplane.filter.FilterAction;
import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.Counter;
import io.headgate.xds.model.filter.CorsPerRoute.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The CORS filter in one stream. A preflight of an origin that may ask is answered here; other
 * answers to such an origin are marked. Everything else passes unchanged.
 *
 * <p>Confined to the stream's event loop. Spec: Fetch standard, HTTP-CORS protocol.
 */
final class CorsFilter extends StreamFilter {
  private static final HeaderName REQUEST_METHOD = HeaderName.of("access-control-request-method");
  private static final HeaderName REQUEST_HEADERS = HeaderName.of("access-control-request-headers");
  private static final HeaderName ALLOW_ORIGIN = HeaderName.of("access-control-allow-origin");
  private static final HeaderName ALLOW_CREDENTIALS =
      HeaderName.of("access-control-allow-credentials");
  private static final HeaderName ALLOW_METHODS = HeaderName.of("access-control-allow-methods");
  private static final HeaderName ALLOW_HEADERS = HeaderName.of("access-control-allow-headers");
  private static final HeaderName EXPOSE_HEADERS = HeaderName.of("access-control-expose-headers");
  private static final HeaderName MAX_AGE = HeaderName.of("access-control-max-age");
  private static final String ANY = "*";
  private static final String DETAILS = "cors_response";

  private final Counter valid;
  private final Counter invalid;

  /** The origin of the request, when it may see the answer. */
  private @Nullable String origin;

  /** From the most specific level to the least. */
  private List<CorsLevel> levels = List.of();

  CorsFilter(Counter valid, Counter invalid) {
    this.valid = valid;
    this.invalid = invalid;
  }

  @Override
  public FilterAction onRequestHead(RequestHead head, boolean endStream) {
    String asking = head.headers().first(HeaderNames.ORIGIN);
    if (asking == null || asking.isEmpty() || stream().routeConfig() == null) {
      return FilterAction.CONTINUE;
    }
    levels = levels();
    String method = head.headers().first(REQUEST_METHOD);
    boolean preflight = head.method().equals(Method.OPTIONS) && method != null && !method.isEmpty();
    if (!allows(asking)) {
      invalid.add();
      return preflight && !levels.isEmpty() && !levels.getFirst().rules().forwardUnmatched()
          ? stream().localReply(LocalReply.of(200, "", DETAILS))
          : FilterAction.CONTINUE;
    }
    valid.add();
    origin = asking;
    return preflight
        ? stream().localReply(preflight(asking, head, String.valueOf(method)))
        : FilterAction.CONTINUE;
  }

  private List<CorsLevel> levels() {
    List<CorsLevel> found = new ArrayList<>();
    for (Object level : stream().routeConfigs().reversed()) {
      if (level instanceof CorsLevel cors) {
        found.add(cors);
      }
    }
    return found;
  }

  private boolean allows(String asking) {
    for (CorsLevel level : levels) {
      if (!level.origins().isEmpty()) {
        return level.allows(asking);
      }
    }
    return false;
  }

  private LocalReply preflight(String asking, RequestHead head, String method) {
    List<LocalReply.Header> headers = new ArrayList<>();
    headers.add(new LocalReply.Header(ALLOW_ORIGIN, asking));
    if (credentials()) {
      headers.add(new LocalReply.Header(ALLOW_CREDENTIALS, "true"));
    }
    String methods = text(Answer::methods);
    add(headers, ALLOW_METHODS, methods.equals(ANY) ? method : methods);
    String names = text(Answer::headers);
    String asked = head.headers().joined(REQUEST_HEADERS);
    add(headers, ALLOW_HEADERS, names.equals(ANY) ? (asked == null ? "" : asked) : names);
    add(headers, MAX_AGE, text(Answer::maxAge));
    return new LocalReply(200, "", DETAILS, null, headers);
  }

  private static void add(List<LocalReply.Header> headers, HeaderName name, String value) {
    if (!value.isEmpty()) {
      headers.add(new LocalReply.Header(name, value));
    }
  }

  @Override
  public FilterAction onResponseHead(ResponseHead head, boolean endStream) {
    String asking = origin;
    if (asking == null) {
      return FilterAction.CONTINUE;
    }
    head.headers().set(ALLOW_ORIGIN, asking);
    if (credentials()) {
      head.headers().set(ALLOW_CREDENTIALS, "true");
    }
    String exposed = text(Answer::exposed);
    if (!exposed.isEmpty()) {
      head.headers().set(EXPOSE_HEADERS, exposed);
    }
    return FilterAction.CONTINUE;
  }

  private String text(Function<Answer, String> part) {
    for (CorsLevel level : levels) {
      String text = part.apply(level.rules().answer());
      if (!text.isEmpty()) {
        return text;
      }
    }
    return "";
  }

  private boolean credentials() {
    for (CorsLevel level : levels) {
      Boolean said = level.rules().answer().credentials();
      if (said != null) {
        return said;
      }
    }
    return false;
  }
}
