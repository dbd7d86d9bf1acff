package io.headgate.dataplane.xds;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.grpc.Channel;
import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodFiles;
import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodPlace;
import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodWriter;
import io.headgate.dataplane.xds.node.NodeMessage;
import io.headgate.dataplane.xds.node.ProxyIdentity;
import io.headgate.dataplane.xds.resource.ConfigReceiver;
import io.headgate.dataplane.xds.resource.ConfigSource;
import io.headgate.dataplane.xds.resource.DecodingSink;
import io.headgate.dataplane.xds.resource.Interest;
import io.headgate.dataplane.xds.resource.Ledger;
import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.resource.ResourceView;
import io.headgate.dataplane.xds.resource.ResponseJudge;
import io.headgate.dataplane.xds.status.GrpcStatusStream;
import io.headgate.dataplane.xds.status.ProxyFacts;
import io.headgate.dataplane.xds.status.StatusReporter;
import io.headgate.dataplane.xds.stream.ChannelUser;
import io.headgate.dataplane.xds.stream.ControlPlane;
import io.headgate.dataplane.xds.stream.ControlPlaneCycle;
import io.headgate.dataplane.xds.thread.XdsThread;
import io.headgate.xds.model.bootstrap.GrpcApi;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The proxy's link to its control planes: discovery, the last-known-good files and the status
 * stream.
 *
 * <p>Thread: the xds thread for all methods, unless they say otherwise.
 */
public final class XdsClient {
  private final XdsThread thread;
  private final DiscoveryClient client;
  private final StatusReporter reporter;

  /**
   * What the client is told.
   *
   * @param controlPlanes groups in the order of preference; the members of one are equal
   * @param lastKnownGood of the last-known-good files; null keeps none
   * @param ignoreUnknownFields whether fields that the protos do not know are skipped
   */
  public record Settings(
      List<List<ControlPlane>> controlPlanes,
      GrpcApi.ApiType protocol,
      ProxyIdentity identity,
      @Nullable LastKnownGoodPlace lastKnownGood,
      boolean ignoreUnknownFields) {
    public Settings {
      controlPlanes = List.copyOf(controlPlanes);
    }
  }

  /**
   * Whom the client works with.
   *
   * @param disk where blocking writes run; one thread
   * @param users others that speak over the same connection
   */
  public record Surroundings(
      XdsThread thread,
      Executor disk,
      ConfigReceiver receiver,
      ProxyFacts facts,
      XdsMetrics metrics,
      List<ChannelUser> users) {
    public Surroundings {
      users = List.copyOf(users);
    }
  }

  /** Makes the client; reads the last-known-good files, and connects to nothing yet. */
  public XdsClient(Settings settings, Surroundings around) {
    this.thread = around.thread();
    RandomGenerator random = RandomGenerator.getDefault();
    Ledger ledger = new Ledger();
    ResponseJudge judge =
        new ResponseJudge(new DecodingSink(around.receiver(), settings.ignoreUnknownFields()));
    List<ChannelUser> users = new ArrayList<>(around.users());
    users.add(new StatusUser());
    Node node = NodeMessage.of(settings.identity());
    this.client =
        new DiscoveryClient(
            new DiscoveryClient.Parts(
                thread,
                ledger,
                judge,
                new Opening(thread, ledger, judge, node)
                    .opener(
                        settings.protocol(),
                        AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod(),
                        AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod(),
                        users),
                new ControlPlaneCycle(settings.controlPlanes(), random),
                random),
            around.receiver(),
            around.metrics());
    this.reporter =
        new StatusReporter(
            thread, random, settings.identity(), ledger, client::source, around.facts());
    client.onChange(reporter::changed);
    if (settings.lastKnownGood() != null) {
      LastKnownGoodFiles files = new LastKnownGoodFiles(settings.lastKnownGood());
      client.useDisk(
          files.load(),
          new LastKnownGoodWriter(
              thread, around.disk(), files, client::held, around.metrics()::lastKnownGoodWritten));
    }
  }

  /** Begins to connect. */
  public void start() {
    client.start();
  }

  /**
   * Says goodbye on the streams and ends them, and writes the last change to disk; to be called
   * once.
   *
   * @return completes when the control plane took the goodbye, after about a second at the latest,
   *     and the disk has what was accepted; the xds thread must run until then
   */
  public CompletableFuture<Void> stop() {
    reporter.disconnected();
    return client.stop();
  }

  /**
   * Says what is wanted of a type, in place of what was wanted before. The server is told after the
   * update in hand is answered.
   *
   * @param timeout how long each new name is waited for; zero for ever
   */
  public void want(ResourceType type, Interest interest, Duration timeout) {
    client.want(type, interest, timeout);
  }

  /** The same for names with a wait of their own each. */
  public void want(ResourceType type, Map<String, Duration> names) {
    client.want(type, names);
  }

  /** The start is complete: accepted config goes to disk from now on. */
  public void saveFromNow() {
    client.saveFromNow();
  }

  /** Something that {@link ProxyFacts} tells has changed: reports it soon. Any thread. */
  public void factsChanged() {
    thread.execute(reporter::changed);
  }

  /** Where the config in force comes from. Any thread. */
  public ConfigSource source() {
    return client.source();
  }

  /** When something of this type was applied last. */
  public Optional<Instant> lastUpdate(ResourceType type) {
    return client.lastUpdate(type);
  }

  /** What is accepted and what was refused of a type, by name. */
  public List<ResourceView> resources(ResourceType type) {
    return ResourceView.of(client.ledger().of(type));
  }

  /** The version of the last response of a type that was accepted whole; empty before the first. */
  public String version(ResourceType type) {
    return client.ledger().of(type).version();
  }

  /** Brings the status stream up with the connection. */
  private final class StatusUser implements ChannelUser {
    @Override
    public void connected(Channel channel) {
      reporter.connected(events -> GrpcStatusStream.open(channel, events));
    }

    @Override
    public void disconnected() {
      reporter.disconnected();
    }
  }
}
