package io.headgate.fleet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A change that a rule makes to a request or its response. */
public sealed interface HttpFilter {

  /** Changes the header of the request. */
  record RequestHeaders(HeaderEdit edit) implements HttpFilter {}

  /** Changes the header of the response. */
  record ResponseHeaders(HeaderEdit edit) implements HttpFilter {}

  /**
   * Answers with a redirect; the rule has no backends then. Null parts stay as in the request.
   *
   * @param status 301, 302, 303, 307 or 308
   */
  record Redirect(
      @Nullable String scheme,
      @Nullable String hostname,
      @Nullable PathEdit path,
      @Nullable Integer port,
      int status)
      implements HttpFilter {}

  /**
   * Changes what the backend sees. At least one part is not null.
   *
   * @param path takes the place of the path, or of the prefix that matched
   */
  record Rewrite(@Nullable String hostname, @Nullable PathEdit path) implements HttpFilter {}

  /**
   * Sends a copy of some requests to one more backend and drops its answers.
   *
   * @param numerator of the share that is copied, in {@code denominator}
   */
  record Mirror(HttpRoute.Backend backend, int numerator, int denominator) implements HttpFilter {}

  /** Answers preflights and marks answers for scripts of other origins. */
  record Cors(CorsRules rules) implements HttpFilter {}

  /** One header field; the name in lower case. */
  record Header(String name, String value) {}

  /** Fields to set, to add and to remove, in this order of work: remove, set, add. */
  record HeaderEdit(List<Header> set, List<Header> add, List<String> remove) {
    public HeaderEdit {
      set = List.copyOf(set);
      add = List.copyOf(add);
      remove = List.copyOf(remove);
    }
  }

  /** A new path. */
  sealed interface PathEdit {
    String value();

    /** The whole path is replaced. */
    record Full(String value) implements PathEdit {}

    /** The prefix that matched is replaced. */
    record Prefix(String value) implements PathEdit {}
  }
}
