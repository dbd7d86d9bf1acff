package io.headgate.dataplane.codec.h2.hpack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.dataplane.http.Decimals;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Encodes header blocks of one connection (RFC 7541). What repeats becomes one byte by the dynamic
 * table; what does not is written as it is, without the Huffman code, which would cost more than
 * the bytes it saves.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
public final class HpackEncoder {
  private static final int LONGEST_INDEXED = 128;
  private static final int SLOTS = 128;

  /** An entry of the dynamic table. */
  private static final class Entry {
    final byte[] text;
    final int nameLength;
    final int hash;
    final int number;

    Entry(byte[] text, int nameLength, int hash, int number) {
      this.text = text;
      this.nameLength = nameLength;
      this.hash = hash;
      this.number = number;
    }

    int size() {
      return text.length + Field.OVERHEAD;
    }
  }

  private final int ownLimit;

  /** The entries by number, oldest first: those from {@link #oldest} to {@link #next} are there. */
  private @Nullable Entry[] ring = new @Nullable Entry[16];

  /** The latest entry of each hash; it may have left the table. */
  private final @Nullable Entry[] byHash = new @Nullable Entry[SLOTS];

  private int oldest;
  private int next;
  private int size;
  private int limit;
  private int smallestLimit = Integer.MAX_VALUE;
  private boolean limitChanged;
  private final byte[] number = new byte[20];

  /**
   * Makes an encoder with empty table; 4,096 bytes are what a peer grants before its SETTINGS.
   *
   * @param tableSize the most that it uses of what the peer grants, in bytes
   */
  public HpackEncoder(int tableSize) {
    ownLimit = tableSize;
    limit = 4096;
    peerLimit(4096);
  }

  /** The peer said by SETTINGS_HEADER_TABLE_SIZE how much its decoder keeps. */
  public void peerLimit(long bytes) {
    int newLimit = (int) Math.min(bytes, ownLimit);
    if (newLimit == limit) {
      return;
    }
    limit = newLimit;
    smallestLimit = Math.min(smallestLimit, newLimit);
    limitChanged = true;
    evictTo(newLimit);
  }

  /** Begins a block: announces a changed table size (§4.2). */
  public void begin(ByteBuf out) {
    if (limitChanged) {
      limitChanged = false;
      if (smallestLimit < limit) {
        integer(out, 0x20, 5, smallestLimit);
      }
      integer(out, 0x20, 5, limit);
      smallestLimit = Integer.MAX_VALUE;
    }
  }

  /** Writes {@code :status}. */
  public void status(ByteBuf out, int status) {
    int index =
        switch (status) {
          case 200 -> 8;
          case 204 -> 9;
          case 206 -> 10;
          case 304 -> 11;
          case 400 -> 12;
          case 404 -> 13;
          case 500 -> 14;
          default -> 0;
        };
    if (index > 0) {
      out.writeByte(0x80 | index);
    } else {
      int end = Decimals.write(number, 0, status);
      out.writeByte(8);
      out.writeByte(end);
      out.writeBytes(number, 0, end);
    }
  }

  /** Writes {@code content-length}. */
  public void contentLength(ByteBuf out, long length) {
    int end = Decimals.write(number, 0, length);
    integer(out, 0, 4, 28);
    out.writeByte(end);
    out.writeBytes(number, 0, end);
  }

  /** Writes a field that is not in a block, for example a pseudo field. */
  public void field(ByteBuf out, byte[] name, byte[] value, int offset, int length) {
    int hash = HeaderName.hash(name, 0, name.length);
    field(out, hash, name, 0, name.length, value, offset, length);
  }

  /** Writes the fields of a block, but those that belong to an HTTP/1 connection. */
  public void fields(ByteBuf out, HeaderBlock block) {
    byte[] b = block.array();
    for (int i = 0, n = block.size(); i < n; i++) {
      field(
          out,
          block.hashAt(i),
          b,
          block.nameOffset(i),
          block.nameLength(i),
          b,
          block.valueOffset(i),
          block.valueLength(i));
    }
  }

