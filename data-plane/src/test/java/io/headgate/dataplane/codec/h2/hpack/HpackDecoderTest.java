package io.headgate.dataplane.codec.h2.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of RFC 7541 appendix C, and blocks that are none. */
class HpackDecoderTest {
  private final HpackDecoder decoder = new HpackDecoder();
  private final RecordingSink sink = new RecordingSink();

  private List<String> decode(String hex) {
    assertThat(isLegal(hex)).isTrue();
    assertThat(sink.illegal).isEmpty();
    return sink.take();
  }

  private boolean isLegal(String hex) {
    byte[] block = HexFormat.of().parseHex(hex.replace(" ", ""));
    return decoder.decode(block, 0, block.length, sink);
  }

  @Test
  void literalsAndIndexedFields() {
    // C.2.1 to C.2.4
    assertThat(decode("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"))
        .containsExactly("custom-key: custom-header");
    assertThat(decoder.tableSize()).isEqualTo(55);
    assertThat(decode("040c 2f73 616d 706c 652f 7061 7468")).containsExactly(":path: /sample/path");
    assertThat(decode("1008 7061 7373 776f 7264 0673 6563 7265 74"))
        .containsExactly("password: secret");
    assertThat(decode("82")).containsExactly(":method: GET");
    assertThat(decoder.tableSize()).isEqualTo(55);
  }

  @Test
  void requestsWithoutHuffmanCoding() {
    // C.3
    assertThat(decode("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d"))
        .containsExactly(
            ":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com");
    assertThat(decode("8286 84be 5808 6e6f 2d63 6163 6865"))
        .containsExactly(
            ":method: GET",
            ":scheme: http",
            ":path: /",
            ":authority: www.example.com",
            "cache-control: no-cache");
    assertThat(decode("8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65"))
        .containsExactly(
            ":method: GET",
            ":scheme: https",
            ":path: /index.html",
            ":authority: www.example.com",
            "custom-key: custom-value");
    assertThat(decoder.tableSize()).isEqualTo(164);
  }

  @Test
  void requestsWithHuffmanCoding() {
    // C.4
    assertThat(decode("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"))
        .containsExactly(
            ":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com");
    assertThat(decode("8286 84be 5886 a8eb 1064 9cbf"))
        .endsWith("cache-control: no-cache")
        .hasSize(5);
    assertThat(decode("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"))
        .endsWith(":authority: www.example.com", "custom-key: custom-value")
        .hasSize(5);
    assertThat(decoder.tableSize()).isEqualTo(164);
  }

  @Test
  void responsesWithHuffmanCodingAndEviction() {
    // C.6, whose table of 256 bytes is set by an update here
    decode("3fe1 01");
    assertThat(
            decode(
                "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6"
                    + " 2d1bff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3"))
        .containsExactly(
            ":status: 302",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:21 GMT",
            "location: https://www.example.com");
    assertThat(decoder.tableSize()).isEqualTo(222);
    assertThat(decode("4883 640e ffc1 c0bf"))
        .containsExactly(
            ":status: 307",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:21 GMT",
            "location: https://www.example.com");
    assertThat(
            decode(
                "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab"
                    + " 77ad94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5"
                    + " 291f 95873160 65c0 03ed 4ee5 b106 3d50 07"))
        .containsExactly(
            ":status: 200",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:22 GMT",
            "location: https://www.example.com",
            "content-encoding: gzip",
            "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1");
    assertThat(decoder.tableSize()).isEqualTo(215);
  }

  @Test
  void blocksThatAreNoneAreRefused() {
    assertThat(isLegal("80")).as("index 0").isFalse();
    assertThat(isLegal("be")).as("beyond the table").isFalse();
    assertThat(isLegal("ffffffffffff7f")).as("integer too large").isFalse();
    assertThat(isLegal("ff")).as("integer cut off").isFalse();
    assertThat(isLegal("000161")).as("value missing").isFalse();
    assertThat(isLegal("00016105")).as("value cut off").isFalse();
    assertThat(isLegal("3fe2 1f")).as("table larger than allowed").isFalse();
    assertThat(isLegal("823f e101")).as("size update behind a field").isFalse();
    assertThat(isLegal("0001 6184 ffff ffff")).as("end-of-string symbol").isFalse();
    assertThat(isLegal("0001 6182 1fff")).as("padding over seven bits").isFalse();
    assertThat(isLegal("0001 6181 18")).as("padding not of ones").isFalse();
  }

  @Test
  void whatMayNotBeSentIsMarked() {
    for (String hex :
        List.of(
            "0001 4101 78", // A: x
            "0000 0178", // no name
            "0001 6103 610d 62", // CR in a value
            "0001 6102 610a",
            "0001 6101 00",
            "0001 6102 2061", // a space before
            "0001 6102 6120",
            "0002 6120 0161", // a space in a name
            "0003 613a 6201 61")) {
      assertThat(isLegal(hex)).isTrue();
    }
    assertThat(sink.fields).isEmpty();
    assertThat(sink.illegal).hasSize(9);
  }

  @Test
  void aSmallerTableMustBeTakenNoteOf() {
    decoder.allow(0);
    assertThat(isLegal("82")).as("no update first").isFalse();
    assertThat(isLegal("2082")).isTrue();
    assertThat(isLegal("82")).isTrue();
    assertThat(decoder.tableSize()).isZero();
  }
}
