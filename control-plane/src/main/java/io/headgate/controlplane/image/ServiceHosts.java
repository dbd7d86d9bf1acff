package io.headgate.controlplane.image;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The hosts of one service.
 *
 * @param hosts by instance, sorted; never empty in an image
 */
public record ServiceHosts(SortedMap<String, ImageHost> hosts) {
  public static final ServiceHosts NONE = new ServiceHosts(new TreeMap<>());

  public ServiceHosts {
    hosts = Collections.unmodifiableSortedMap(new TreeMap<>(hosts));
  }
}
