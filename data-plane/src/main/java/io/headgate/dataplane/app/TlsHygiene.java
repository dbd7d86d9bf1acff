package io.headgate.dataplane.app;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.listener.OpenListener;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.tls.Allowance;
import io.headgate.dataplane.tls.CertificateFacts;
import io.headgate.dataplane.tls.ClientTlsSlot;
import io.headgate.dataplane.tls.KeyType;
import io.headgate.dataplane.tls.TlsMeters;
import io.headgate.dataplane.xds.status.ProxyFacts;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How TLS ages: when the certificates in use expire, with a warning 30, 7 and 1 days before, and
 * what handshakes use.
 *
 * <p>Thread: the config thread.
 */
final class TlsHygiene {
  private static final Logger log = LoggerFactory.getLogger(TlsHygiene.class);

  /** Days before the end of a certificate at which the log warns; the last is the end itself. */
  private static final int[] WARNINGS = {30, 7, 1, 0};

  private static final int TOLD = 100;
  private static final int PLACES = 20;
  private static final int DNS_NAME = 2;

  /** With no certificate in use, as in Envoy. */
  private static final long NO_END = 4_294_967_295L;

  private final Meters meters;
  private final Clock clock;
  private final Supplier<Collection<OpenListener>> listeners;
  private final Supplier<Collection<Cluster>> clusters;
  private final Map<Warned, Integer> warned = new HashMap<>();
  private ProxyFacts.Tls facts = ProxyFacts.Tls.NONE;

  /** A certificate at a place, of which the log may have warned. */
  private record Warned(String place, X509Certificate certificate) {}

  /** An OCSP response at a place, and until when it holds. */
  private record Stapled(String place, String name, Instant ends) {}

  private Set<Stapled> ended = Set.of();

  /** Nothing is known before the first look. */
  TlsHygiene(
      Meters meters,
      Clock clock,
      Supplier<Collection<OpenListener>> listeners,
      Supplier<Collection<Cluster>> clusters) {
    this.meters = meters;
    this.clock = clock;
    this.listeners = listeners;
    this.clusters = clusters;
  }

  /** What the last look found. */
  ProxyFacts.Tls facts() {
    return facts;
  }

  /** Looks at all that is in force. To be called every few seconds. */
  void look() {
    Instant now = clock.instant();
    List<ProxyFacts.Certificate> certificates = new ArrayList<>();
    Map<String, Map<String, Set<String>>> allowed = new TreeMap<>();
    Set<Warned> seen = new HashSet<>();
    List<Stapled> staples = new ArrayList<>();
    for (OpenListener listener : listeners.get()) {
      String place = "listener " + listener.value().name();
      add(place, listener.certificates(), certificates, seen, now);
      staples(place, listener.certificates(), staples);
      listener.tlsAllowances().forEach(allowance -> add(place, allowance, allowed));
    }
    for (Cluster cluster : clusters.get()) {
      ClientTlsSlot tls = cluster.tls();
      if (tls != null) {
        String place = "cluster " + cluster.config().name();
        add(place, cluster.certificates(), certificates, seen, now);
        add(place, tls.allowance(), allowed);
      }
    }
    warned.keySet().retainAll(seen);
    certificates.sort(Comparator.comparing(ProxyFacts.Certificate::notAfter));
    meters
        .scope("server")
        .gauge("days_until_first_cert_expiring")
        .set(
            certificates.isEmpty()
                ? NO_END
                : CertificateFacts.daysLeft(certificates.getFirst().notAfter(), now));
    staples(staples, now);
    facts =
        new ProxyFacts.Tls(
            List.copyOf(certificates.subList(0, Math.min(TOLD, certificates.size()))),
            certificates.size(),
            handshakes(),
            allowances(allowed));
  }

  private static void staples(String place, List<CertificateFacts> from, List<Stapled> into) {
    for (CertificateFacts one : from) {
      Instant ends = one.stapleEnds();
      if (ends != null && !ends.equals(Instant.MAX)) {
        into.add(new Stapled(place, one.name(), ends));
      }
    }
  }

