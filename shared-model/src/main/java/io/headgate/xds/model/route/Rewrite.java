package io.headgate.xds.model.route;

import io.headgate.xds.model.value.Checks;
import org.jspecify.annotations.Nullable;

/**
 * Changes to the request line before it is forwarded.
 *
 * @param appendForwardedHost whether a replaced authority is added to x-forwarded-host
 */
public record Rewrite(PathEdit path, HostEdit host, boolean appendForwardedHost) {
  public static final Rewrite NONE = new Rewrite(new PathEdit.Keep(), new HostEdit.Keep(), false);

  /** How the path, without its query, changes. */
  public sealed interface PathEdit {
    /** Not at all. */
    record Keep() implements PathEdit {}

    /** The matched prefix is replaced; after an exact or regex match that is the whole path. */
    record Prefix(String prefix) implements PathEdit {
      public Prefix {
        Checks.notEmpty(prefix, "prefix_rewrite");
      }
    }

    /** Matches of an expression are replaced. */
    record Regex(RegexRewrite rewrite) implements PathEdit {}
  }

  /** How the authority changes. */
  public sealed interface HostEdit {
    /** Not at all. */
    record Keep() implements HostEdit {}

    /** It is replaced. */
    record Literal(String host) implements HostEdit {
      public Literal {
        Checks.notEmpty(host, "host_rewrite_literal");
      }
    }

    /** The name of the chosen endpoint takes its place, when it has one. */
    record OfEndpoint() implements HostEdit {}

    /** The value of a request header takes its place, when it is there and not empty. */
    record OfHeader(String name) implements HostEdit {
      public OfHeader {
        Checks.notEmpty(name, "host_rewrite_header");
      }
    }

    /** What the rewrite makes of the path, without its query, takes its place. */
    record OfPath(RegexRewrite rewrite) implements HostEdit {}
  }

  /** A rewrite by literals; null for none. */
  public static Rewrite of(@Nullable String prefix, @Nullable String host) {
    return new Rewrite(
        prefix == null ? new PathEdit.Keep() : new PathEdit.Prefix(prefix),
        host == null ? new HostEdit.Keep() : new HostEdit.Literal(host),
        false);
  }
}
