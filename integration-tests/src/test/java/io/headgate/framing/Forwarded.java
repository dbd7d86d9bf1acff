package io.headgate.framing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Says what a backend was sent, in the words of the corpus: method, target, host, the fields that
 * proxies do not add by themselves, and the body. {@code SMUGGLED} marks a message whose length two
 * readers could take for two.
 */
final class Forwarded {
  private static final Set<String> OF_PROXIES =
      Set.of(
          "host",
          "connection",
          "via",
          "content-length",
          "transfer-encoding",
          "x-forwarded-for",
          "x-forwarded-proto",
          "x-request-id",
          "sec-websocket-key");

  private Forwarded() {}

  /** Waits until no more requests come for a while, and tells them all. */
  static String all(BlockingQueue<Wire.Message> requests, int settledMillis)
      throws InterruptedException {
    List<String> told = new ArrayList<>();
    for (Wire.Message request = requests.poll(settledMillis, TimeUnit.MILLISECONDS);
        request != null;
        request = requests.poll(settledMillis, TimeUnit.MILLISECONDS)) {
      told.add(one(request));
    }
    told.sort(null);
    return told.isEmpty() ? "-" : String.join(" & ", told);
  }

  /** Writes bytes that are not printable as the corpus does. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (char c : text.toCharArray()) {
      escaped.append(c < ' ' || c > '~' ? "\\x%02x".formatted((int) c) : Character.toString(c));
    }
    return escaped.toString();
  }

  private static String one(Wire.Message request) {
    String start = request.start();
    String host = "no-host";
    int lengths = 0;
    Set<String> others = new TreeSet<>();
    for (String line : request.fields()) {
      int colon = line.indexOf(':');
      String name = colon < 0 ? line : line.substring(0, colon).toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1).strip();
      switch (name) {
        case "host" -> host = host.equals("no-host") ? value : host + "+" + value;
        case "content-length", "transfer-encoding" -> lengths++;
        default -> {}
      }
      if (!OF_PROXIES.contains(name) && !name.startsWith("x-envoy-")) {
        others.add(name.replace(' ', ':') + "=" + escaped(value));
      }
    }
    StringBuilder text = new StringBuilder(start.replace(" HTTP/1.1", ""));
    text.append(' ').append(host);
    others.forEach(field -> text.append(' ').append(field));
    if (!request.body().isEmpty()) {
      text.append(" \"").append(request.body()).append('"');
    }
    return text.append(lengths > 1 ? " SMUGGLED" : "").toString();
  }
}
