package io.headgate.dataplane.xds;

import io.envoyproxy.envoy.service.secret.v3.SecretDiscoveryServiceGrpc;
import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodFiles;
import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodWriter;
import io.headgate.dataplane.xds.node.NodeMessage;
import io.headgate.dataplane.xds.resource.ConfigReceiver;
import io.headgate.dataplane.xds.resource.DecodingSink;
import io.headgate.dataplane.xds.resource.Ledger;
import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.resource.ResponseJudge;
import io.headgate.dataplane.xds.stream.ControlPlaneCycle;
import io.headgate.dataplane.xds.thread.XdsThread;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The proxy's link to a service that sends secrets and nothing else: a discovery client whose
 * stream is the secret service's, with last-known-good files of its own.
 *
 * <p>Thread: the xds thread for all methods.
 */
public final class SecretClient {
  private final Surroundings around;
  private final DiscoveryClient client;
  private final @Nullable LastKnownGoodFiles files;
  private boolean saving;
  private boolean ended;

  /**
   * Whom the client works with.
   *
   * @param disk where files are read and written; one thread
   * @param receiver takes secrets; is offered nothing else
   */
  public record Surroundings(
      XdsThread thread, Executor disk, ConfigReceiver receiver, XdsMetrics metrics) {}

  /** Makes the client; reads no file, and connects to nothing yet. */
  public SecretClient(XdsClient.Settings settings, Surroundings around) {
    this.around = around;
    RandomGenerator random = RandomGenerator.getDefault();
    Ledger ledger = new Ledger();
    ResponseJudge judge =
        new ResponseJudge(new DecodingSink(around.receiver(), settings.ignoreUnknownFields()));
    Opening opening =
        new Opening(around.thread(), ledger, judge, NodeMessage.of(settings.identity()));
    this.client =
        new DiscoveryClient(
            new DiscoveryClient.Parts(
                around.thread(),
                ledger,
                judge,
                opening.opener(
                    settings.protocol(),
                    SecretDiscoveryServiceGrpc.getStreamSecretsMethod(),
                    SecretDiscoveryServiceGrpc.getDeltaSecretsMethod(),
                    List.of()),
                new ControlPlaneCycle(settings.controlPlanes(), random),
                random),
            around.receiver(),
            around.metrics());
    this.files =
        settings.lastKnownGood() == null ? null : new LastKnownGoodFiles(settings.lastKnownGood());
  }

  /** Begins to connect, as soon as the files are read. */
  public void start() {
    if (files == null) {
      client.start();
      return;
    }
    around
        .disk()
        .execute(() -> {
          LastKnownGoodFiles.Found found = files.load();
          around.thread().execute(() -> start(files, found));
        });
  }

  private void start(LastKnownGoodFiles from, LastKnownGoodFiles.Found found) {
    if (!ended) {
      client.useDisk(
          found,
          new LastKnownGoodWriter(
              around.thread(),
              around.disk(),
              from,
              client::held,
              around.metrics()::lastKnownGoodWritten));
      client.start();
    }
  }

  /** Says which secrets are wanted in place of those before, name to how long it is waited for. */
  public void want(Map<String, Duration> names) {
    client.want(ResourceType.SECRET, names);
  }

  /** Accepted secrets go to disk from now on. */
  public void saveFromNow() {
    saving = true;
    client.saveFromNow();
  }

  /**
   * Ends the stream because the process ends; to be called once.
   *
   * @return completes as that of {@link XdsClient#stop} does
   */
  public CompletableFuture<Void> stop() {
    ended = true;
    return client.stop();
  }

  /** Ends the stream because nothing comes from there any more; what is on disk of it goes. */
  public void forget() {
    want(Map.of());
    var _ = stop();
    around.metrics().connected(false);
    if (files != null && saving) {
      around.disk().execute(files::delete);
    }
  }
}
