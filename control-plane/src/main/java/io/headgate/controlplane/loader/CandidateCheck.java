package io.headgate.controlplane.loader;

import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Violation;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says what is wrong with an image that is not in force yet: compiles it and runs the proxies' own
 * decoder, so what a proxy would refuse is never accepted.
 *
 * <p>Thread: any, several at once; must be pure and must not block.
 */
@FunctionalInterface
public interface CandidateCheck {
  /** Finds nothing wrong, for tests of what lies below. */
  CandidateCheck NONE = (candidate, changed) -> Map.of();

  /**
   * What is wrong, by the object that is to blame.
   *
   * @param candidate the image as it would be
   * @param changed the objects in which it differs from the one in force; only these need to be
   *     looked at
   */
  Map<ObjectKey, List<Violation>> check(ConfigImage candidate, Set<ObjectKey> changed);
}
