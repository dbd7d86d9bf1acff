package io.headgate.dataplane.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Header blocks: all values, order, and that nothing that could split a message gets in. */
class HeaderBlockTest {
  private static final HeaderName A = HeaderName.of("A");
  private static final HeaderName B = HeaderName.of("b");

  private final HeaderBlock block = new HeaderBlock(8, 1);

  private String wire() {
    ByteBuf out = Unpooled.buffer();
    block.writeLines(out);
    return out.toString(ISO_8859_1).replace("\r\n", "|");
  }

  @Test
  void keepsOrderAndAllValues() {
    block.add(A, "1");
    block.add(B, "x");
    block.add(A, "2, 3");
    assertThat(block.all(A)).containsExactly("1", "2, 3");
    assertThat(block.joined(A)).isEqualTo("1,2, 3");
    assertThat(block.hasToken(A, "3")).isTrue();
    assertThat(wire()).isEqualTo("a: 1|b: x|a: 2, 3|");
  }

  @Test
  void setReplacesTheFirstAndRemovesTheOthers() {
    block.add(A, "1");
    block.add(B, "x");
    block.add(A, "2");
    block.set(A, "new");
    block.set(B, 4200L);
    assertThat(wire()).isEqualTo("a: new|b: 4200|");
    assertThat(block.remove(A)).isTrue();
    assertThat(block.remove(A)).isFalse();
    assertThat(wire()).isEqualTo("b: 4200|");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\rb", "a\nb", "a\0b", "a\u0001", "\u007f"})
  void refusesControlCharacters(String value) {
    assertThatThrownBy(() -> block.set(A, value)).isInstanceOf(HeaderViolation.class);
    assertThatThrownBy(() -> block.add(A, value)).isInstanceOf(HeaderViolation.class);
    assertThatThrownBy(() -> block.add(A, value.getBytes(ISO_8859_1)))
        .isInstanceOf(HeaderViolation.class);
    assertThat(block.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:b", "a\r", "\u00e4", ":"})
  void refusesNamesThatAreNoToken(String name) {
    assertThatThrownBy(() -> HeaderName.of(name)).isInstanceOf(HeaderViolation.class);
  }

  @Test
  void pseudoFieldsAreNoHeaders() {
    assertThatThrownBy(() -> block.add(HeaderNames.PSEUDO_PATH, "/"))
        .isInstanceOf(HeaderViolation.class);
  }

  @Test
  void textBeyondLatin1IsWrittenAsUtf8() {
    block.add(A, "\u20ac");
    block.add(B, "\u00e4");
    assertThat(block.valueLength(0)).isEqualTo(3);
    assertThat(block.valueLength(1)).isEqualTo(1);
  }

  @Test
  void pathsAndAuthoritiesAreChecked() {
    RequestHead head = new RequestHead();
    assertThatThrownBy(() -> head.path("/a b")).isInstanceOf(HeaderViolation.class);
    assertThatThrownBy(() -> head.authority("a\r\nb")).isInstanceOf(HeaderViolation.class);
    head.path("/x?y");
    assertThat(head.pathLengthWithoutQuery()).isEqualTo(2);
    assertThat(head.pathStartsWith(new byte[] {'/', 'x'})).isTrue();
    assertThat(head.value(HeaderNames.PSEUDO_PATH)).isEqualTo("/x?y");
  }
}
