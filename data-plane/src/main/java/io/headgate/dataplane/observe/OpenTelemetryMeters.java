package io.headgate.dataplane.observe;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.Meter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Shows the counters and gauges of the process to OpenTelemetry as asynchronous instruments, which
 * read the cells when somebody collects; the request path knows nothing of it. {@link #refresh}
 * makes instruments for families that are new.
 *
 * <p><b>Thread:</b> the config thread refreshes; a collector reads.
 */
public final class OpenTelemetryMeters {
  private final Meters meters;
  private final Meter meter;
  private final Set<String> known = new HashSet<>();

  /** Makes the bridge to an OpenTelemetry meter. */
  public OpenTelemetryMeters(Meters meters, Meter meter) {
    this.meters = meters;
    this.meter = meter;
  }

  /** Makes instruments for meters that came since the last call. */
  public void refresh() {
    for (Meters.Meter each : meters.all()) {
      String family = each.series().family();
      if (!known.add(family)) {
        continue;
      }
      switch (each) {
        case Meters.CounterMeter m -> {
          var _ =
              meter
                  .counterBuilder(family)
                  .buildWithCallback(out -> values(family, (value, at) -> out.record(value, at)));
        }
        case Meters.GaugeMeter m -> {
          var _ =
              meter
                  .upDownCounterBuilder(family)
                  .buildWithCallback(out -> values(family, (value, at) -> out.record(value, at)));
        }
        case Meters.HistogramMeter m -> {
          var _ =
              meter
                  .counterBuilder(family + "_sum")
                  .buildWithCallback(out -> values(family, (value, at) -> out.record(value, at)));
        }
      }
    }
  }

  /** Takes one value. */
  @FunctionalInterface
  private interface Sink {
    void record(long value, Attributes attributes);
  }

  private void values(String family, Sink sink) {
    for (Meters.Meter each : meters.all()) {
      if (!each.series().family().equals(family)) {
        continue;
      }
      Attributes attributes = attributes(each.series().labels());
      switch (each) {
        case Meters.CounterMeter m -> sink.record(m.counter().value(), attributes);
        case Meters.GaugeMeter m -> sink.record(m.gauge().value(), attributes);
        case Meters.HistogramMeter m -> sink.record(m.histogram().sum(), attributes);
      }
    }
  }

  private static Attributes attributes(List<String> labels) {
    AttributesBuilder builder = Attributes.builder();
    for (int i = 0; i < labels.size(); i += 2) {
      builder.put(AttributeKey.stringKey(labels.get(i)), labels.get(i + 1));
    }
    return builder.build();
  }
}
