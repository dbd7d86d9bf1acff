package io.headgate.dataplane.observe;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The OpenTelemetry SDK of the process: its meters in, and readers that collect them. One reader is
 * always there, which the admin's Prometheus page asks.
 *
 * <p><b>Thread:</b> any.
 */
public final class Telemetry implements AutoCloseable {
  private final OnDemand page = new OnDemand();
  private final SdkMeterProvider provider;

  /**
   * Starts it.
   *
   * @param identity attributes of the resource, for example {@code service.instance.id}
   * @param more readers beside that of the admin; closed with this
   */
  public Telemetry(Meters meters, Map<String, String> identity, List<MetricReader> more) {
    AttributesBuilder attributes = Attributes.builder();
    identity.forEach((name, value) -> attributes.put(AttributeKey.stringKey(name), value));
    SdkMeterProviderBuilder builder =
        SdkMeterProvider.builder()
            .addResource(Resource.create(attributes.build()))
            .registerMetricProducer(new OpenTelemetryMeters(meters))
            .registerMetricReader(page);
    more.forEach(builder::registerMetricReader);
    provider = builder.build();
  }

  /** Returns all metrics as they stand, by name. */
  public Collection<MetricData> collect() {
    return page.collect();
  }

  @Override
  public void close() {
    provider.close();
  }

  /** Collects when it is asked to. */
  private static final class OnDemand implements MetricReader {
    private volatile CollectionRegistration source = CollectionRegistration.noop();

    Collection<MetricData> collect() {
      return source.collectAllMetrics();
    }

    @Override
    public void register(CollectionRegistration registration) {
      source = registration;
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType type) {
      return AggregationTemporality.CUMULATIVE;
    }

    @Override
    public CompletableResultCode forceFlush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      source = CollectionRegistration.noop();
      return CompletableResultCode.ofSuccess();
    }
  }
}
