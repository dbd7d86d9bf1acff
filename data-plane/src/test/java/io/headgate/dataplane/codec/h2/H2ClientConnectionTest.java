package io.headgate.dataplane.codec.h2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.dataplane.harness.StillChannel;
import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ResponseReceiver;
import io.headgate.dataplane.observe.Meters;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Upstream connections: many exchanges, what peers may answer, and how connections retire. */
class H2ClientConnectionTest {
  private final List<String> events = new ArrayList<>();
  private final Wire.Reader reader = new Wire.Reader();
  private final Meters meters = new Meters();
  private final H2ClientConnection connection =
      new H2ClientConnection(TestSettings.of(meters), new Pool());
  private final EmbeddedChannel channel = StillChannel.of(connection);

  private final class Pool implements ClientConnection.Listener {
    @Override
    public void onStreamAvailable(ClientConnection same) {
      events.add("available " + same.availableStreams());
    }

    @Override
    public void onDraining(ClientConnection same) {
      events.add("draining");
      same.drain();
    }

    @Override
    public void onClosed(ClientConnection same) {
      events.add("closed");
    }
  }

  private static final class Answer implements ResponseReceiver {
    private final StringBuilder text = new StringBuilder();

    private void note(String what, boolean end) {
      text.append(what).append(end ? " end" : " ");
    }

    @Override
    public void onInformational(ResponseHead head) {
      note(Integer.toString(head.status()), false);
    }

    @Override
    public void onHead(ResponseHead head, boolean endStream) {
      note(head.status() + head.headers().toString().replace('\n', ' '), endStream);
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
      note(data.toString(ISO_8859_1), endStream);
      data.release();
    }

    @Override
    public void onTrailers(HeaderBlock trailers) {
      note(trailers.toString().strip(), true);
    }

    @Override
    public void onReset(ProxyError error) {
      note(error.kind() + (error.retriable() ? " again" : ""), true);
    }

    @Override
    public void onWritabilityChanged(boolean writable) {}
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private List<String> receive(Wire wire) {
    channel.writeInbound(Unpooled.wrappedBuffer(wire.bytes()));
    return said();
  }

  private List<String> said() {
    channel.runPendingTasks();
    return reader.read(channel);
  }

  private void start() {
    assertThat(receive(Wire.frames().settings().ack())).containsExactly("SETTINGS", "SETTINGS ack");
    events.clear();
  }

  private static RequestHead head(String method) {
    RequestHead head = new RequestHead();
    head.method(Method.of(method));
    head.authority("b.test");
    head.path("/p");
    return head;
  }

  private Answer get() {
    Answer answer = new Answer();
    connection.newStream(answer).sendHead(head("GET"), true);
    return answer;
  }

  private static final String[] OK = {":status", "200"};

  @Test
  void anIdleConnectionThatBreaksTheRulesHearsWhyAlthoughThePoolDrainsIt() {
    start();
    get();
    said();
    receive(Wire.frames().headers(1, true, OK));
    assertThat(receive(Wire.frames().headers(1, true, OK))).containsExactly("GOAWAY 0 5");
    assertThat(events).contains("draining");
  }

  @Test
  void exchangesRunBesideEachOther() {
    start();
    Answer one = get();
    Answer two = new Answer();
    ClientStream post = connection.newStream(two);
    RequestHead head = head("POST");
    head.headers().add(HeaderName.of("te"), "trailers");
    post.sendHead(head, false);
    post.sendData(Unpooled.copiedBuffer("body", ISO_8859_1), true);
    assertThat(said())
        .containsExactly(
            "HEADERS 1 :method=GET :scheme=http :path=/p :authority=b.test end",
            "HEADERS 3 :method=POST :scheme=http :path=/p :authority=b.test te=trailers",
            "DATA 3 body end");
    assertThat(connection.activeStreams()).isEqualTo(2);
    receive(
        Wire.frames()
            .headers(3, false, ":status", "103", "link", "x")
            .headers(3, false, OK)
            .headers(1, false, Wire.with(OK, "content-length", "2"))
            .data(3, false, "three")
            .data(1, true, "on")
            .headers(3, true, "grpc-status", "0"));
    assertThat(one.text).hasToString("200content-length: 2  on end");
    assertThat(two.text).hasToString("103 200 three grpc-status: 0 end");
    assertThat(events).containsExactly("available 3", "available 4");
    assertThat(connection.activeStreams()).isZero();
  }

