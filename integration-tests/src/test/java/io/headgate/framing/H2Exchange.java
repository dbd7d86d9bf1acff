package io.headgate.framing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** Runs one row of HTTP/2 on one lane and says in the words of the corpus what came of it. */
final class H2Exchange {
  private static final byte[] SETTINGS = FrameText.bytes("SETTINGS", "0");
  private static final byte[] ACK = FrameText.bytes("SETTINGS", "0 ACK");
  private static final int TICK_MILLIS = 20;
  private static final String ANY = ", any";

  private final Proxy.Lane lane;
  private final int quietMillis;

  /**
   * Makes a runner.
   *
   * @param quietMillis after so long without a byte nothing more is expected
   */
  H2Exchange(Proxy.Lane lane, int quietMillis) {
    this.lane = lane;
    this.quietMillis = quietMillis;
  }

  /** What a client sends for a row: the preface unless it is bare, the row, a ping. */
  static byte[] sent(Corpus.Row row) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!row.has("bare")) {
      out.writeBytes(Ear.PREFACE);
      out.writeBytes(SETTINGS);
    }
    out.writeBytes(row.raw());
    out.writeBytes(Ear.PING);
    return out.toByteArray();
  }

  /** A row of {@code h2/requests.corpus}. */
  String request(Corpus.Row row) throws IOException, InterruptedException {
    lane.origin().script = null;
    Forwarded.all(lane.origin().requests, quietMillis / 40);
    String expected = row.expectOfProxy();
    String wanted = expected.substring(0, expected.lastIndexOf(", "));
    String answers;
    try (Socket client = new Socket("127.0.0.1", lane.port())) {
      client.setSoTimeout(TICK_MILLIS);
      client.setTcpNoDelay(true);
      answers = talk(client, row, wanted);
    }
    String forwarded = ", " + Forwarded.all(lane.origin().requests, quietMillis / 8);
    return answers + (expected.endsWith(ANY) ? ANY : forwarded);
  }

  private String talk(Socket client, Corpus.Row row, String wanted) throws IOException {
    Ear ear = new Ear();
    OutputStream out = client.getOutputStream();
    InputStream in = client.getInputStream();
    ByteBuffer buffer = ByteBuffer.allocate(1 << 17);
    long quietSince = System.nanoTime();
    try {
      out.write(sent(row));
      while (System.nanoTime() - quietSince < TimeUnit.MILLISECONDS.toNanos(quietMillis)) {
        if (outcome(ear, ear.pinged() ? "open" : "silent").equals(wanted)) {
          break;
        }
        int n = read(in, buffer);
        if (n < 0) {
          return outcome(ear, "closed");
        }
        if (n > 0) {
          quietSince = System.nanoTime();
          answer(ear, buffer, out);
        }
      }
    } catch (SocketException e) {
      return outcome(ear, "closed");
    }
    return outcome(ear, ear.pinged() ? "open" : "silent");
  }

  private static String outcome(Ear ear, String connection) {
    return (ear.answers() + " " + connection).strip();
  }

  private static int read(InputStream in, ByteBuffer into) throws IOException {
    try {
      int n = in.read(into.array(), into.position(), into.remaining());
      into.position(into.position() + Math.max(n, 0));
      return n;
    } catch (SocketTimeoutException e) {
      return 0;
    }
  }

  private static void answer(Ear ear, ByteBuffer buffer, OutputStream out) throws IOException {
    buffer.flip();
    for (Ear.Frame frame = Ear.next(buffer); frame != null; frame = Ear.next(buffer)) {
      ear.take(frame);
      if (frame.is("SETTINGS") && !frame.has(1)) {
        out.write(ACK);
      }
    }
    buffer.compact();
  }

  /**
   * A row of {@code h2/responses.corpus}: the answer, what the proxy said about it, then a request
   * of which it must know nothing.
   */
  String response(Corpus.Row row) throws IOException, InterruptedException {
    H2Origin origin = lane.h2Origin();
    origin.scriptedOn = -1;
    origin.probedOn = -2;
    origin.heard = new Ear();
    origin.script = new H2Origin.Script(row.raw(), row.has("bare"), row.has("eof"));
    StringBuilder outcome = new StringBuilder();
    boolean probed = false;
    try (Socket client = new Socket("127.0.0.1", lane.port())) {
      client.setSoTimeout(quietMillis);
      client.setTcpNoDelay(true);
      BufferedInputStream in = new BufferedInputStream(client.getInputStream());
      Exchange.send(client, row.method() + " / HTTP/1.1\r\nHost: a\r\n\r\n");
      boolean complete = Exchange.answer(in, row.method(), outcome);
      awaitComplaints(origin, row);
      if (complete) {
        probed = Exchange.probe(client, in, outcome);
      }
    }
    if (!probed) {
      try (Socket client = new Socket("127.0.0.1", lane.port())) {
        client.setSoTimeout(quietMillis);
        probed = Exchange.probe(client, new BufferedInputStream(client.getInputStream()), outcome);
      }
    }
    if (!probed) {
      outcome.append(" probe lost");
    }
    outcome.append(", ").append(origin.heard.complaints());
    return outcome + (origin.scriptedOn == origin.probedOn ? " pooled" : " closed");
  }

  /** Waits until the backend has heard what it should, or for a while. */
  private void awaitComplaints(H2Origin origin, Corpus.Row row) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(quietMillis);
    while (System.nanoTime() < end
        && !row.expectOfProxy().contains(", " + origin.heard.complaints() + " ")
        && origin.news.tryAcquire(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
      // something was heard
    }
  }
}
