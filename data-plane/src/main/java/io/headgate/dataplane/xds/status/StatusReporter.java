package io.headgate.dataplane.xds.status;

import com.google.protobuf.Timestamp;
import io.headgate.dataplane.xds.node.ProxyIdentity;
import io.headgate.dataplane.xds.resource.ConfigSource;
import io.headgate.dataplane.xds.resource.Ledger;
import io.headgate.dataplane.xds.resource.TypeLedger;
import io.headgate.dataplane.xds.thread.XdsThread;
import io.headgate.proto.fleet.v1.LoopStatus;
import io.headgate.proto.fleet.v1.ProxyReport;
import io.headgate.proto.fleet.v1.QuarantinedHost;
import io.headgate.proto.fleet.v1.ReportDirective;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the control plane how this proxy is: when something changed, at most every 50 ms, and every
 * five seconds or as often as the server asks.
 *
 * <p>A server without the service is left alone until the next connection; other failures are tried
 * again after a second or so.
 *
 * <p>Thread: the xds thread.
 */
public final class StatusReporter {
  private static final Logger log = LoggerFactory.getLogger(StatusReporter.class);
  private static final Duration COALESCE = Duration.ofMillis(50);
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  /** A directive below this would only cost: 200 ms. */
  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(200);

  private static final long RETRY_MAX_MILLIS = 2_000;

  private final XdsThread thread;
  private final RandomGenerator random;
  private final ProxyIdentity identity;
  private final Ledger ledger;
  private final Supplier<ConfigSource> source;
  private final ProxyFacts facts;
  private Optional<Opener> opener = Optional.empty();
  private Optional<Stream> stream = Optional.empty();
  private XdsThread.Timer next = () -> {};
  private Duration interval = INTERVAL;
  private boolean soon;
  private boolean identified;
  private long sequence;
  private int connection;

  /** A status stream. */
  public interface Stream {
    void send(ProxyReport report);

    /** Says that no report follows; no event follows either. */
    void close();
  }

  /** Opens status streams on the connection that is up. */
  @FunctionalInterface
  public interface Opener {
    Stream open(Events events);
  }

  /** What a stream says of itself, on the xds thread. */
  public interface Events {
    void directed(ReportDirective directive);

    /**
     * The last event.
     *
     * @param unimplemented the server has no such service
     */
    void ended(boolean unimplemented, String reason);
  }

  public StatusReporter(
      XdsThread thread,
      RandomGenerator random,
      ProxyIdentity identity,
      Ledger ledger,
      Supplier<ConfigSource> source,
      ProxyFacts facts) {
    this.thread = thread;
    this.random = random;
    this.identity = identity;
    this.ledger = ledger;
    this.source = source;
    this.facts = facts;
  }

  /** A connection to a control plane is up. */
  public void connected(Opener through) {
    connection++;
    opener = Optional.of(through);
    interval = INTERVAL;
    open();
  }

  /** The connection is gone, or the proxy ends. */
  public void disconnected() {
    connection++;
    opener = Optional.empty();
    stream.ifPresent(Stream::close);
    stream = Optional.empty();
    next.cancel();
  }

  /** Something that a report shows has changed. */
  public void changed() {
    if (stream.isPresent() && !soon) {
      soon = true;
      next.cancel();
      next = thread.schedule(COALESCE, this::report);
    }
  }

  private void open() {
    if (opener.isEmpty()) {
      return;
    }
    int opened = connection;
    identified = false;
    soon = false;
    stream =
        Optional.of(
            opener
                .get()
                .open(
                    new Events() {
                      @Override
                      public void directed(ReportDirective directive) {
                        if (opened == connection) {
                          follow(directive);
                        }
                      }

                      @Override
                      public void ended(boolean unimplemented, String reason) {
                        if (opened == connection) {
                          lost(unimplemented, reason);
                        }
                      }
                    }));
    report();
  }

  private void follow(ReportDirective directive) {
    Duration asked = Duration.ofMillis(Integer.toUnsignedLong(directive.getReportIntervalMs()));
    interval =
        asked.isZero()
            ? INTERVAL
            : asked.compareTo(SHORTEST_INTERVAL) < 0 ? SHORTEST_INTERVAL : asked;
    if (!soon) {
      next.cancel();
      next = thread.schedule(interval, this::report);
    }
  }

  private void lost(boolean unimplemented, String reason) {
    connection++;
    stream = Optional.empty();
    next.cancel();
    if (unimplemented) {
      log.atInfo().log("the control plane has no status service; this proxy reports ACKs only");
      return;
    }
    log.atDebug().addKeyValue("reason", reason).log("the status stream ended");
    int ended = connection;
    next =
        thread.schedule(
            Duration.ofMillis(RETRY_MAX_MILLIS / 2 + random.nextLong(RETRY_MAX_MILLIS / 2)),
            () -> {
              if (ended == connection) {
                open();
              }
            });
  }

  private void report() {
    soon = false;
    if (stream.isEmpty()) {
      return;
    }
    stream.get().send(build());
    identified = true;
    next.cancel();
    next = thread.schedule(interval, this::report);
  }

  private ProxyReport build() {
    ProxyReport.Builder report =
        ProxyReport.newBuilder()
            .setSequence(++sequence)
            .setSentAt(timestamp(thread.now()))
            .setServerState(facts.serverState())
            .setConfigSource(TypeReports.source(source.get()));
    if (!identified) {
      report.setIdentity(identity());
    }
    for (TypeLedger type : ledger.wanted()) {
      report.addTypes(TypeReports.of(type, facts.serving(type.type())));
    }
    for (ProxyFacts.Quarantined host : facts.quarantined()) {
      report.addQuarantinedHosts(
          QuarantinedHost.newBuilder()
              .setCluster(host.cluster())
              .setAddress(host.address())
              .setReason(host.reason())
              .setSince(timestamp(host.since()))
              .setUntil(timestamp(host.until())));
    }
    for (ProxyFacts.Loop loop : facts.loops()) {
      report.addLoops(
          LoopStatus.newBuilder()
              .setIndex(loop.index())
              .setLagMicros(loop.lagMicros())
              .setBusy(loop.busy())
              .setConnections(loop.connections()));
    }
    report.setTls(TlsReport.of(facts.tls()));
    return report.build();
  }

  private io.headgate.proto.fleet.v1.ProxyIdentity identity() {
    return io.headgate.proto.fleet.v1.ProxyIdentity.newBuilder()
        .setNodeId(identity.node().id())
        .setNodeCluster(identity.node().cluster())
        .setVersion(identity.version())
        .setStartedAt(timestamp(identity.startedAt()))
        .setAdminAddress(identity.adminAddress())
        .build();
  }

  static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
