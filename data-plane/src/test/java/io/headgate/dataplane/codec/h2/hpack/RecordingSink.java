package io.headgate.dataplane.codec.h2.hpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.headgate.dataplane.http.HeaderBlock;
import java.util.ArrayList;
import java.util.List;

/** Writes down the fields of a header block. */
final class RecordingSink implements FieldSink {
  private final HeaderBlock block = new HeaderBlock();
  final List<String> fields = new ArrayList<>();
  final List<String> illegal = new ArrayList<>();

  @Override
  public HeaderBlock block() {
    return block;
  }

  @Override
  public boolean isFull() {
    return false;
  }

  @Override
  public boolean field(
      int kind, boolean legal, int hash, int name, int nameLength, int value, int valueLength) {
    String line = new String(block.array(), name, nameLength + valueLength + 4, ISO_8859_1);
    (legal ? fields : illegal).add(line.strip());
    if (value != name + nameLength + 2 || !line.endsWith("\r\n")) {
      illegal.add("layout of " + line);
    }
    return fields.size() % 2 == 0; // every other field's room is used again
  }

  List<String> take() {
    List<String> taken = List.copyOf(fields);
    fields.clear();
    return taken;
  }
}
