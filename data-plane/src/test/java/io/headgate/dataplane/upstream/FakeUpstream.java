package io.headgate.dataplane.upstream;

import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseReceiver;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A connector whose connections exist only here: a test says when a connect ends, when a stream
 * ends, when the peer says goodbye.
 *
 * <p>Thread: the loop.
 */
final class FakeUpstream implements Connector {

  final List<Connection> connections = new ArrayList<>();
  int streamsPerConnection = 1;

  @Override
  public void connect(EventLoop loop, InetSocketAddress address, Options options, Result result) {
    connections.add(new Connection(loop, result, streamsPerConnection));
  }

  /** One connection, from the connect attempt on. */
  static final class Connection implements ClientConnection {
    private final EventLoop loop;
    private final Result result;
    private final int most;
    int active;
    boolean draining;
    boolean closed;

    Connection(EventLoop loop, Result result, int most) {
      this.loop = loop;
      this.result = result;
      this.most = most;
    }

    void succeed() {
      result.onConnected(this);
    }

    void fail() {
      closed = true;
      result.onConnectFailed(false, "Connection refused");
    }

    void endStream() {
      active--;
      if (draining) {
        if (active == 0) {
          close();
        }
        return;
      }
      result.onStreamAvailable(this);
    }

    /** The peer wants no more streams. */
    void goAway() {
      result.onDraining(this);
    }

    @Override
    public EventLoop eventLoop() {
      return loop;
    }

    @Override
    public SocketAddress remote() {
      return new InetSocketAddress("127.0.0.1", 1);
    }

    @Override
    public SocketAddress local() {
      return new InetSocketAddress("127.0.0.1", 2);
    }

    @Override
    public Protocol protocol() {
      return most == 1 ? Protocol.HTTP_11 : Protocol.HTTP_2;
    }

    @Override
    public int availableStreams() {
      return closed || draining ? 0 : most - active;
    }

    @Override
    public int activeStreams() {
      return active;
    }

    @Override
    public ClientStream newStream(ResponseReceiver receiver) {
      if (availableStreams() == 0) {
        throw new IllegalStateException("no stream is available");
      }
      active++;
      return new Nothing();
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        result.onClosed(this);
      }
    }

    @Override
    public boolean isClosedByUs() {
      return false;
    }

    @Override
    public void drain() {
      draining = true;
      if (active == 0) {
        close();
      }
    }
  }

  /** A stream that goes nowhere. */
  private static final class Nothing implements ClientStream {
    @Override
    public void sendHead(RequestHead head, boolean endStream) {}

    @Override
    public void sendData(ByteBuf data, boolean endStream) {
      data.release();
    }

    @Override
    public void sendTrailers(HeaderBlock trailers) {}

    @Override
    public void reset(ProxyError reason) {}

    @Override
    public boolean isWritable() {
      return true;
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public long bytesSent() {
      return 0;
    }

    @Override
    public long bytesReceived() {
      return 0;
    }
  }
}
