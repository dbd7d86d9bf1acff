package io.headgate.dataplane.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ResponseReceiver;
import io.headgate.xds.model.cluster.CircuitBreakers.Thresholds;
import io.headgate.xds.model.cluster.UpstreamHttp;
import io.headgate.xds.model.http.Http2Options;
import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a pool does with connections that take one stream, and with those that take many. */
class ConnectionPoolTest {

  private static final Thresholds WIDE = new Thresholds(100, 100, 100, 3, null);

  private final DefaultEventLoop loop = new DefaultEventLoop();
  private final Endpoint endpoint =
      new Endpoint(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
  private final FakeUpstream upstream = new FakeUpstream();
  private final List<String> events = new ArrayList<>();
  private UpstreamHttp http = UpstreamHttp.DEFAULT;
  private CircuitBreaker breaker = new CircuitBreaker(WIDE, false);
  private @Nullable ConnectionPool pool;

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private final class Host implements PoolHost, PoolEvents {
    @Override
    public EventLoop loop() {
      return loop;
    }

    @Override
    public Connector connector() {
      return upstream;
    }

    @Override
    public Connector.Options options() {
      return new Connector.Options(1000, http, 1 << 20, null);
    }

    @Override
    public PoolEvents events() {
      return this;
    }

    @Override
    public void onEmpty(ConnectionPool empty) {
      events.add("empty");
    }

    @Override
    public void onConnected(Endpoint to, Protocol protocol, long nanos) {}

    @Override
    public void onConnectFailed(Endpoint to, boolean timedOut, int failedRequests) {
      events.add("failed " + failedRequests);
    }

    @Override
    public void onRetired(Retirement why) {
      events.add(why.name());
    }

    @Override
    public void onClosed(
        Endpoint to, boolean byUs, boolean withRequests, long nanos, int requests) {
      events.add(byUs ? "closed by us" : "closed");
    }

    @Override
    public void onPending(int change) {}

    @Override
    public void onOverflow(Limit limit) {
      events.add("over " + limit);
    }
  }

  /** A request: remembers what it was given. */
  private final class Request extends PoolRequest implements ResponseReceiver {
    FakeUpstream.@Nullable Connection on;
    @Nullable ErrorKind failure;

    @Override
    public CircuitBreaker breaker() {
      return breaker;
    }

    @Override
    protected void onReady(ClientConnection connection, String localText, boolean reused) {
      on = (FakeUpstream.Connection) connection;
      connection.newStream(this);
    }

    @Override
    protected void onUnavailable(ErrorKind kind, String reason) {
      failure = kind;
    }

    void end() {
      FakeUpstream.Connection used = on;
      if (used == null) {
        throw new AssertionError("the request has no connection");
      }
      breaker.releaseRequest();
      used.endStream();
    }

    @Override
    public void onInformational(ResponseHead head) {}

    @Override
    public void onHead(ResponseHead head, boolean endStream) {}

    @Override
    public void onData(ByteBuf data, boolean endStream) {}

    @Override
    public void onTrailers(HeaderBlock trailers) {}

    @Override
    public void onReset(ProxyError error) {}

    @Override
    public void onWritabilityChanged(boolean writable) {}
  }

  private void onLoop(Runnable task) {
    loop.submit(task).syncUninterruptibly();
  }

  private ConnectionPool pool() {
    ConnectionPool known = pool;
    if (known == null) {
      known = new ConnectionPool(new Host(), endpoint, breaker);
      pool = known;
    }
    return known;
  }

  private Request acquire() {
    Request request = new Request();
    pool().acquire(request);
    return request;
  }

  private static UpstreamHttp http(int maxStreams, Duration idle, Duration life, int maxRequests) {
    Http2Options plain = Http2Options.DEFAULT;
    return new UpstreamHttp(
        new Http2Options(
            plain.hpackTableSize(),
            maxStreams,
            plain.windows(),
            plain.allowConnect(),
            plain.streamErrors(),
            plain.keepalive(),
            plain.floods()),
        new UpstreamHttp.Lifetimes(idle, life, Duration.ZERO),
        maxRequests,
        100,
        60,
        UpstreamHttp.DEFAULT.http1());
  }

  private void multiplex(int ofConfig, int ofPeer) {
    http = http(ofConfig, Duration.ZERO, Duration.ZERO, 0);
    upstream.streamsPerConnection = ofPeer;
  }

  @Test
  void oneConnectionServesAllWhoWaitedForIt() {
    multiplex(100, 100);
    onLoop(() -> {
      List<Request> requests = List.of(acquire(), acquire(), acquire());
      assertThat(upstream.connections).hasSize(1);
      upstream.connections.getFirst().succeed();
      assertThat(requests).allMatch(r -> r.on == upstream.connections.getFirst());
      assertThat(acquire().on).isSameAs(upstream.connections.getFirst());
      assertThat(upstream.connections.getFirst().active).isEqualTo(4);
      assertThat(breaker.connections()).isOne();
      assertThat(breaker.pending()).isZero();
    });
  }

  @Test
  void aFullConnectionGetsACompanion() {
    multiplex(100, 2);
    onLoop(() -> {
      Request first = acquire();
      upstream.connections.getFirst().succeed();
      acquire();
      Request third = acquire();
      assertThat(third.on).isNull();
      assertThat(upstream.connections).hasSize(2);
      first.end();
      assertThat(third.on).as("whoever is free first").isSameAs(upstream.connections.getFirst());
      upstream.connections.getLast().succeed();
      assertThat(acquire().on).isSameAs(upstream.connections.getLast());
    });
  }

  @Test
  void aPeerThatAllowsLessThanExpectedGetsMoreConnections() {
    multiplex(100, 1);
    onLoop(() -> {
      List<Request> requests = List.of(acquire(), acquire());
      assertThat(upstream.connections).hasSize(1);
      upstream.connections.getFirst().succeed();
      assertThat(requests.getLast().on).isNull();
      assertThat(upstream.connections).hasSize(2);
      upstream.connections.getLast().succeed();
      assertThat(requests.getLast().on).isSameAs(upstream.connections.getLast());
    });
  }

  @Test
  void theConfigBoundsTheStreamsOfAConnection() {
    multiplex(2, 100);
    onLoop(() -> {
      List<Request> requests = List.of(acquire(), acquire(), acquire());
      assertThat(upstream.connections).as("three requests, two for each").hasSize(2);
      upstream.connections.getFirst().succeed();
      assertThat(requests.get(2).on).isNull();
      upstream.connections.getLast().succeed();
      assertThat(requests.get(2).on).isSameAs(upstream.connections.getLast());
    });
  }

  @Test
  void aGoodbyeKeepsStreamsAndGetsNoNewOnes() {
    multiplex(100, 100);
    onLoop(() -> {
      Request first = acquire();
      FakeUpstream.Connection leaving = upstream.connections.getFirst();
      leaving.succeed();
      leaving.goAway();
      assertThat(leaving.closed).isFalse();
      Request second = acquire();
      assertThat(upstream.connections).hasSize(2);
      upstream.connections.getLast().succeed();
      assertThat(second.on).isSameAs(upstream.connections.getLast());
      first.end();
      assertThat(leaving.closed).isTrue();
      assertThat(events).containsExactly("PEER", "closed");
      assertThat(endpoint.load().connections()).isOne();
    });
  }

  @Test
  void aConnectionRetiresAfterItsLastRequest() {
    http = http(100, Duration.ZERO, Duration.ZERO, 2);
    upstream.streamsPerConnection = 100;
    onLoop(() -> {
      Request first = acquire();
      upstream.connections.getFirst().succeed();
      Request second = acquire();
      assertThat(second.on).isSameAs(first.on);
      Request third = acquire();
      assertThat(third.on).isNull();
      assertThat(events).containsExactly("MAX_REQUESTS");
      second.end();
      first.end();
      assertThat(upstream.connections.getFirst().closed).isTrue();
    });
  }

  @Test
  void aConnectionRetiresAtItsAge() {
    http = http(100, Duration.ZERO, Duration.ofMillis(60), 0);
    upstream.streamsPerConnection = 100;
    Request[] request = new Request[1];
    onLoop(() -> {
      request[0] = acquire();
      upstream.connections.getFirst().succeed();
    });
    await().until(() -> loop.submit(() -> events.contains("MAX_DURATION")).get());
    onLoop(() -> {
      assertThat(upstream.connections.getFirst().closed).isFalse();
      request[0].end();
      assertThat(upstream.connections.getFirst().closed).isTrue();
      assertThat(events).containsExactly("MAX_DURATION", "closed by us");
    });
  }

  @Test
  void anIdleConnectionClosesAndABusyOneDoesNot() {
    http = http(100, Duration.ofMillis(60), Duration.ZERO, 0);
    upstream.streamsPerConnection = 1;
    Request[] busy = new Request[1];
    onLoop(() -> {
      Request idle = acquire();
      upstream.connections.getFirst().succeed();
      busy[0] = acquire();
      upstream.connections.getLast().succeed();
      idle.end();
    });
    await().until(() -> loop.submit(() -> upstream.connections.getFirst().closed).get());
    onLoop(() -> {
      assertThat(events).containsExactly("IDLE", "closed by us");
      assertThat(upstream.connections.getLast().closed).isFalse();
      busy[0].end();
    });
    await().until(() -> loop.submit(() -> upstream.connections.getLast().closed).get());
  }

  @Test
  void limitsOfConnectionsPendingAndRequestsHold() {
    breaker = new CircuitBreaker(new Thresholds(1, 1, 1, 3, null), false);
    onLoop(() -> {
      Request first = acquire();
      Request second = acquire();
      assertThat(second.failure).isEqualTo(ErrorKind.UPSTREAM_OVERFLOW);
      upstream.connections.getFirst().succeed();
      assertThat(first.on).isNotNull();
      Request third = acquire();
      assertThat(third.failure).as("it waits for the one connection").isNull();
      assertThat(upstream.connections).hasSize(1);
      assertThat(events).containsExactly("over PENDING_REQUESTS", "over CONNECTIONS");
      first.end();
      assertThat(third.on).isSameAs(first.on);
    });
  }

  @Test
  void requestsInFlightAreBounded() {
    breaker = new CircuitBreaker(new Thresholds(9, 9, 2, 3, null), false);
    multiplex(100, 100);
    onLoop(() -> {
      acquire();
      upstream.connections.getFirst().succeed();
      assertThat(acquire().failure).isNull();
      assertThat(acquire().failure).isEqualTo(ErrorKind.UPSTREAM_OVERFLOW);
      assertThat(events).containsExactly("over REQUESTS");
    });
  }

  @Test
  void aHostsOwnLimitHoldsOverAllItsPools() {
    breaker = new CircuitBreaker(new Thresholds(9, 9, 9, 3, null, false, 2), false);
    onLoop(() -> {
      endpoint.load().connectionOpened(); // of another loop's pool
      acquire();
      Request second = acquire();
      assertThat(upstream.connections).hasSize(1);
      assertThat(events).containsExactly("over CONNECTIONS");
      upstream.connections.getFirst().succeed();
      assertThat(second.on).isNull();
    });
  }

  @Test
  void aFailedConnectFailsWhoWaits() {
    multiplex(100, 100);
    onLoop(() -> {
      List<Request> requests = List.of(acquire(), acquire());
      upstream.connections.getFirst().fail();
      assertThat(requests).allMatch(r -> r.failure == ErrorKind.CONNECT_FAILURE);
      assertThat(events).containsExactly("failed 2");
      assertThat(breaker.connections()).isZero();
      assertThat(endpoint.load().connections()).isZero();
    });
  }

  @Test
  void whoGivesUpWaitingCostsNothing() {
    onLoop(() -> {
      Request gone = acquire();
      gone.stopWaiting();
      assertThat(breaker.pending()).isZero();
      upstream.connections.getFirst().succeed();
      assertThat(gone.on).isNull();
      assertThat(acquire().on).isSameAs(upstream.connections.getFirst());
    });
  }

  @Test
  void aChangedHostKeepsRequestsAndGetsFreshConnections() {
    onLoop(() -> {
      Request first = acquire();
      upstream.connections.getFirst().succeed();
      pool().retireAll();
      assertThat(upstream.connections.getFirst().closed).isFalse();
      first.end();
      assertThat(upstream.connections.getFirst().closed).isTrue();
      acquire();
      assertThat(upstream.connections).hasSize(2);
      assertThat(events).containsExactly("CHANGED", "closed by us");
    });
  }

  @Test
  void aDrainedPoolEndsWithItsLastRequest() {
    onLoop(() -> {
      Request first = acquire();
      upstream.connections.getFirst().succeed();
      Request idle = acquire();
      upstream.connections.getLast().succeed();
      idle.end();
      pool().drain();
      assertThat(upstream.connections.getLast().closed).isTrue();
      assertThat(events).doesNotContain("empty");
      first.end();
      assertThat(events.getLast()).isEqualTo("empty");
    });
  }
}
