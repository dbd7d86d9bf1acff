package io.headgate.xds.model.route;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of the request that its hash is made of, for clusters that choose hosts by it.
 *
 * @param terminal whether no later policy counts once there is a hash
 */
public record HashPolicy(Source source, boolean terminal) {
  /** What is hashed. */
  public sealed interface Source {
    /**
     * All values of a header.
     *
     * @param rewrite of each value before; null for none
     */
    record Header(String name, @Nullable RegexRewrite rewrite) implements Source {
      public Header {
        Checks.notEmpty(name, "header_name");
      }
    }

    /**
     * A cookie.
     *
     * @param ttl when it is not null a client without the cookie is given one; zero lets it end
     *     with the client's session
     * @param path of a cookie that is given; empty for none
     * @param attributes of a cookie that is given, an empty value for those without one
     */
    record Cookie(String name, @Nullable Duration ttl, String path, Map<String, String> attributes)
        implements Source {
      public Cookie {
        Checks.notEmpty(name, "name");
        Checks.require(ttl == null || !ttl.isNegative(), "ttl must not be negative");
        attributes = Checks.copy(attributes);
      }
    }

    /** The client's address, without its port. */
    record ClientAddress() implements Source {}

    /** The first value of a query parameter. */
    record QueryParameter(String name) implements Source {
      public QueryParameter {
        Checks.notEmpty(name, "name");
      }
    }
  }
}
