package io.headgate.controlplane.compile.listener;

import io.headgate.controlplane.compile.value.XdsNames;
import io.headgate.fleet.ClientTelemetry;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.xds.model.http.Tracing;
import io.headgate.xds.model.http.Tracing.CustomTag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the traces of a listener.
 *
 * <p>Thread: any; stateless.
 */
final class TracingRules {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String PATH = "/v1/traces";

  private TracingRules() {}

  static @Nullable Tracing of(ClientTelemetry.@Nullable Tracing wanted) {
    if (wanted == null) {
      return null;
    }
    ClientTelemetry.Collector to = wanted.collector();
    List<CustomTag> tags = new ArrayList<>();
    new TreeMap<>(wanted.tags())
        .forEach((name, value) -> tags.add(new CustomTag.Literal(name, value)));
    new TreeMap<>(wanted.headerTags())
        .forEach((name, header) -> tags.add(new CustomTag.RequestHeader(name, header, "")));
    return new Tracing(
        new Tracing.Collector(
            XdsNames.cluster(new ObjectKey(Kind.SERVICE, to.namespace(), to.service()), to.port()),
            !to.http(),
            to.http() ? to.service() + ":" + to.port() : "",
            to.http() ? PATH : "",
            TIMEOUT,
            wanted.serviceName() == null ? "" : wanted.serviceName()),
        new Tracing.Shares(
            wanted.clientPercent() == null ? 100 : wanted.clientPercent(),
            wanted.samplePercent() == null ? 100 : wanted.samplePercent(),
            100),
        Tracing.DEFAULT_MAX_PATH,
        tags);
  }
}
