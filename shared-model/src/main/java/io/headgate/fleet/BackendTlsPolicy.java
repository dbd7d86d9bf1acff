package io.headgate.fleet;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How backends are spoken to by TLS. BackendTLSPolicy of Gateway API v1.4.
 *
 * @param targets services
 * @param hostname the server name that is sent; without {@code names} the certificate must be for
 *     it
 * @param names one of them must be in the certificate; empty for the hostname
 * @param clientCertificate the secret with the certificate that is shown to them; null for that of
 *     the gateway
 */
public record BackendTlsPolicy(
    ObjectMeta metadata,
    List<TargetRef> targets,
    Trust trust,
    String hostname,
    List<AltName> names,
    @Nullable ObjectKey clientCertificate)
    implements FleetObject {

  public BackendTlsPolicy {
    targets = List.copyOf(targets);
    names = List.copyOf(names);
  }

  @Override
  public Kind kind() {
    return Kind.BACKEND_TLS_POLICY;
  }

  /** Where the certificates of backends must come from. */
  public sealed interface Trust {
    /** The authorities that the proxies' machines trust. */
    record SystemStore() implements Trust {}

    /** Authorities in objects of the policy's namespace; never empty. */
    record Authorities(List<Ref> refs) implements Trust {
      public Authorities {
        refs = List.copyOf(refs);
      }
    }
  }

  /** An object of the policy's namespace; one of a kind that holds no authorities is invalid. */
  public record Ref(String group, String kind, String name) {
    /** The kind that it is of; empty for one that holds no authorities. */
    public Optional<Kind> holder() {
      return group.isEmpty()
          ? Stream.of(Kind.SECRET, Kind.CONFIG_MAP)
              .filter(held -> held.manifestName().equals(kind))
              .findFirst()
          : Optional.empty();
    }
  }

  /** A name that a certificate has. */
  public sealed interface AltName {
    /** Exact, or with one leading wildcard label; lower case. */
    record Hostname(String name) implements AltName {}

    /** All of it. */
    record Uri(String uri) implements AltName {}
  }

  /** All objects that it names, whether they are there or not. */
  public List<ObjectKey> references() {
    return Stream.concat(authorities().stream(), Stream.ofNullable(clientCertificate)).toList();
  }

  /** The objects with authorities that it names, whether they are there or not. */
  public List<ObjectKey> authorities() {
    Stream<Ref> refs =
        switch (trust) {
          case Trust.SystemStore() -> Stream.of();
          case Trust.Authorities(List<Ref> all) -> all.stream();
        };
    return refs.flatMap(ref ->
            ref.holder().stream().map(kind -> new ObjectKey(kind, metadata.namespace(), ref.name)))
        .toList();
  }
}
