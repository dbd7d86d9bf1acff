package io.headgate.fleet;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How requests of some hosts find their services. HTTPRoute of Gateway API v1.4.
 *
 * @param hostnames lower case; exact, or {@code *.} and a suffix; empty for every host of the
 *     listener
 * @param rules in the order of the manifest; the first that matches best wins, by the rules of
 *     Gateway API
 */
public record HttpRoute(
    ObjectMeta metadata, List<ParentRef> parents, List<String> hostnames, List<Rule> rules)
    implements RequestRoute {

  public HttpRoute {
    parents = List.copyOf(parents);
    hostnames = List.copyOf(hostnames);
    rules = List.copyOf(rules);
  }

  @Override
  public Kind kind() {
    return Kind.HTTP_ROUTE;
  }

  /**
   * A gateway that the route attaches to.
   *
   * @param listener the listener's name; null for all
   * @param port the listener's port; null for all
   */
  public record ParentRef(ObjectKey gateway, @Nullable String listener, @Nullable Integer port) {}

  /**
   * One rule.
   *
   * @param name unique in the route, for policies; null when none was given
   * @param matches any of them; never empty (absent in the manifest means the path prefix "/")
   */
  public record Rule(
      @Nullable String name,
      List<RouteMatch> matches,
      List<HttpFilter> filters,
      List<BackendRef> backends,
      Timeouts timeouts,
      @Nullable RouteRetry retry) {

    public Rule {
      matches = List.copyOf(matches);
      filters = List.copyOf(filters);
      backends = List.copyOf(backends);
    }
  }

  /**
   * A service that gets a share of a rule's requests.
   *
   * @param weight relative to the other backends of the rule; 0 sends nothing
   * @param filters header filters for what goes to this backend and comes from it, after the rule's
   */
  public record BackendRef(Backend target, int weight, List<HttpFilter> filters) {
    public BackendRef {
      filters = List.copyOf(filters);
    }

    /** A service without filters of its own. */
    public BackendRef(ObjectKey service, int port, int weight) {
      this(new Backend(service, port, null), weight, List.of());
    }

    public ObjectKey service() {
      return target.service;
    }

    public int port() {
      return target.port;
    }
  }

  /**
   * A port of a service, or what was named in its place.
   *
   * @param port the number of one of the service's ports; 0 when there is none
   * @param foreign group and kind of something that is no service, which is answered for with an
   *     error; null for a service
   */
  public record Backend(ObjectKey service, int port, @Nullable String foreign) {}

  /**
   * Timeouts of a rule. Null means not set; zero turns a timeout off.
   *
   * @param request from the first byte of the request to the last of the response, all tries
   * @param backendRequest one try
   */
  public record Timeouts(@Nullable Duration request, @Nullable Duration backendRequest) {
    public static final Timeouts NONE = new Timeouts(null, null);
  }

  /**
   * Retries of a rule.
   *
   * @param codes response status codes that are tried again, beside failed connections
   * @param attempts tries after the first
   * @param backoff the shortest pause before a retry; null for the default
   */
  public record RouteRetry(List<Integer> codes, int attempts, @Nullable Duration backoff) {
    public RouteRetry {
      codes = List.copyOf(codes);
    }
  }
}
