package io.headgate.dataplane.hcm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.filter.BodyChunk;
import io.headgate.dataplane.filter.FilterAction;
import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.harness.EchoTerminal;
import io.headgate.dataplane.harness.MemoryConnection;
import io.headgate.dataplane.harness.TestGenerations;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.AccessLogger;
import io.headgate.dataplane.observe.ResponseFlag;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Streams of a connection manager, driven without bytes: filters, buffering, timeouts, local
 * replies.
 */
class HcmStreamTest {
  private final EchoTerminal terminal = new EchoTerminal();
  private final List<String> logged = new ArrayList<>();
  private final AccessLogger log =
      (info, request, response, trailers) ->
          logged.add(
              request.path()
                  + " "
                  + info.responseCode
                  + " "
                  + ResponseFlag.text(info.flags())
                  + " "
                  + info.details()
                  + " "
                  + info.bytesReceived
                  + "/"
                  + info.bytesSent);
  private final MemoryConnection connection = new MemoryConnection();

  private HcmConnection hcm(HcmGeneration generation) {
    HcmConnection hcm =
        new HcmConnection(new Current<>(generation), MemoryConnection.INFO, "chain", () -> false);
    hcm.attach(connection);
    return hcm;
  }

  private HcmConnection hcm(FilterTemplate.Passing... filters) {
    return hcm(TestGenerations.of(terminal, log, filters));
  }

  @Test
  void twoStreamsInterleaveOnOneConnection() {
    HcmConnection hcm = hcm();
    MemoryConnection.Exchange one = connection.open(hcm, "POST", "/1", false);
    MemoryConnection.Exchange two = connection.open(hcm, "POST", "/2", false);
    two.send("b", false);
    one.send("a", false);
    two.send("B", true);
    assertThat(two.body.toString()).isEqualTo("POST /2 bB");
    assertThat(one.status).isZero();
    one.send("A", true);
    assertThat(one.body.toString()).isEqualTo("POST /1 aA");
    assertThat(one.status).isEqualTo(200);
    assertThat(logged).containsExactly("/2 200 - via_upstream 2/10", "/1 200 - via_upstream 2/10");
    assertThat(terminal.streams).allMatch(s -> s.destroyed);
  }

  @Test
  void aFilterPausesTheRequestAndGoesOnLater() {
    List<Pausing> paused = new ArrayList<>();
    HcmConnection hcm =
        hcm(() -> {
          Pausing filter = new Pausing(FilterAction.STOP_WITH_BACKPRESSURE);
          paused.add(filter);
          return filter;
        });
    MemoryConnection.Exchange one = connection.open(hcm, "POST", "/", false);
    one.send("x".repeat(900), false);
    assertThat(one.paused).isFalse();
    one.send("y".repeat(900), false);
    assertThat(one.paused).as("beyond the limit the client is paused").isTrue();
    one.send("z", false);
    one.sendTrailer(HeaderName.of("x-sum"), "1");
    assertThat(terminal.streams.getFirst().head).isNull();

    paused.getFirst().goOn();
    assertThat(one.paused).isFalse();
    assertThat(paused.getFirst().seen).isEqualTo(1801);
    assertThat(terminal.streams.getFirst().body).hasSize(1801);
    assertThat(terminal.streams.getFirst().trailers).isEqualTo("x-sum: 1\n");
    assertThat(one.status).isEqualTo(200);
  }

  @Test
  void aFilterThatContinuesInsideItsOwnCallbackDoesNotStop() {
    HcmConnection hcm =
        hcm(() ->
            new StreamFilter() {
              @Override
              public FilterAction onRequestHead(RequestHead head, boolean endStream) {
                stream().continueRequest();
                return FilterAction.STOP_AND_BUFFER;
              }
            });
    assertThat(connection.open(hcm, "GET", "/", true).status).isEqualTo(200);
  }

  @Test
  void abortDuringAPauseReleasesEverythingOnce() {
    List<Pausing> paused = new ArrayList<>();
    HcmConnection hcm =
        hcm(() -> {
          Pausing filter = new Pausing(FilterAction.STOP_AND_BUFFER);
          paused.add(filter);
          return filter;
        });
    MemoryConnection.Exchange one = connection.open(hcm, "POST", "/p", false);
    one.send("abc", false);
    one.abort(ProxyError.of(ErrorKind.DOWNSTREAM_CLOSED));
    assertThat(paused.getFirst().destroyed).isEqualTo(1);
    assertThat(terminal.streams.getFirst().destroyed).isTrue();
    assertThat(logged).containsExactly("/p 0 DC downstream_remote_disconnect 3/0");
    paused.getFirst().goOn();
    assertThat(terminal.streams.getFirst().head).as("too late").isNull();
  }

  @Test
  void aFilterRewritesBothBodies() {
    HcmConnection hcm = hcm(Rewriting::new);
    MemoryConnection.Exchange one = connection.open(hcm, "POST", "/", false);
    one.send("a", false);
    one.send("b", true);
    assertThat(terminal.streams.getFirst().body.toString()).isEqualTo("[ab]");
    assertThat(one.body.toString()).isEqualTo("<POST / [ab]>");
  }