  @Test
  void thePeersLimitHolds() {
    start();
    receive(Wire.frames().settings(Frames.SETTING_MAX_CONCURRENT_STREAMS, 1));
    get();
    assertThat(connection.availableStreams()).isZero();
    assertThatThrownBy(this::get).isInstanceOf(IllegalStateException.class);
    receive(Wire.frames().settings(Frames.SETTING_MAX_CONCURRENT_STREAMS, 100));
    assertThat(connection.availableStreams()).as("our own limit").isEqualTo(3);
  }

  @Test
  void goAwaySendsBackWhatWasNotLookedAt() {
    start();
    Answer one = get();
    Answer two = get();
    receive(Wire.frames().goAway(1, 0));
    assertThat(events).startsWith("draining");
    assertThat(two.text).hasToString("UPSTREAM_REFUSED_STREAM again end");
    assertThat(connection.availableStreams()).isZero();
    receive(Wire.frames().headers(1, true, OK));
    assertThat(one.text).hasToString("200 end");
    assertThat(channel.isOpen()).isFalse();
    assertThat(events).endsWith("closed");
  }

  @Test
  void refusedStreamsMayBeTriedAgainAndOthersMayNot() {
    start();
    Answer refused = get();
    Answer reset = get();
    Answer late = get();
    receive(
        Wire.frames()
            .reset(1, H2Code.REFUSED_STREAM)
            .reset(3, H2Code.INTERNAL_ERROR)
            .headers(5, false, OK)
            .reset(5, H2Code.REFUSED_STREAM));
    assertThat(refused.text).hasToString("UPSTREAM_REFUSED_STREAM again end");
    assertThat(reset.text).hasToString("UPSTREAM_RESET end");
    assertThat(late.text).hasToString("200 UPSTREAM_RESET end");
  }

  @Test
  void answersThatBreakTheRulesAreReset() {
    List<String[]> broken =
        List.of(
            new String[] {"a", "b"},
            new String[] {":status", "20"},
            new String[] {":status", "101"},
            new String[] {":status", "200", ":status", "200"},
            Wire.with(OK, "Upper", "x"),
            Wire.with(OK, "connection", "close"),
            Wire.with(OK, "a", "b\r\nc"),
            Wire.with(OK, "content-length", "3"));
    start();
    for (int i = 0; i < broken.size(); i++) {
      Answer answer = get();
      int id = 2 * i + 1;
      assertThat(receive(Wire.frames().headers(id, true, broken.get(i))))
          .endsWith("RST_STREAM " + id + " 1");
      assertThat(answer.text).asString().endsWith("UPSTREAM_PROTOCOL_ERROR end");
    }
    Answer before = get();
    assertThat(receive(Wire.frames().data(17, true, "no head"))).endsWith("RST_STREAM 17 1");
    assertThat(before.text).hasToString("UPSTREAM_PROTOCOL_ERROR end");
  }

  @Test
  void anAnswerToHeadPromisesALengthAndHasNone() {
    start();
    Answer answer = new Answer();
    connection.newStream(answer).sendHead(head("HEAD"), true);
    receive(Wire.frames().headers(1, true, Wire.with(OK, "content-length", "10")));
    assertThat(answer.text).hasToString("200content-length: 10  end");
  }

  @Test
  void anEarlyAnswerEndsTheExchange() {
    start();
    Answer answer = new Answer();
    ClientStream post = connection.newStream(answer);
    post.sendHead(head("POST"), false);
    said();
    assertThat(receive(Wire.frames().headers(1, true, ":status", "413")))
        .containsExactly("RST_STREAM 1 0");
    post.sendData(Unpooled.copiedBuffer("late", ISO_8859_1), true);
    assertThat(said()).isEmpty();
    assertThat(answer.text).hasToString("413 end");
  }

  @Test
  void streamsGivenUpAreCancelledAndTheirRestIgnored() {
    start();
    Answer answer = new Answer();
    ClientStream stream = connection.newStream(answer);
    stream.sendHead(head("GET"), true);
    stream.reset(ProxyError.of(ErrorKind.DOWNSTREAM_RESET));
    assertThat(said()).endsWith("RST_STREAM 1 8");
    assertThat(receive(Wire.frames().headers(1, false, OK).data(1, true, "late"))).isEmpty();
    assertThat(answer.text).isEmpty();
    ClientStream never = connection.newStream(answer);
    never.reset(ProxyError.of(ErrorKind.DOWNSTREAM_RESET));
    assertThat(connection.activeStreams()).isZero();
    assertThat(said()).isEmpty();
  }

