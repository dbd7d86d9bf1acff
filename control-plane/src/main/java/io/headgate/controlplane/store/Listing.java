package io.headgate.controlplane.store;

import java.util.List;

/**
 * All values under some prefixes at one revision.
 *
 * @param revision the revision; a watch goes on from the next one
 * @param values sorted by key within each prefix asked for
 */
public record Listing(long revision, List<StoredValue> values) {
  public Listing {
    values = List.copyOf(values);
  }
}