  @Test
  void aBodyBeyondTheLimitOfAFilterIsRefused() {
    HcmConnection hcm = hcm(Rewriting::new);
    MemoryConnection.Exchange one = connection.open(hcm, "POST", "/", false);
    one.send("x".repeat(1001), false);
    assertThat(one.status).isEqualTo(413);
    assertThat(one.body.toString()).isEqualTo("<Payload Too Large>");
    assertThat(terminal.streams.getFirst().destroyed).isTrue();
  }

  @Test
  void anAnswerBeyondTheLimitOfAFilterIs500() {
    terminal.answering = false;
    HcmConnection hcm = hcm(Rewriting::new);
    MemoryConnection.Exchange one = connection.open(hcm, "GET", "/", true);
    terminal.streams.getFirst().answer(200, "x".repeat(1001));
    assertThat(one.status).isEqualTo(500);
    assertThat(logged).containsExactly("/ 500 - response_payload_too_large 0/21");
  }

  @Test
  void aFilterAnswersWhileEncoding() {
    HcmConnection hcm =
        hcm(() ->
            new StreamFilter() {
              @Override
              public FilterAction onResponseHead(ResponseHead head, boolean endStream) {
                return stream().localReply(LocalReply.of(502, "no", "mine"));
              }
            });
    MemoryConnection.Exchange one = connection.open(hcm, "GET", "/", true);
    assertThat(one.status).isEqualTo(502);
    assertThat(one.body.toString()).isEqualTo("no");
    assertThat(logged).containsExactly("/ 502 - mine 0/2");
    assertThat(terminal.streams.getFirst().destroyed).isTrue();
  }

  @Test
  void filtersSeeLocalRepliesFromTheLastToTheFirst() {
    List<String> order = new ArrayList<>();
    HcmConnection hcm =
        hcm(
            () -> new Noting("one", order),
            () -> new Noting("two", order),
            () ->
                new StreamFilter() {
                  @Override
                  public FilterAction onRequestHead(RequestHead head, boolean endStream) {
                    return stream().localReply(LocalReply.of(403, "", "denied"));
                  }
                });
    MemoryConnection.Exchange one = connection.open(hcm, "POST", "/", false);
    assertThat(one.status).isEqualTo(403);
    assertThat(order).containsExactly("request one", "request two", "answer two", "answer one");
    one.send("late", true);
    assertThat(terminal.streams.getFirst().head).isNull();
  }

  @Test
  void anExceptionInAFilterIs500AndNeverReachesTheUpstream() {
    HcmConnection hcm =
        hcm(() ->
            new StreamFilter() {
              @Override
              public FilterAction onRequestHead(RequestHead head, boolean endStream) {
                head.headers().set(HeaderName.of("x"), "a\r\nb: c");
                return FilterAction.CONTINUE;
              }
            });
    MemoryConnection.Exchange one = connection.open(hcm, "GET", "/", true);
    assertThat(one.status).isEqualTo(500);
    assertThat(terminal.streams.getFirst().head).isNull();
  }

  @Test
  void aFullClientTellsTheTerminalFilter() {
    terminal.answering = false;
    HcmConnection hcm = hcm();
    MemoryConnection.Exchange one = connection.open(hcm, "GET", "/", true);
    one.writable(false);
    assertThat(terminal.streams.getFirst().responseWritable).isFalse();
    one.writable(true);
    assertThat(terminal.streams.getFirst().responseWritable).isTrue();
  }

  @Test
  void anErrorBehindTheHeadResetsTheClient() {
    terminal.answering = false;
    HcmConnection hcm = hcm();
    MemoryConnection.Exchange one = connection.open(hcm, "GET", "/", true);
    terminal.streams.getFirst().begin(200, 10);
    terminal.streams.getFirst().stream().fail(ProxyError.of(ErrorKind.UPSTREAM_CLOSED));
    assertThat(one.status).isEqualTo(200);
    assertThat(one.reset).isNotNull();
    assertThat(logged).singleElement().asString().startsWith("/ 200 UC ");
  }

  @Test
  void idleStreamsEndWith504OnceTheRequestIsComplete() {
    terminal.answering = false;
    HcmConnection hcm = hcm();
    MemoryConnection.Exchange one = connection.open(hcm, "GET", "/", true);
    MemoryConnection.Exchange two = connection.open(hcm, "POST", "/2", false);
    connection.pass(200_000);
    two.send("x", false);
    connection.pass(101_000);
    assertThat(one.status).isEqualTo(504);
    assertThat(one.body.toString()).isEqualTo("stream timeout");
    assertThat(two.status).isZero();
    connection.pass(200_000);
    assertThat(two.status).isEqualTo(408);
    assertThat(logged.getFirst()).isEqualTo("/ 504 SI stream_idle_timeout 0/14");
  }

  @Test
  void anAnswerThatNobodyTakesEndsByTheIdleTimeout() {
    terminal.answering = false;
    HcmConnection hcm = hcm();
    MemoryConnection.Exchange one = connection.open(hcm, "POST", "/", false);
    terminal.streams.getFirst().answer(200, "all of it");
    assertThat(one.ended).isTrue();
    assertThat(logged).as("it is still with the codec").isEmpty();
    connection.pass(301_000);
    assertThat(one.reset).isNotNull();
    assertThat(logged).hasSize(1);
  }

