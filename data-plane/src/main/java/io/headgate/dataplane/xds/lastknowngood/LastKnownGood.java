package io.headgate.dataplane.xds.lastknowngood;

import io.headgate.dataplane.xds.resource.Ledger;
import io.headgate.dataplane.xds.resource.NamedResource;
import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.resource.ResponseJudge;
import io.headgate.dataplane.xds.resource.TypeLedger;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The config that was on disk when the proxy started, in the place of a control plane that does not
 * answer. Offers to the sink what is wanted, as it becomes wanted, until a control plane has
 * spoken.
 *
 * <p>Thread: the xds thread.
 */
public final class LastKnownGood {
  private static final Logger log = LoggerFactory.getLogger(LastKnownGood.class);

  private final Ledger ledger;
  private final ResponseJudge judge;
  private final SavedConfig config;
  private final Set<ResourceType> superseded = EnumSet.noneOf(ResourceType.class);

  public LastKnownGood(Ledger ledger, ResponseJudge judge, SavedConfig config) {
    this.ledger = ledger;
    this.judge = judge;
    this.config = config;
  }

  /** The control plane has answered for this type: what is on disk of it counts no longer. */
  public void superseded(ResourceType type) {
    superseded.add(type);
  }

  /**
   * Offers what is wanted of the type and not held yet.
   *
   * @return the names that are settled now: those offered, and those that are not on disk either;
   *     empty when the type was superseded
   */
  public Optional<Set<String>> offer(ResourceType type) {
    if (superseded.contains(type)) {
      return Optional.empty();
    }
    SavedConfig.SavedType on =
        config.of(type).orElseGet(() -> new SavedConfig.SavedType(type, "", "", List.of()));
    TypeLedger wanted = ledger.of(type);
    List<NamedResource> resources = new ArrayList<>();
    for (NamedResource resource : on.resources()) {
      if (wanted.wants(resource.name()) && !wanted.held().containsKey(resource.name())) {
        resources.add(resource);
      }
    }
    ResponseJudge.Verdict verdict =
        judge.judge(
            wanted,
            new ResponseJudge.Response(
                on.version(), on.identifier(), resources, Set.of(), Map.of()));
    verdict
        .error()
        .ifPresent(error ->
            log.atWarn()
                .addKeyValue("type", type.label())
                .addKeyValue("reason", error.getMessage())
                .log("a resource on disk was refused"));
    Set<String> settled = new TreeSet<>(verdict.answered());
    settled.addAll(wanted.wantedNames());
    return Optional.of(settled);
  }
}
