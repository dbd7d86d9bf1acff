package io.headgate.dataplane.xds.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.xds.node.ProxyIdentity;
import io.headgate.dataplane.xds.resource.ConfigSource;
import io.headgate.dataplane.xds.resource.Ledger;
import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.thread.ManualThread;
import io.headgate.proto.fleet.v1.ProxyReport;
import io.headgate.proto.fleet.v1.ReportDirective;
import io.headgate.proto.fleet.v1.TlsHygiene;
import io.headgate.xds.model.bootstrap.Node;
import io.headgate.xds.model.endpoint.Locality;
import io.headgate.xds.model.value.Value;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StatusReporterTest {
  private final ManualThread thread = new ManualThread();
  private final List<FakeStatus> opened = new ArrayList<>();
  private final StatusReporter reporter = reporter();

  private static final class FakeStatus implements StatusReporter.Stream {
    final StatusReporter.Events events;
    final List<ProxyReport> reports = new ArrayList<>();
    boolean closed;

    FakeStatus(StatusReporter.Events events) {
      this.events = events;
    }

    @Override
    public void send(ProxyReport report) {
      reports.add(report);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static final class Facts implements ProxyFacts {
    @Override
    public String serverState() {
      return "LIVE";
    }

    @Override
    public List<Serving> serving(ResourceType type) {
      return List.of();
    }

    @Override
    public List<Quarantined> quarantined() {
      return List.of(new Quarantined("c", "h:1", "consecutive_5xx", Instant.EPOCH, Instant.EPOCH));
    }

    @Override
    public List<Loop> loops() {
      return List.of();
    }

    @Override
    public Tls tls() {
      return new Tls(
          List.of(
              new Certificate(
                  "listener l", false, "www", "CN=w", List.of("w"), "ecdsa_p256", Instant.EPOCH)),
          1,
          List.of(new Handshakes("downstream", "version", "TLSv1.3", 7)),
          List.of(new Allowed("version", "TLSv1.2", List.of("listener l"))));
    }
  }

  private StatusReporter reporter() {
    Node node = new Node("n", "c", Locality.NONE, Value.Obj.EMPTY);
    return new StatusReporter(
        thread,
        new Random(1),
        new ProxyIdentity(node, "1.0.0", List.of(), Instant.EPOCH, ""),
        new Ledger(),
        () -> ConfigSource.none(""),
        new Facts());
  }

  private FakeStatus connect() {
    reporter.connected(events -> {
      FakeStatus stream = new FakeStatus(events);
      opened.add(stream);
      return stream;
    });
    return opened.getLast();
  }

  @Test
  void theFirstReportSaysWhoAndLaterOnesOnlyWhat() {
    FakeStatus stream = connect();
    assertThat(stream.reports).hasSize(1);
    assertThat(stream.reports.getFirst().getIdentity().getNodeId()).isEqualTo("n");
    assertThat(stream.reports.getFirst().getQuarantinedHosts(0).getReason())
        .isEqualTo("consecutive_5xx");
    thread.advance(Duration.ofSeconds(5));
    assertThat(stream.reports).hasSize(2);
    assertThat(stream.reports.getLast().hasIdentity()).isFalse();
    assertThat(stream.reports.getLast().getSequence()).isEqualTo(2);
  }

  @Test
  void howTlsAgesIsPartOfEveryReport() {
    TlsHygiene tls = connect().reports.getFirst().getTls();
    assertThat(tls.getCertificatesTotal()).isEqualTo(1);
    assertThat(tls.getCertificates(0).getPlace()).isEqualTo("listener l");
    assertThat(tls.getCertificates(0).getNotAfter().getSeconds()).isZero();
    assertThat(tls.getHandshakes(0).getCount()).isEqualTo(7);
    assertThat(tls.getAllowed(0).getPlacesList()).containsExactly("listener l");
  }

  @Test
  void aBurstOfChangesIsOneReportSoonAfter() {
    FakeStatus stream = connect();
    for (int i = 0; i < 100; i++) {
      reporter.changed();
    }
    assertThat(stream.reports).hasSize(1);
    thread.advance(Duration.ofMillis(50));
    assertThat(stream.reports).hasSize(2);
  }

  @Test
  void theServerMayAskForAnotherInterval() {
    FakeStatus stream = connect();
    stream.events.directed(ReportDirective.newBuilder().setReportIntervalMs(1_000).build());
    thread.advance(Duration.ofMillis(3_500));
    assertThat(stream.reports).hasSize(4);
  }

  @Test
  void aServerWithoutTheServiceIsLeftAlone() {
    FakeStatus stream = connect();
    stream.events.ended(true, "UNIMPLEMENTED");
    thread.advance(Duration.ofMinutes(5));
    assertThat(opened).hasSize(1);
    connect();
    assertThat(opened).as("a new connection may be to another server").hasSize(2);
  }

  @Test
  void aBrokenStreamIsOpenedAgainAndTellsWhoItIs() {
    FakeStatus stream = connect();
    stream.events.ended(false, "INTERNAL");
    reporter.changed();
    thread.advance(Duration.ofSeconds(3));
    assertThat(opened).hasSize(2);
    assertThat(opened.getLast().reports.getFirst().hasIdentity()).isTrue();
  }

  @Test
  void afterTheConnectionIsGoneNothingIsSent() {
    FakeStatus stream = connect();
    reporter.disconnected();
    assertThat(stream.closed).isTrue();
    reporter.changed();
    thread.advance(Duration.ofMinutes(1));
    assertThat(stream.reports).hasSize(1);
    assertThat(opened).hasSize(1);
  }
}
