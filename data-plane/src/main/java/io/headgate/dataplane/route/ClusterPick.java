package io.headgate.dataplane.route;

import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.route.ClusterName;
import org.jspecify.annotations.Nullable;

/**
 * Says which cluster a request goes to: always the same one, or the one that a header names.
 *
 * <p>Thread: immutable.
 */
public final class ClusterPick {
  private final String name;
  private final @Nullable HeaderName header;

  ClusterPick(ClusterName cluster) {
    name = cluster.inHeader() ? "" : cluster.text();
    header = cluster.inHeader() ? HeaderName.of(cluster.text()) : null;
  }

  /** The cluster's name; empty when the request names none. */
  public String of(RequestHead head) {
    if (header == null) {
      return name;
    }
    String value = header.isPseudo() ? head.value(header) : head.headers().first(header);
    return value == null ? "" : value;
  }
}
