package io.headgate.routing;

import java.util.List;
import java.util.Map;

/**
 * A generated route table: one virtual host of one listener.
 *
 * @param host what requests for it name as their host
 * @param virtualHost in the words of Envoy's config
 * @param paths that its routes speak of
 * @param mirrors whether requests may be copied
 */
record Table(
    int number,
    Profile profile,
    String host,
    Map<String, Object> virtualHost,
    List<String> paths,
    boolean mirrors) {

  /** The listeners of the bootstrap; what holds for a whole route configuration differs. */
  enum Profile {
    /** Envoy's defaults. */
    PLAIN,
    /** The most specific level has the last word; ports and path parameters are not looked at. */
    SPECIFIC,
    /** Faces clients; the proxy's own answers are rewritten. */
    EDGE
  }
}