  private void field(
      ByteBuf out, int hash, byte[] n, int name, int nameLength, byte[] v, int value, int length) {
    int known = OutNames.find(hash, n, name, nameLength);
    int nameIndex = known & 0xff;
    switch (known >>> 8) {
      case OutNames.DROP -> {
        return;
      }
      case OutNames.SECRET -> {
        literal(out, 0x10, 4, nameIndex, n, name, nameLength);
        string(out, v, value, length);
        return;
      }
      case OutNames.ONCE -> {
        literal(out, 0, 4, nameIndex, n, name, nameLength);
        string(out, v, value, length);
        return;
      }
      default -> {}
    }
    if (nameIndex > 0 && nameIndex <= 16) {
      int exact = exact(nameIndex, v, value, length);
      if (exact > 0) {
        out.writeByte(0x80 | exact);
        return;
      }
    }
    if (length > LONGEST_INDEXED || nameLength + length + Field.OVERHEAD > limit / 2) {
      literal(out, 0, 4, nameIndex, n, name, nameLength);
      string(out, v, value, length);
      return;
    }
    int fieldHash = hash * 31 + hash(v, value, length);
    int slot = (fieldHash ^ fieldHash >>> 7 ^ fieldHash >>> 14) & (SLOTS - 1);
    Entry entry = byHash[slot];
    if (entry != null
        && entry.hash == fieldHash
        && entry.number - oldest >= 0
        && isSame(entry, n, name, nameLength, v, value, length)) {
      integer(out, 0x80, 7, StaticTable.SIZE + next - entry.number);
      return;
    }
    literal(out, 0x40, 6, nameIndex, n, name, nameLength);
    string(out, v, value, length);
    byte[] text = Arrays.copyOfRange(n, name, name + nameLength + length);
    System.arraycopy(v, value, text, nameLength, length);
    byHash[slot] = add(text, nameLength, fieldHash);
  }

  /** Returns the static index of a name and value, whose name first stands at an index, or 0. */
  private static int exact(int nameIndex, byte[] v, int value, int length) {
    Field[] fields = StaticTable.FIELDS;
    int hash = fields[nameIndex].hash;
    for (int i = nameIndex; i <= 16 && fields[i].hash == hash; i++) {
      byte[] line = fields[i].line;
      int from = fields[i].nameLength + 2;
      if (Arrays.equals(line, from, line.length - 2, v, value, value + length)) {
        return i;
      }
    }
    return 0;
  }

  private static boolean isSame(
      Entry entry, byte[] n, int name, int nameLength, byte[] v, int value, int length) {
    byte[] text = entry.text;
    return entry.nameLength == nameLength
        && text.length == nameLength + length
        && Arrays.equals(text, 0, nameLength, n, name, name + nameLength)
        && Arrays.equals(text, nameLength, text.length, v, value, value + length);
  }

  private static int hash(byte[] b, int offset, int length) {
    int h = length;
    for (int i = offset; i < offset + length; i++) {
      h = 31 * h + b[i];
    }
    return h;
  }

  private Entry add(byte[] text, int nameLength, int hash) {
    Entry entry = new Entry(text, nameLength, hash, next);
    evictTo(limit - entry.size());
    if (next - oldest == ring.length) {
      @Nullable Entry[] larger = new @Nullable Entry[ring.length * 2];
      for (int i = oldest; i != next; i++) {
        larger[i & (larger.length - 1)] = ring[i & (ring.length - 1)];
      }
      ring = larger;
    }
    ring[next & (ring.length - 1)] = entry;
    next++;
    size += entry.size();
    return entry;
  }

  private void evictTo(int most) {
    while (oldest != next && size > most) {
      int at = oldest & (ring.length - 1);
      Entry entry = ring[at];
      if (entry != null) {
        size -= entry.size();
      }
      ring[at] = null;
      oldest++;
    }
  }

  private static void literal(
      ByteBuf out, int pattern, int prefix, int nameIndex, byte[] n, int name, int nameLength) {
    integer(out, pattern, prefix, nameIndex);
    if (nameIndex == 0) {
      string(out, n, name, nameLength);
    }
  }

  private static void string(ByteBuf out, byte[] b, int offset, int length) {
    integer(out, 0, 7, length);
    out.writeBytes(b, offset, length);
  }

  private static void integer(ByteBuf out, int pattern, int prefix, int value) {
    int mask = (1 << prefix) - 1;
    if (value < mask) {
      out.writeByte(pattern | value);
      return;
    }
    out.writeByte(pattern | mask);
    int rest = value - mask;
    while (rest >= 0x80) {
      out.writeByte(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  /** Returns the bytes of a name for {@link #field}. */
  public static byte[] name(String name) {
    return name.getBytes(US_ASCII);
  }
}
