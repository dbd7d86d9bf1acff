package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.observe.Meters;
import io.headgate.xds.model.http.Http2Options;
import io.headgate.xds.model.http.Http2Options.Floods;
import io.headgate.xds.model.http.Http2Options.Keepalive;
import io.headgate.xds.model.http.Http2Options.Windows;
import io.headgate.xds.model.http.HttpRules.UnderscoreHeaders;

/** Settings for tests, with small limits. */
final class TestSettings {
  static final int STREAMS = 4;
  static final int BUFFER = 1000;
  static final int OUTBOUND_CONTROL = 500;

  private TestSettings() {}

  static H2Settings of(Meters meters) {
    return of(meters, Keepalive.NONE, UnderscoreHeaders.ALLOW);
  }

  static H2Settings of(Meters meters, Keepalive keepalive, UnderscoreHeaders underscores) {
    return new H2Settings(
        new Http2Options(
            4096,
            STREAMS,
            new Windows(65535, 65535),
            true,
            true,
            keepalive,
            new Floods(10_000, OUTBOUND_CONTROL, 1, 100, 10)),
        4096,
        20,
        underscores,
        5_000_000_000L,
        BUFFER,
        new H2Meters(meters.scope("http2")));
  }

  static long count(Meters meters, String name) {
    return meters.all().stream()
        .filter(meter -> meter.name().equals("http2." + name))
        .mapToLong(meter -> ((Meters.CounterMeter) meter).counter().value())
        .findFirst()
        .orElseThrow();
  }
}
