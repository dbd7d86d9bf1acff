package io.headgate.dataplane.codec.h2.hpack;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decodes header blocks of one connection (RFC 7541). Fields of a table are copied into the storage
 * of the header block as they will be sent; only a field that enters the dynamic table makes an
 * object.
 *
 * <p>Decoding always goes to the block's end, also when its message is refused, since the tables of
 * both sides must stay equal. <b>Thread:</b> the connection's event loop.
 */
public final class HpackDecoder {
  private static final int MORE = -1;
  private static final int BROKEN = -2;
  private static final int MAX_INTEGER = Integer.MAX_VALUE;

  /** What a decoder allows before SETTINGS say otherwise, in bytes. */
  private static final int INITIAL_TABLE_SIZE = 4096;

  private final DynamicTable table = new DynamicTable(INITIAL_TABLE_SIZE);
  private int maxTableSize = INITIAL_TABLE_SIZE;
  private int tableLimit = INITIAL_TABLE_SIZE;
  private int at;

  /** Makes a decoder with empty dynamic table. */
  public HpackDecoder() {}

  /**
   * Allows the peer another table size: a larger one when we tell it by SETTINGS_HEADER_TABLE_SIZE,
   * a smaller one when it has acknowledged that.
   */
  public void allow(int bytes) {
    maxTableSize = bytes;
  }

  /** Returns the bytes that the dynamic table holds now, as RFC 7541 §4.1 counts them. */
  public int tableSize() {
    return table.size();
  }

  /**
   * Decodes a whole header block.
   *
   * @return whether it is one; else it is a connection error COMPRESSION_ERROR
   */
  public boolean decode(byte[] b, int from, int end, FieldSink sink) {
    at = from;
    boolean first = true;
    while (at < end) {
      int head = b[at];
      if (tableLimit > maxTableSize && (head & 0xe0) != 0x20) {
        return false; // it must say first that it has made its table smaller (§4.2)
      }
      if (head < 0) {
        int index = integer(b, end, 7);
        Field field = index < 0 ? null : find(index);
        if (field == null) {
          return false;
        }
        first = false;
        indexed(field, sink);
      } else if ((head & 0x40) != 0) {
        first = false;
        if (!literal(b, end, 6, true, sink)) {
          return false;
        }
      } else if ((head & 0x20) != 0) {
        int size = integer(b, end, 5);
        if (!first || size < 0 || size > maxTableSize) {
          return false;
        }
        tableLimit = size;
        table.limit(size);
      } else {
        first = false;
        if (!literal(b, end, 4, false, sink)) {
          return false;
        }
      }
    }
    return true;
  }

  private @Nullable Field find(int index) {
    if (index <= StaticTable.SIZE) {
      return index == 0 ? null : StaticTable.FIELDS[index];
    }
    return table.get(index - StaticTable.SIZE);
  }

  private static void indexed(Field field, FieldSink sink) {
    if (sink.isFull()) {
      return;
    }
    HeaderBlock block = sink.block();
    byte[] line = field.line;
    int start = block.used();
    byte[] to = block.room(line.length);
    System.arraycopy(line, 0, to, start, line.length);
    block.used(start + line.length);
    int name = field.nameLength;
    if (!sink.field(
        field.kind, field.legal, field.hash, start, name, start + name + 2, field.valueLength())) {
      block.used(start);
    }
  }

  private boolean literal(byte[] b, int end, int prefix, boolean index, FieldSink sink) {
    int nameIndex = integer(b, end, prefix);
    if (nameIndex < 0) {
      return false;
    }
    HeaderBlock block = sink.block();
    int start = block.used();
    int nameLength;
    int hash;
    int kind;
    boolean legal;
    if (nameIndex == 0) {
      int nameEnd = string(b, end, block, start);
      if (nameEnd < 0) {
        return false;
      }
      byte[] to = block.array();
      nameLength = nameEnd - start;
      legal = Field.isLegalName(to, start, nameLength);
      hash = HeaderName.hash(to, start, nameLength);
      kind = FieldKind.of(hash, to, start, nameLength);
    } else {
      Field named = find(nameIndex);
      if (named == null) {
        return false;
      }
      nameLength = named.nameLength;
      hash = named.hash;
      kind = named.kind;
      byte[] to = block.room(nameLength + 2);
      System.arraycopy(named.line, 0, to, start, nameLength);
      legal = named.legal || Field.isLegalName(to, start, nameLength);
    }
    int value = start + nameLength + 2;
    block.used(value);
    int valueEnd = string(b, end, block, value);
    if (valueEnd < 0) {
      return false;
    }
    block.used(valueEnd);
    byte[] to = block.room(2);
    to[value - 2] = ':';
    to[value - 1] = ' ';
    to[valueEnd] = '\r';
    to[valueEnd + 1] = '\n';
    block.used(valueEnd + 2);
    legal = legal && Field.isLegalValue(to, value, valueEnd - value);
    if (index) {
      byte[] line = Arrays.copyOfRange(to, start, valueEnd + 2);
      table.add(new Field(line, nameLength, hash, kind, legal));
    }
    if (!sink.field(kind, legal, hash, start, nameLength, value, valueEnd - value)) {
      block.used(start);
    }
    return true;
  }

  /** Reads a string to an offset of the storage and returns where it ends there, or -1. */
  private int string(byte[] b, int end, HeaderBlock block, int to) {
    if (at >= end) {
      return -1;
    }
    boolean huffman = b[at] < 0;
    int length = integer(b, end, 7);
    if (length < 0 || length > end - at) {
      return -1;
    }
    int from = at;
    at += length;
    block.used(to);
    if (huffman) {
      byte[] room = block.room(Huffman.mostDecoded(length) + 4);
      int stop = Huffman.decode(b, from, length, room, to);
      block.used(Math.max(to, stop));
      return stop;
    }
    byte[] room = block.room(length + 4);
    System.arraycopy(b, from, room, to, length);
    block.used(to + length);
    return to + length;
  }

  /** Reads an integer with a prefix of so many bits (§5.1), or returns a negative number. */
  private int integer(byte[] b, int end, int prefix) {
    int mask = (1 << prefix) - 1;
    int value = b[at++] & mask;
    if (value < mask) {
      return value;
    }
    long sum = value;
    for (int shift = 0; shift <= 28; shift += 7) {
      if (at >= end) {
        return MORE;
      }
      int next = b[at++];
      sum += (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return sum > MAX_INTEGER ? BROKEN : (int) sum;
      }
    }
    return BROKEN;
  }
}
