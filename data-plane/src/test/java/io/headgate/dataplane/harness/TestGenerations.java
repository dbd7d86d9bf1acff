package io.headgate.dataplane.harness;

import io.headgate.dataplane.codec.h1.H1Settings;
import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.dataplane.hcm.FilterChain;
import io.headgate.dataplane.hcm.HcmGeneration;
import io.headgate.dataplane.hcm.HcmMeters;
import io.headgate.dataplane.hcm.HcmSettings;
import io.headgate.dataplane.hcm.HcmTimeouts;
import io.headgate.dataplane.hcm.Pressure;
import io.headgate.dataplane.hcm.RouteLookup;
import io.headgate.dataplane.hcm.StreamTelemetry;
import io.headgate.dataplane.observe.AccessLogger;
import io.headgate.dataplane.observe.Meters;
import io.headgate.xds.model.http.HttpRules;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Generations of a connection manager for tests. */
public final class TestGenerations {
  public static final HcmTimeouts TIMEOUTS =
      new HcmTimeouts(
          0, TimeUnit.SECONDS.toNanos(300), 0, TimeUnit.SECONDS.toNanos(3600), 0, false, 0);

  private TestGenerations() {}

  /** Returns a generation with these filters, without routes. */
  public static HcmGeneration of(
      FilterTemplate.Terminal terminal, AccessLogger log, FilterTemplate.Passing... filters) {
    return of(HttpRules.DEFAULT, TIMEOUTS, 1000, terminal, log, filters);
  }

  /** Returns a generation with these options, without routes. */
  public static HcmGeneration of(
      HttpRules rules,
      HcmTimeouts timeouts,
      int bufferLimit,
      FilterTemplate.Terminal terminal,
      AccessLogger log,
      FilterTemplate.Passing... filters) {
    List<FilterChain.Slot> slots = new ArrayList<>();
    for (int i = 0; i < filters.length; i++) {
      slots.add(new FilterChain.Slot("filter" + i, filters[i], false));
    }
    HcmSettings settings =
        new HcmSettings(
            rules,
            timeouts,
            H1Settings.DEFAULT,
            new HcmMeters(new Meters().scope("http", "envoy_http_conn_manager_prefix", "ingress")),
            new StreamTelemetry(List.of(log), null),
            "cluster",
            new HcmSettings.Limits(bufferLimit, 0, null, Pressure.NONE));
    return new HcmGeneration(
        settings, new FilterChain(slots, "terminal", terminal), RouteLookup.NONE);
  }
}
