package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ResponseReceiver;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The request's side of one upstream HTTP/2 exchange. It gets its number with its head, because
 * heads must be sent in the order of their numbers. Confined to the connection's event loop.
 */
final class H2ClientStream extends H2Stream implements ClientStream {
  private static final int MAX_INFORMATIONAL = 16;

  private final H2ClientConnection client;
  private final ResponseReceiver receiver;
  private Method method = Method.GET;
  private @Nullable String upgrade;
  private boolean opened;
  private boolean headReceived;
  private boolean tunnel;
  private boolean askedForTunnel;
  private int informational;

  H2ClientStream(H2ClientConnection client, ResponseReceiver receiver) {
    super(client, 0, 0, client.settings().options().windows().stream());
    this.client = client;
    this.receiver = receiver;
  }

  boolean headReceived() {
    return headReceived;
  }

  boolean isTunnel() {
    return tunnel;
  }

  /** A tunnel carries bytes only, and an end. */
  @Override
  boolean refusesTrailers() {
    return tunnel;
  }

  /** Returns whether a request for a tunnel still waits for its answer, or has become one. */
  boolean mayStayOpen() {
    return tunnel || (askedForTunnel && !headReceived);
  }

  // ---- from the connection

  /** A head that is well-formed arrived; returns what is wrong with its place, or null. */
  @Nullable String receiveHead(ResponseHead head, long contentLength, boolean endStream) {
    int status = head.status();
    if (status < 200) {
      if (status == 101 || endStream || ++informational > MAX_INFORMATIONAL) {
        return "http2.informational";
      }
      receiver.onInformational(head);
      return null;
    }
    headReceived = true;
    boolean bodiless = method.equals(Method.HEAD) || status == 204 || status == 304;
    if (askedForTunnel && status < 300) {
      tunnel = true;
      if (upgrade != null) {
        head.status(101);
      }
      head.headers().remove(HeaderNames.CONTENT_LENGTH);
    } else if (bodiless) {
      expect(0);
    } else {
      expect(contentLength);
      if (endStream && contentLength > 0) {
        return "http2.content_length_mismatch";
      }
    }
    if (endStream) {
      markRemoteEnded();
      markDelivered();
    }
    receiver.onHead(head, endStream);
    return null;
  }

  @Override
  void deliverData(ByteBuf data, boolean end) {
    receiver.onData(data, end);
  }

  @Override
  void deliverTrailers(HeaderBlock trailers) {
    receiver.onTrailers(trailers);
  }

  @Override
  void deliverReset(ProxyError error) {
    receiver.onReset(error);
  }

  @Override
  void deliverWritability(boolean writable) {
    receiver.onWritabilityChanged(writable);
  }

  @Override
  void deliverEnd() {}

  // ---- from the proxy

  @Override
  public void sendHead(RequestHead head, boolean endStream) {
    if (isOver() || opened) {
      return;
    }
    opened = true;
    method = head.method();
    upgrade = head.upgrade();
    askedForTunnel = head.asksForTunnel();
    ProxyError refused = client.open(this, upgrade != null);
    if (refused != null) {
      end();
      client.eventLoop().execute(() -> receiver.onReset(refused));
      return;
    }
    HeaderBlock headers = head.headers();
    if (endStream || askedForTunnel) {
      headers.remove(HeaderNames.CONTENT_LENGTH);
    } else {
      promise(Promises.contentLength(headers));
    }
    long before = client.out().bytes();
    client.writeHead(head, id(), endStream);
    addSent(client.out().bytes() - before);
    if (endStream) {
      endLocally();
    }
  }

  @Override
  public void sendData(ByteBuf data, boolean endStream) {
    if (isOver() || !opened) {
      data.release();
      return;
    }
    sendPromised(data, endStream);
  }

  @Override
  public void sendTrailers(HeaderBlock trailers) {
    if (!isOver() && opened) {
      sendTrailersPromised(trailers);
    }
  }

  /** The request broke its own promise: the peer must not take it for complete. */
  @Override
  void breakOff() {
    client.resetStream(this, H2Code.INTERNAL_ERROR);
    receiver.onReset(Promises.broken());
  }

  @Override
  public void reset(ProxyError reason) {
    if (isOver()) {
      return;
    }
    if (opened) {
      boolean broken = reason.kind() == ErrorKind.UPSTREAM_PROTOCOL_ERROR;
      client.resetStream(this, broken ? H2Code.PROTOCOL_ERROR : H2Code.CANCEL);
    } else {
      opened = true;
      end();
      client.onNeverOpened();
    }
  }
}
