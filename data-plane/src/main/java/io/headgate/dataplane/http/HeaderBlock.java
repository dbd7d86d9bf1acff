package io.headgate.dataplane.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An ordered list of header fields, packed: one byte array that holds the text and one int array of
 * offsets into it. Names are lower-case.
 *
 * <p>Every field lies in the storage as it will be sent, {@code name: value CR LF}, so that a run
 * of untouched fields is written with one copy. The storage only grows: offsets into it stay valid
 * until {@link #clear}. Values are read as ISO-8859-1, which keeps every byte; a text with
 * characters beyond that is written as UTF-8.
 *
 * <p><b>Thread:</b> confined to the stream's event loop. <b>Ownership:</b> lent with its head,
 * reused by connections. <b>Errors:</b> every mutation is checked: a value with CR, LF, NUL or
 * another control character than TAB is a {@link HeaderViolation}.
 */
public final class HeaderBlock {
  private static final int HASH = 0;
  private static final int NAME = 1;
  private static final int NAME_LENGTH = 2;
  private static final int VALUE = 3;
  private static final int VALUE_LENGTH = 4;
  private static final int STRIDE = 5;
  private static final int KEEP = 16 * 1024;

  private byte[] bytes;
  private int used;
  private int[] slots;
  private int count;
  private @Nullable OriginalNames originalNames;

  /** Makes an empty block with room for a usual head. */
  public HeaderBlock() {
    this(512, 16);
  }

  /** Makes an empty block. */
  public HeaderBlock(int byteCapacity, int fieldCapacity) {
    bytes = new byte[byteCapacity];
    slots = new int[fieldCapacity * STRIDE];
  }

  // ---- reading

  /** Returns the number of fields. */
  public int size() {
    return count;
  }

  /** Returns whether there is no field. */
  public boolean isEmpty() {
    return count == 0;
  }

  /** Returns the index of the first field of that name at or after {@code from}, or -1. */
  public int find(HeaderName name, int from) {
    int hash = name.hash();
    int[] s = slots;
    for (int i = from * STRIDE, end = count * STRIDE; i < end; i += STRIDE) {
      if (s[i] == hash
          && s[i + NAME_LENGTH] == name.length()
          && Arrays.equals(
              bytes, s[i + NAME], s[i + NAME] + name.length(), name.bytes(), 0, name.length())) {
        return i / STRIDE;
      }
    }
    return -1;
  }

  /** Returns whether a field of that name is there. */
  public boolean contains(HeaderName name) {
    return find(name, 0) >= 0;
  }

  /** Returns the value of the first field of that name. */
  public @Nullable String first(HeaderName name) {
    int i = find(name, 0);
    return i < 0 ? null : valueAt(i);
  }

  /** Returns all values of that name, in order. */
  public List<String> all(HeaderName name) {
    int i = find(name, 0);
    if (i < 0) {
      return List.of();
    }
    List<String> values = new ArrayList<>(2);
    for (; i >= 0; i = find(name, i + 1)) {
      values.add(valueAt(i));
    }
    return values;
  }

  /**
   * Returns all values of that name joined by a comma, as policies must read them; null when
   * absent.
   */
  public @Nullable String joined(HeaderName name) {
    int i = find(name, 0);
    if (i < 0) {
      return null;
    }
    int next = find(name, i + 1);
    if (next < 0) {
      return valueAt(i);
    }
    StringBuilder all = new StringBuilder(valueAt(i));
    for (; next >= 0; next = find(name, next + 1)) {
      all.append(',').append(valueAt(next));
    }
    return all.toString();
  }

  /** Returns the name of a field; well-known names make no garbage. */
  public String nameAt(int index) {
    int i = index * STRIDE;
    HeaderName known =
        HeaderNames.known(slots[i + HASH], bytes, slots[i + NAME], slots[i + NAME_LENGTH]);
    return known != null
        ? known.toString()
        : new String(bytes, slots[i + NAME], slots[i + NAME_LENGTH], ISO_8859_1);
  }

  /** Returns the value of a field. */
  public String valueAt(int index) {
    int i = index * STRIDE;
    return new String(bytes, slots[i + VALUE], slots[i + VALUE_LENGTH], ISO_8859_1);
  }

  /** Returns whether the field at an index has that name. */
  public boolean nameEquals(int index, HeaderName name) {
    int i = index * STRIDE;
    return slots[i] == name.hash()
        && slots[i + NAME_LENGTH] == name.length()
        && Arrays.equals(
            bytes,
            slots[i + NAME],
            slots[i + NAME] + name.length(),
            name.bytes(),
            0,
            name.length());
  }

  /** Returns whether the value of a field equals lower-case ASCII text, ignoring case. */
  public boolean valueEqualsIgnoreCase(int index, String lower) {
    int i = index * STRIDE;
    return Tokens.equalsIgnoreCase(bytes, slots[i + VALUE], slots[i + VALUE_LENGTH], lower);
  }

  /**
   * Returns whether any value of that name holds a token (lower-case) in its comma-separated list.
   */
  public boolean hasToken(HeaderName name, String lower) {
    for (int i = find(name, 0); i >= 0; i = find(name, i + 1)) {
      int at = valueOffset(i);
      int end = at + valueLength(i);
      while (at < end) {
        int comma = at;
        while (comma < end && bytes[comma] != ',') {
          comma++;
        }
        int from = at;
        int to = comma;
        while (from < to && (bytes[from] == ' ' || bytes[from] == '\t')) {
          from++;
        }
        while (to > from && (bytes[to - 1] == ' ' || bytes[to - 1] == '\t')) {
          to--;
        }
        if (Tokens.equalsIgnoreCase(bytes, from, to - from, lower)) {
          return true;
        }
        at = comma + 1;
      }
    }
    return false;
  }

  /** Returns the storage; bytes up to {@link #used} are valid, and only until the next mutation. */
  public byte[] array() {
    return bytes;
  }

  /** Returns the offset of a field's name in {@link #array}. */
  public int nameOffset(int index) {
    return slots[index * STRIDE + NAME];
  }

  /** Returns the length of a field's name in bytes. */
  public int nameLength(int index) {
    return slots[index * STRIDE + NAME_LENGTH];
  }

  /** Returns the offset of a field's value in {@link #array}. */
  public int valueOffset(int index) {
    return slots[index * STRIDE + VALUE];
  }

  /** Returns the length of a field's value in bytes. */
  public int valueLength(int index) {
    return slots[index * STRIDE + VALUE_LENGTH];
  }

  /** Returns the bytes that the fields take on the wire in HTTP/1: name, value and 4 for each. */
  public int wireBytes() {
    int sum = 0;
    for (int i = 0; i < count * STRIDE; i += STRIDE) {
      sum += slots[i + NAME_LENGTH] + slots[i + VALUE_LENGTH] + 4;
    }
    return sum;
  }

  // ---- changing

  /** Adds a field at the end. */
  public void add(HeaderName name, String value) {
    checkName(name);
    int line = appendLine(name, value);
    slot(name, line);
  }

  /** Adds a field at the end whose value is given as bytes. */
  public void add(HeaderName name, byte[] value) {
    checkName(name);
    int line = appendLine(name, value);
    slot(name, line);
  }

  /** Sets a field: replaces the first of that name, removes the others, or adds it. */
  public void set(HeaderName name, String value) {
    checkName(name);
    int line = appendLine(name, value);
    replace(name, line);
  }

  /** Sets a field whose value is given as bytes. */
  public void set(HeaderName name, byte[] value) {
    checkName(name);
    int line = appendLine(name, value);
    replace(name, line);
  }

  /** Sets a field to a decimal number, without garbage. */
  public void set(HeaderName name, long value) {
    checkName(name);
    int line = startLine(name, 20);
    used = Decimals.write(bytes, used, value);
    endLine();
    replace(name, line);
  }

  /** Removes all fields of that name and returns whether there was one. */
  public boolean remove(HeaderName name) {
    int i = find(name, 0);
    if (i < 0) {
      return false;
    }
    for (; i >= 0; i = find(name, i)) {
      removeAt(i);
    }
    return true;
  }

  /** Removes the field at an index; those behind it move up. */
  public void removeAt(int index) {
    System.arraycopy(
        slots, (index + 1) * STRIDE, slots, index * STRIDE, (count - index - 1) * STRIDE);
    count--;
  }

  /** Removes all fields and forgets the storage's content. Large storage is given back. */
  public void clear() {
    count = 0;
    used = 0;
    originalNames = null;
    if (bytes.length > KEEP) {
      bytes = new byte[512];
    }
  }

  /** Makes this block equal to another one, with its own storage. */
  public void copyFrom(HeaderBlock other) {
    if (bytes.length < other.used) {
      bytes = new byte[other.used];
    }
    System.arraycopy(other.bytes, 0, bytes, 0, other.used);
    used = other.used;
    if (slots.length < other.count * STRIDE) {
      slots = new int[other.slots.length];
    }
    System.arraycopy(other.slots, 0, slots, 0, other.count * STRIDE);
    count = other.count;
    originalNames = other.originalNames;
  }

  // ---- for codecs

  /** Returns how the sender wrote the names; null when nobody wants to know. */
  public @Nullable OriginalNames originalNames() {
    return originalNames;
  }

  /** Keeps how the sender wrote the names. */
  public void originalNames(@Nullable OriginalNames names) {
    originalNames = names;
  }

  /** Returns how many bytes of the storage are in use. */
  public int used() {
    return used;
  }

  /**
   * Copies raw bytes of a wire image to the end of the storage and returns where they begin. The
   * codec then declares fields in them by {@link #declare}; it has checked them.
   */
  public int adopt(ByteBuf source, int index, int length) {
    reserve(length);
    int at = used;
    source.getBytes(index, bytes, at, length);
    used = at + length;
    return at;
  }

  /**
   * Returns the storage with room for so many more bytes behind {@link #used}; the codec writes
   * there and says by {@link #used(int)} how far it came.
   */
  public byte[] room(int more) {
    reserve(more);
    return bytes;
  }

  /** Says where the used bytes of the storage end; for codecs, which have written them. */
  public void used(int newUsed) {
    used = newUsed;
  }

  /** Returns the hash of a field's name. */
  public int hashAt(int index) {
    return slots[index * STRIDE + HASH];
  }

  /** Copies text to the end of the storage, outside any field, and returns where it begins. */
  int append(String text) {
    byte[] raw = encode(text);
    reserve(raw.length);
    int at = used;
    System.arraycopy(raw, 0, bytes, at, raw.length);
    used = at + raw.length;
    return at;
  }

  /** Declares a field over adopted bytes; the name is lower-case already. */
  public void declare(int hash, int name, int nameLength, int value, int valueLength) {
    if ((count + 1) * STRIDE > slots.length) {
      slots = Arrays.copyOf(slots, slots.length * 2);
    }
    int i = count * STRIDE;
    slots[i + HASH] = hash;
    slots[i + NAME] = name;
    slots[i + NAME_LENGTH] = nameLength;
    slots[i + VALUE] = value;
    slots[i + VALUE_LENGTH] = valueLength;
    count++;
  }

  /**
   * Writes all fields as HTTP/1 lines; runs that lie in storage as they are sent go in one copy.
   */
  public void writeLines(ByteBuf out) {
    int runStart = 0;
    int runEnd = 0;
    byte[] b = bytes;
    for (int i = 0, end = count * STRIDE; i < end; i += STRIDE) {
      int name = slots[i + NAME];
      int nameEnd = name + slots[i + NAME_LENGTH];
      int value = slots[i + VALUE];
      int valueEnd = value + slots[i + VALUE_LENGTH];
      boolean asSent =
          value == nameEnd + 2
              && b[nameEnd] == ':'
              && b[nameEnd + 1] == ' '
              && valueEnd + 1 < used
              && b[valueEnd] == '\r'
              && b[valueEnd + 1] == '\n';
      if (!asSent) {
        out.writeBytes(b, runStart, runEnd - runStart);
        runStart = 0;
        runEnd = 0;
        out.writeBytes(b, name, nameEnd - name);
        out.writeShort(':' << 8 | ' ');
        out.writeBytes(b, value, valueEnd - value);
        out.writeShort('\r' << 8 | '\n');
      } else if (name == runEnd) {
        runEnd = valueEnd + 2;
      } else {
        out.writeBytes(b, runStart, runEnd - runStart);
        runStart = name;
        runEnd = valueEnd + 2;
      }
    }
    out.writeBytes(b, runStart, runEnd - runStart);
  }

  // ---- inside

  private static void checkName(HeaderName name) {
    if (name.isPseudo()) {
      throw new HeaderViolation("a pseudo field is no header: " + name);
    }
  }

  private int appendLine(HeaderName name, String value) {
    if (!Tokens.isValue(value)) {
      throw new HeaderViolation("control character in the value of header " + name);
    }
    if (isLatin1(value)) {
      int length = value.length();
      int line = startLine(name, length);
      for (int i = 0; i < length; i++) {
        bytes[used + i] = (byte) value.charAt(i);
      }
      used += length;
      endLine();
      return line;
    }
    return appendLine(name, value.getBytes(UTF_8));
  }

  private int appendLine(HeaderName name, byte[] value) {
    for (byte b : value) {
      if (!Tokens.isValue(b)) {
        throw new HeaderViolation("control character in the value of header " + name);
      }
    }
    int line = startLine(name, value.length);
    System.arraycopy(value, 0, bytes, used, value.length);
    used += value.length;
    endLine();
    return line;
  }

  private int startLine(HeaderName name, int valueRoom) {
    int length = name.length();
    reserve(length + valueRoom + 4);
    int line = used;
    System.arraycopy(name.bytes(), 0, bytes, line, length);
    bytes[line + length] = ':';
    bytes[line + length + 1] = ' ';
    used = line + length + 2;
    return line;
  }

  private void endLine() {
    bytes[used] = '\r';
    bytes[used + 1] = '\n';
    used += 2;
  }

  private void slot(HeaderName name, int line) {
    int value = line + name.length() + 2;
    declare(name.hash(), line, name.length(), value, used - 2 - value);
  }

  private void replace(HeaderName name, int line) {
    int first = find(name, 0);
    if (first < 0) {
      slot(name, line);
      return;
    }
    int i = first * STRIDE;
    slots[i + NAME] = line;
    slots[i + VALUE] = line + name.length() + 2;
    slots[i + VALUE_LENGTH] = used - 2 - slots[i + VALUE];
    for (int other = find(name, first + 1); other >= 0; other = find(name, other)) {
      removeAt(other);
    }
  }

  private void reserve(int more) {
    if (used + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, used + more));
    }
  }

  private static boolean isLatin1(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xff) {
        return false;
      }
    }
    return true;
  }

  static byte[] encode(String text) {
    return text.getBytes(isLatin1(text) ? ISO_8859_1 : UTF_8);
  }

  /** Returns the fields one a line, for people. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(nameAt(i)).append(": ").append(valueAt(i)).append('\n');
    }
    return text.toString();
  }
}