  /** Tells of responses that have expired, each once, and how long the others hold. */
  private void staples(List<Stapled> all, Instant now) {
    all.stream()
        .map(Stapled::ends)
        .min(Comparator.naturalOrder())
        .ifPresent(first ->
            meters
                .scope("server")
                .gauge("seconds_until_first_ocsp_response_expiring")
                .set(Math.max(0, Duration.between(now, first).toSeconds())));
    Set<Stapled> past = new HashSet<>();
    for (Stapled one : all) {
      if (!now.isBefore(one.ends()) && past.add(one) && !ended.contains(one)) {
        log.atWarn()
            .addKeyValue("place", one.place())
            .addKeyValue("certificate", one.name())
            .addKeyValue("next_update", one.ends())
            .log("an OCSP response has expired and is not sent any more");
      }
    }
    ended = past;
  }

  private void add(
      String place,
      List<CertificateFacts> from,
      List<ProxyFacts.Certificate> into,
      Set<Warned> seen,
      Instant now) {
    for (CertificateFacts one : from) {
      for (X509Certificate certificate : one.chain()) {
        Warned key = new Warned(place, certificate);
        if (seen.add(key)) {
          ProxyFacts.Certificate told = told(place, one, certificate);
          into.add(told);
          warn(key, told, now);
        }
      }
    }
  }

  private static ProxyFacts.Certificate told(
      String place, CertificateFacts from, X509Certificate certificate) {
    return new ProxyFacts.Certificate(
        place,
        from.kind() == CertificateFacts.Kind.AUTHORITY,
        from.name(),
        certificate.getSubjectX500Principal().getName(),
        dnsNames(certificate),
        KeyType.of(certificate.getPublicKey()),
        certificate.getNotAfter().toInstant());
  }

  private static List<String> dnsNames(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .filter(name -> name.getFirst().equals(DNS_NAME))
              .map(name -> String.valueOf(name.get(1)))
              .toList();
    } catch (CertificateParsingException _) {
      return List.of();
    }
  }

  /** Once for each of the days, the last that has come. */
  private void warn(Warned key, ProxyFacts.Certificate told, Instant now) {
    int passed = 0;
    boolean expired = !now.isBefore(told.notAfter());
    long days = CertificateFacts.daysLeft(told.notAfter(), now);
    for (int warning : WARNINGS) {
      if (warning == 0 ? expired : days < warning) {
        passed++;
      }
    }
    if (passed > warned.getOrDefault(key, 0)) {
      warned.put(key, passed);
      meters.scope(TlsMeters.HANDSHAKES).counter("certificate_warnings_total").add();
      log.atWarn()
          .addKeyValue("place", told.place())
          .addKeyValue("certificate", told.name())
          .addKeyValue("subject", told.subject())
          .addKeyValue("not_after", told.notAfter())
          .addKeyValue("days_left", days)
          .log(expired ? "a certificate has expired" : "a certificate expires soon");
    }
  }

  private static void add(
      String place, Allowance allowance, Map<String, Map<String, Set<String>>> into) {
    add("version", allowance.versions(), place, into);
    add("cipher", allowance.ciphers(), place, into);
    add("group", allowance.groups(), place, into);
  }

  private static void add(
      String what, List<String> names, String place, Map<String, Map<String, Set<String>>> into) {
    Map<String, Set<String>> places = into.computeIfAbsent(what, key -> new TreeMap<>());
    names.forEach(name -> places.computeIfAbsent(name, key -> new HashSet<>()).add(place));
  }

  private static List<ProxyFacts.Allowed> allowances(Map<String, Map<String, Set<String>>> from) {
    List<ProxyFacts.Allowed> all = new ArrayList<>();
    from.forEach((what, names) ->
        names.forEach((name, places) ->
            all.add(
                new ProxyFacts.Allowed(
                    what, name, places.stream().sorted().limit(PLACES).toList()))));
    return all;
  }

  private List<ProxyFacts.Handshakes> handshakes() {
    List<ProxyFacts.Handshakes> all = new ArrayList<>();
    String prefix = TlsMeters.HANDSHAKES + ".handshakes.";
    new TreeMap<>(meters.counters(prefix))
        .forEach((name, count) -> {
          String[] parts = name.substring(prefix.length()).split("\\.", 3); // side, what, name
          if (parts.length == 3) {
            all.add(new ProxyFacts.Handshakes(parts[0], parts[1], parts[2], count));
          }
        });
    return all;
  }
}