  @Test
  void idleConnectionsDrain() {
    HcmConnection hcm = hcm();
    connection.pass(3_000_000);
    connection.open(hcm, "GET", "/", true);
    connection.pass(3_000_000);
    assertThat(connection.drained).isFalse();
    connection.pass(700_000);
    assertThat(connection.drained).isTrue();
  }

  @Test
  void expectationsAreMetOrRefused() {
    HcmConnection hcm = hcm();
    MemoryConnection.Exchange good = expecting(hcm, "100-Continue");
    assertThat(good.informational).isEqualTo(100);
    assertThat(good.head.headers().contains(HeaderNames.EXPECT)).isFalse();
    assertThat(expecting(hcm, "tea").status).isEqualTo(417);
  }

  private MemoryConnection.Exchange expecting(HcmConnection hcm, String what) {
    return connection.open(
        hcm, "POST", "/", false, head -> head.headers().set(HeaderNames.EXPECT, what));
  }

  @Test
  void informationalHeadsPassExceptTheContinueOfTheUpstream() {
    terminal.answering = false;
    HcmConnection hcm = hcm();
    MemoryConnection.Exchange one = connection.open(hcm, "GET", "/", true);
    ResponseHead head = new ResponseHead();
    head.status(100);
    terminal.streams.getFirst().stream().respondInformational(head);
    assertThat(one.informational).isZero();
    head.status(103);
    terminal.streams.getFirst().stream().respondInformational(head);
    assertThat(one.informational).isEqualTo(103);
  }

  @Test
  void headersAreCleanedAndCompleted() {
    HcmConnection hcm = hcm();
    MemoryConnection.Exchange one = connection.open(hcm, "GET", "/", true);
    HeaderBlock request = one.head.headers();
    assertThat(request.first(HeaderNames.X_FORWARDED_PROTO)).isEqualTo("http");
    assertThat(request.first(HeaderNames.X_REQUEST_ID))
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    HeaderBlock answer = one.answer == null ? new HeaderBlock() : one.answer.headers();
    assertThat(answer.first(HeaderNames.SERVER)).isEqualTo("envoy");
    assertThat(answer.first(HeaderNames.DATE)).endsWith(" GMT");
  }

  /** Holds the request at its head until told to go on. */
  private static final class Pausing extends StreamFilter {
    private final FilterAction action;
    int seen;
    int destroyed;

    Pausing(FilterAction action) {
      this.action = action;
    }

    void goOn() {
      stream().continueRequest();
    }

    @Override
    public FilterAction onRequestHead(RequestHead head, boolean endStream) {
      return action;
    }

    @Override
    public FilterAction onRequestData(BodyChunk chunk, boolean endStream) {
      seen += chunk.data().readableBytes();
      return FilterAction.CONTINUE;
    }

    @Override
    public void onDestroy() {
      destroyed++;
    }
  }

  /** Collects a whole body and puts brackets around it. */
  private static final class Rewriting extends StreamFilter {
    @Override
    public FilterAction onRequestHead(RequestHead head, boolean endStream) {
      return endStream ? FilterAction.CONTINUE : FilterAction.STOP;
    }

    @Override
    public FilterAction onRequestData(BodyChunk chunk, boolean endStream) {
      if (!endStream) {
        return FilterAction.STOP_AND_BUFFER;
      }
      ByteBuf before = stream().bufferedRequest();
      String text = before == null ? "" : before.toString(ISO_8859_1);
      stream().bufferedRequest(Unpooled.EMPTY_BUFFER);
      chunk.replace(
          Unpooled.copiedBuffer("[" + text + chunk.data().toString(ISO_8859_1) + "]", ISO_8859_1));
      return FilterAction.CONTINUE;
    }

    @Override
    public FilterAction onResponseHead(ResponseHead head, boolean endStream) {
      head.headers().remove(HeaderNames.CONTENT_LENGTH);
      return endStream ? FilterAction.CONTINUE : FilterAction.STOP;
    }

    @Override
    public FilterAction onResponseData(BodyChunk chunk, boolean endStream) {
      if (chunk.data().readableBytes() > 1000) {
        return FilterAction.STOP_AND_BUFFER;
      }
      chunk.replace(
          Unpooled.copiedBuffer("<" + chunk.data().toString(ISO_8859_1) + ">", ISO_8859_1));
      return FilterAction.CONTINUE;
    }
  }

  /** Writes down when it is called. */
  private static final class Noting extends StreamFilter {
    private final String name;
    private final List<String> order;

    Noting(String name, List<String> order) {
      this.name = name;
      this.order = order;
    }

    @Override
    public FilterAction onRequestHead(RequestHead head, boolean endStream) {
      order.add("request " + name);
      return FilterAction.CONTINUE;
    }

    @Override
    public FilterAction onResponseHead(ResponseHead head, boolean endStream) {
      order.add("answer " + name);
      return FilterAction.CONTINUE;
    }
  }
}
