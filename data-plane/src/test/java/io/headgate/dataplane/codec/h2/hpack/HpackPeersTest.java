package io.headgate.dataplane.codec.h2.hpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Both directions against another implementation, with heads that repeat and change. */
class HpackPeersTest {
  private static final int HEADS = 300;
  private final Random random = new Random(20_261_122);

  private String text(int most) {
    StringBuilder text = new StringBuilder("v");
    for (int i = random.nextInt(most); i > 0; i--) {
      text.append((char) (0x21 + random.nextInt(0x5e)));
    }
    return text.append('v').toString();
  }

  private List<Map.Entry<String, String>> head() {
    List<Map.Entry<String, String>> head = new ArrayList<>();
    head.add(Map.entry(":status", Integer.toString(200 + random.nextInt(4))));
    for (int i = random.nextInt(12); i > 0; i--) {
      head.add(
          switch (random.nextInt(6)) {
            case 0 -> Map.entry("content-type", "text/" + random.nextInt(3));
            case 1 -> Map.entry("content-length", Integer.toString(random.nextInt(100_000)));
            case 2 -> Map.entry("x-" + random.nextInt(40), text(60));
            case 3 -> Map.entry("authorization", text(20));
            case 4 -> Map.entry("x-long", text(900));
            default -> Map.entry("x-same-" + random.nextInt(4), "again");
          });
    }
    return head;
  }

  private static List<String> lines(List<Map.Entry<String, String>> head) {
    return head.stream().map(e -> e.getKey() + ": " + e.getValue()).toList();
  }

  @Test
  void readsWhatAnotherEncoderWrites() throws Exception {
    DefaultHttp2HeadersEncoder theirs = new DefaultHttp2HeadersEncoder();
    HpackDecoder ours = new HpackDecoder();
    for (int i = 0; i < HEADS; i++) {
      List<Map.Entry<String, String>> head = head();
      Http2Headers headers = new DefaultHttp2Headers(false);
      head.forEach(e -> headers.add(e.getKey(), e.getValue()));
      ByteBuf block = Unpooled.buffer();
      theirs.encodeHeaders(1, headers, block);
      byte[] bytes = ByteBufUtil.getBytes(block);
      RecordingSink sink = new RecordingSink();
      assertThat(ours.decode(bytes, 0, bytes.length, sink)).isTrue();
      assertThat(sink.fields).containsExactlyInAnyOrderElementsOf(lines(head));
    }
  }

  @Test
  void everyByteSurvivesTheHuffmanCode() throws Exception {
    DefaultHttp2HeadersEncoder theirs =
        new DefaultHttp2HeadersEncoder((name, value) -> false, false, 64, 0);
    HpackDecoder ours = new HpackDecoder();
    for (int c = 0x21; c < 0x100; c++) {
      if (c == 0x7f) {
        continue;
      }
      String value = new String(new byte[] {'a', (byte) c, 'e', (byte) c, 'o'}, ISO_8859_1);
      Http2Headers headers = new DefaultHttp2Headers(false);
      headers.add("x", new AsciiString(value.getBytes(ISO_8859_1)));
      ByteBuf block = Unpooled.buffer();
      theirs.encodeHeaders(1, headers, block);
      byte[] bytes = ByteBufUtil.getBytes(block);
      RecordingSink sink = new RecordingSink();
      assertThat(ours.decode(bytes, 0, bytes.length, sink)).isTrue();
      assertThat(sink.fields).containsExactly("x: " + value);
    }
  }

  @Test
  void anotherDecoderReadsWhatWeWrite() throws Exception {
    HpackEncoder ours = new HpackEncoder(4096);
    DefaultHttp2HeadersDecoder theirs = new DefaultHttp2HeadersDecoder(false, 1 << 20);
    for (int i = 0; i < HEADS; i++) {
      if (i == HEADS / 2) {
        ours.peerLimit(100);
        ours.peerLimit(1000);
        theirs.configuration().maxHeaderTableSize(1000);
      }
      List<Map.Entry<String, String>> head = head();
      HeaderBlock fields = new HeaderBlock();
      head.stream().skip(1).forEach(e -> fields.add(HeaderName.of(e.getKey()), e.getValue()));
      fields.add(HeaderNames.CONNECTION, "close"); // belongs to HTTP/1, is left out
      ByteBuf block = Unpooled.buffer();
      ours.begin(block);
      ours.status(block, Integer.parseInt(head.getFirst().getValue()));
      ours.fields(block, fields);
      List<String> read = new ArrayList<>();
      theirs.decodeHeaders(1, block).forEach(e -> read.add(e.getKey() + ": " + e.getValue()));
      assertThat(read).containsExactlyInAnyOrderElementsOf(lines(head));
    }
  }

  @Test
  void secretsAreNeverIndexed() {
    HpackEncoder encoder = new HpackEncoder(4096);
    HeaderBlock fields = new HeaderBlock();
    fields.add(HeaderNames.SET_COOKIE, "k=v");
    fields.add(HeaderNames.AUTHORIZATION, "Basic x");
    for (int i = 0; i < 2; i++) {
      ByteBuf block = Unpooled.buffer();
      encoder.fields(block, fields);
      assertThat(block.getByte(0) & 0xf0).as("never indexed").isEqualTo(0x10);
      assertThat(block.readableBytes()).isGreaterThan(12);
    }
  }

  @Test
  void whatRepeatsIsOneByte() {
    HpackEncoder encoder = new HpackEncoder(4096);
    HeaderBlock fields = new HeaderBlock();
    fields.add(HeaderNames.SERVER, "headgate");
    fields.add(HeaderName.of("x-own"), "value");
    encoder.fields(Unpooled.buffer(), fields);
    ByteBuf again = Unpooled.buffer();
    encoder.fields(again, fields);
    assertThat(again.readableBytes()).isEqualTo(2);
  }
}