  @Test
  void tunnels() {
    start();
    RequestHead upgrade = head("GET");
    upgrade.upgrade("websocket");
    Answer refused = new Answer();
    connection.newStream(refused).sendHead(upgrade, false);
    said();
    assertThat(refused.text).as("not offered").hasToString("UPSTREAM_PROTOCOL_ERROR end");
    receive(Wire.frames().settings(Frames.SETTING_ENABLE_CONNECT_PROTOCOL, 1));
    Answer answer = new Answer();
    ClientStream stream = connection.newStream(answer);
    stream.sendHead(upgrade, false);
    assertThat(said())
        .containsExactly(
            "HEADERS 1 :method=CONNECT :scheme=http :path=/p :authority=b.test"
                + " :protocol=websocket");
    receive(Wire.frames().headers(1, false, OK).data(1, true, "down"));
    assertThat(answer.text).hasToString("101 down end");
    stream.sendData(Unpooled.copiedBuffer("up", ISO_8859_1), true);
    assertThat(said()).containsExactly("DATA 1 up end");
    assertThat(connection.activeStreams()).isZero();
  }

  @Test
  void drainsAndCloses() {
    start();
    Answer answer = get();
    said();
    connection.drain();
    assertThat(connection.availableStreams()).isZero();
    assertThat(receive(Wire.frames().headers(1, true, OK))).containsExactly("GOAWAY 0 0");
    assertThat(answer.text).hasToString("200 end");
    assertThat(events).containsExactly("closed");
  }

  @Test
  void theEndOfTheConnectionResetsItsStreams() {
    start();
    Answer answer = get();
    var _ = channel.close();
    assertThat(answer.text).hasToString("UPSTREAM_CLOSED end");
    assertThat(events).containsExactly("closed");
  }

  @Test
  void closingResetsAsOurDoing() {
    start();
    Answer answer = get();
    connection.close();
    assertThat(answer.text).hasToString("LOCAL_RESET end");
  }

  @Test
  void serversThatBreakTheConnectionLoseIt() {
    start();
    Answer answer = get();
    said();
    assertThat(receive(Wire.frames().raw(Frames.PUSH_PROMISE, 4, 1, new byte[8])))
        .containsExactly("GOAWAY 0 1");
    assertThat(answer.text).hasToString("UPSTREAM_PROTOCOL_ERROR end");
    assertThat(events).as("before the peer has closed").containsExactly("draining");
    assertThat(connection.availableStreams()).isZero();
  }

  @Test
  void receiversThatPauseStopNoOtherStream() {
    start();
    ClientStream[] slow = new ClientStream[3];
    Answer[] answers = new Answer[3];
    for (int i = 0; i < 3; i++) {
      answers[i] = new Answer();
      slow[i] = connection.newStream(answers[i]);
      slow[i].sendHead(head("GET"), true);
    }
    Answer fast = get();
    receive(Wire.frames().headers(1, false, OK).headers(3, false, OK).headers(5, false, OK));
    for (ClientStream stream : slow) {
      stream.pause();
    }
    // Three windows of streams are three times the window of the connection.
    String piece = "x".repeat(16_000);
    List<String> said = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      said.addAll(receive(Wire.frames().data(1 + 2 * (i % 3), false, piece)));
    }
    assertThat(said).containsOnly("WINDOW_UPDATE 0 48000").hasSize(4);
    receive(Wire.frames().headers(7, false, OK).data(7, true, piece));
    assertThat(fast.text).hasToString("200 " + piece + " end");
    assertThat(answers[0].text).as("nothing is delivered").hasToString("200 ");
    slow[0].resume();
    assertThat(said()).as("the stream's own window").containsExactly("WINDOW_UPDATE 1 48000");
    assertThat(answers[0].text).hasToString("200 " + (piece + " ").repeat(4));
    slow[1].reset(ProxyError.of(ErrorKind.DOWNSTREAM_CLOSED));
    slow[2].resume();
    said();
    assertThat(receive(Wire.frames().data(1, true, piece).data(5, true, "end")))
        .as("every byte was given back once")
        .isEmpty();
  }

  @Test
  void aBackendThatResetsTooMuchIsLeftButLosesNoOtherStream() {
    start();
    Answer goesOn = get();
    int resets = 0;
    while (!events.contains("draining") && resets < 5000) {
      get();
      receive(Wire.frames().reset(3 + 2 * resets++, H2Code.CANCEL));
    }
    assertThat(resets).as("1,000 at once, and 33 a second").isBetween(1001, 2000);
    assertThat(TestSettings.count(meters, "headgate_reset_flood_total")).isEqualTo(1);
    assertThat(connection.availableStreams()).isZero();
    receive(Wire.frames().headers(1, true, OK));
    assertThat(goesOn.text).hasToString("200 end");
    assertThat(events).endsWith("closed");
  }
}
