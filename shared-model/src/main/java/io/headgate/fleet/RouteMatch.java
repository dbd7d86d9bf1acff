package io.headgate.fleet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request must be like; all of it.
 *
 * @param method an exact method; null for any
 */
public record RouteMatch(
    PathMatch path,
    List<ValueMatch> headers,
    List<ValueMatch> queryParams,
    @Nullable String method) {
  /** Matches every request. */
  public static final RouteMatch ANY =
      new RouteMatch(new PathMatch.Prefix("/"), List.of(), List.of(), null);

  public RouteMatch {
    headers = List.copyOf(headers);
    queryParams = List.copyOf(queryParams);
  }

  /** How the path, without the query, is compared. Case matters. */
  public sealed interface PathMatch {
    String value();

    /** The whole path is equal. */
    record Exact(String value) implements PathMatch {}

    /**
     * Whole path elements at the start are equal: {@code /a} matches {@code /a} and {@code /a/b},
     * not {@code /ab}.
     */
    record Prefix(String value) implements PathMatch {}

    /** The whole path matches an RE2 expression. */
    record Regex(String value) implements PathMatch {}

    /**
     * The path is that of a gRPC call: {@code /service/method}.
     *
     * @param service empty for any
     * @param method empty for any
     * @param regex whether both are RE2 expressions that must match the whole name
     */
    record Rpc(String service, String method, boolean regex) implements PathMatch {
      /** Every call. */
      public static final Rpc ANY = new Rpc("", "", false);

      @Override
      public String value() {
        return "/" + service + "/" + method;
      }
    }
  }

  /**
   * How a header or query parameter is compared.
   *
   * @param name of a header in lower case, of a query parameter as it is
   * @param regex whether {@code value} is an RE2 expression that the whole value must match
   */
  public record ValueMatch(String name, String value, boolean regex) {}
}
