package io.headgate.framing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs one row on one lane and says in the words of the corpus what came of it. */
final class Exchange {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})");

  private final Proxy.Lane lane;
  private final int quietMillis;

  /**
   * Makes a runner.
   *
   * @param quietMillis after so long without a byte a connection counts as open
   */
  Exchange(Proxy.Lane lane, int quietMillis) {
    this.lane = lane;
    this.quietMillis = quietMillis;
  }

  /** A row of {@code requests.corpus}. */
  String request(Corpus.Row row) throws IOException {
    lane.origin().script = null;
    lane.origin().complete.set(0);
    StringBuilder answers = new StringBuilder();
    boolean open;
    try (Socket client = new Socket("127.0.0.1", lane.port())) {
      client.setSoTimeout(quietMillis);
      client.setTcpNoDelay(true);
      try {
        client.getOutputStream().write(row.raw());
        open = drain(client.getInputStream(), answers);
      } catch (SocketException e) {
        open = false;
      }
    }
    StringBuilder outcome = new StringBuilder();
    Matcher status = STATUS.matcher(answers);
    while (status.find()) {
      outcome.append(status.group(1)).append(' ');
    }
    return outcome + (open ? "open" : "closed") + ", " + lane.origin().complete.get() + " complete";
  }

  /** Reads what comes; returns whether the connection is open still. */
  private static boolean drain(InputStream in, StringBuilder into) throws IOException {
    byte[] buffer = new byte[4096];
    while (true) {
      try {
        int n = in.read(buffer);
        if (n < 0) {
          return false;
        }
        into.append(new String(buffer, 0, n, ISO_8859_1));
      } catch (SocketTimeoutException e) {
        return true;
      }
    }
  }

  /**
   * A row of {@code responses.corpus}: the answer, then a request of which it must know nothing.
   */
  String response(Corpus.Row row) throws IOException {
    Origin origin = lane.origin();
    origin.scriptedOn = -1;
    origin.probedOn = -2;
    origin.script = new Origin.Script(row.raw(), row.words().containsKey("eof"));
    StringBuilder outcome = new StringBuilder();
    boolean probed = false;
    try (Socket client = new Socket("127.0.0.1", lane.port())) {
      client.setSoTimeout(quietMillis);
      client.setTcpNoDelay(true);
      BufferedInputStream in = new BufferedInputStream(client.getInputStream());
      send(client, row.method() + " / HTTP/1.1\r\nHost: a\r\n\r\n");
      boolean complete = answer(in, row.method(), outcome);
      if (complete) {
        probed = probe(client, in, outcome);
      }
    }
    if (!probed) {
      try (Socket client = new Socket("127.0.0.1", lane.port())) {
        client.setSoTimeout(quietMillis);
        probed = probe(client, new BufferedInputStream(client.getInputStream()), outcome);
      }
    }
    if (!probed) {
      outcome.append(" probe lost");
    }
    return outcome + (origin.scriptedOn == origin.probedOn ? " pooled" : " closed");
  }

  static boolean answer(InputStream in, String method, StringBuilder outcome) throws IOException {
    try {
      while (true) {
        Wire.Message message = Wire.read(in, false, !method.equals("HEAD"));
        String status = message.start().substring(9, 12);
        outcome.append(outcome.isEmpty() ? "" : " ").append(status);
        if (status.startsWith("1")) {
          continue;
        }
        if (!message.body().isEmpty() && !status.equals("502") && !status.equals("503")) {
          outcome.append(' ').append(message.body());
        }
        outcome.append(message.complete() ? " end" : " broken");
        return message.complete();
      }
    } catch (SocketTimeoutException e) {
      outcome.append(" silence");
    } catch (IOException | RuntimeException e) {
      outcome.append(" nothing");
    }
    return false;
  }

  static boolean probe(Socket client, InputStream in, StringBuilder outcome) {
    try {
      send(client, "GET /probe HTTP/1.1\r\nHost: a\r\n\r\n");
      Wire.Message message = Wire.read(in, false, true);
      if (message.start().contains(" 200") && message.body().equals("ok")) {
        return true;
      }
      outcome.append(" DESYNC(").append(message.start()).append(message.body()).append(')');
      return true;
    } catch (IOException | RuntimeException e) {
      return false; // the connection was closed; another one will tell
    }
  }

  static void send(Socket client, String raw) throws IOException {
    client.getOutputStream().write(raw.getBytes(US_ASCII));
  }

  /** What a client must see when the codec is told what the row expects. */
  static String seenByClient(Corpus.Row row) {
    StringBuilder seen = new StringBuilder();
    boolean status = false;
    for (String word : row.expect().replaceAll("\\{[^}]*} ", "").split(" ")) {
      boolean code = word.matches("\\d{3}");
      if (code && word.startsWith("1")) {
        seen.append(word.equals("100") ? "" : word + " ");
      } else if (word.equals("reset")) {
        seen.append(status ? "broken " : row.expect().contains("CLOSED") ? "503 end " : "502 end ");
      } else if (!word.startsWith("UPSTREAM_")) {
        seen.append(word).append(' ');
      }
      status |= code && !word.startsWith("1");
    }
    return seen.toString().strip();
  }
}
