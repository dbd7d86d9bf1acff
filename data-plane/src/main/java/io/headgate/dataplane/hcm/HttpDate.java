package io.headgate.dataplane.hcm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.util.concurrent.FastThreadLocal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The {@code date} header's value, made once a second by each loop. */
final class HttpDate {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private static final FastThreadLocal<HttpDate> OF_LOOP =
      new FastThreadLocal<>() {
        @Override
        protected HttpDate initialValue() {
          return new HttpDate();
        }
      };

  private long second = -1;
  private byte[] text = {};

  private HttpDate() {}

  /** Returns the value for now; must not be changed. */
  static byte[] now() {
    HttpDate date = OF_LOOP.get();
    long now = System.currentTimeMillis() / 1000;
    if (now != date.second) {
      date.second = now;
      date.text = FORMAT.format(Instant.ofEpochSecond(now)).getBytes(US_ASCII);
    }
    return date.text;
  }
}
