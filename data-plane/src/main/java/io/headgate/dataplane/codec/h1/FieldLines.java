package io.headgate.dataplane.codec.h1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.OriginalNames;
import io.netty.buffer.ByteBuf;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes field lines: in lower case with few copies, or with the upper case that the config or the
 * other side's sender wants. One object per connection.
 */
final class FieldLines {
  private final boolean proper;

  FieldLines(H1Settings settings) {
    this.proper = settings.properCase();
  }

  /** A line that codecs write themselves, ready in lower case. */
  record Line(String name, String value, byte[] lower) {
    Line(String name, String value) {
      this(name, value, (name + ": " + value + "\r\n").getBytes(US_ASCII));
    }
  }

  /** Writes the fields of a block. */
  void all(HeaderBlock block, ByteBuf out) {
    OriginalNames originals = block.originalNames();
    if (!proper && originals == null) {
      block.writeLines(out);
      return;
    }
    for (int i = 0; i < block.size(); i++) {
      name(block.nameAt(i), originals, out);
      out.writeBytes(block.array(), block.valueOffset(i), block.valueLength(i));
      out.writeShort('\r' << 8 | '\n');
    }
  }

  /** Writes one of the codec's own lines, in the spelling of the block that it goes out with. */
  void one(Line line, HeaderBlock with, ByteBuf out) {
    if (!proper && with.originalNames() == null) {
      out.writeBytes(line.lower);
      return;
    }
    name(line.name, with.originalNames(), out);
    out.writeCharSequence(line.value, US_ASCII);
    out.writeShort('\r' << 8 | '\n');
  }

  /** Writes a name with its colon and space; the caller goes on with the value. */
  void name(String lower, HeaderBlock with, ByteBuf out) {
    name(lower, with.originalNames(), out);
  }

  private void name(String lower, @Nullable OriginalNames originals, ByteBuf out) {
    byte[] original = originals == null ? null : originals.find(lower);
    if (original != null) {
      out.writeBytes(original);
    } else {
      out.writeCharSequence(proper ? properCase(lower) : lower, US_ASCII);
    }
    out.writeShort(':' << 8 | ' ');
  }

  /** Upper case at the start and behind every character that is no letter and no digit. */
  private static String properCase(String lower) {
    StringBuilder name = new StringBuilder(lower.length());
    boolean start = true;
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      name.append(start ? String.valueOf(c).toUpperCase(Locale.ROOT) : c);
      start = !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9');
    }
    return name.toString();
  }
}
