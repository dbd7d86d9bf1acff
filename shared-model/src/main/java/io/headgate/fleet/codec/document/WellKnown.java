package io.headgate.fleet.codec.document;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.NullValue;
import io.headgate.fleet.codec.document.Node.Entry;
import io.headgate.fleet.codec.document.Node.Mapping;
import io.headgate.fleet.codec.document.Node.Scalar;
import io.headgate.fleet.codec.document.Node.Sequence;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads the types that have forms of their own in JSON: Any, Duration, Timestamp, the wrappers,
 * Struct and FieldMask.
 *
 * <p>Spec: protobuf's JSON mapping. A Duration is within ±315,576,000,000 s.
 */
final class WellKnown {
  private static final Pattern DURATION = Pattern.compile("(-?)([0-9]{1,12})(?:\\.([0-9]{1,9}))?s");
  private static final long MAX_SECONDS = 315_576_000_000L;
  private static final String TYPE_KEY = "@type";

  private final MessageReader.Options options;
  private final Problems problems;
  private final MessageFiller filler;
  private final Scalars scalars;

  WellKnown(
      MessageReader.Options options, Problems problems, MessageFiller filler, Scalars scalars) {
    this.options = options;
    this.problems = problems;
    this.filler = filler;
    this.scalars = scalars;
  }

  /** Fills the message if its type has a form of its own; false for ordinary types. */
  boolean fill(Node node, Message.Builder into, String path) {
    Descriptor type = into.getDescriptorForType();
    if (!type.getFile().getPackage().equals("google.protobuf")) {
      return false;
    }
    switch (type.getName()) {
      case "Any" -> any(node, into, path);
      case "Duration" -> duration(node, into, path);
      case "Timestamp" -> timestamp(node, into, path);
      case "DoubleValue",
          "FloatValue",
          "Int64Value",
          "UInt64Value",
          "Int32Value",
          "UInt32Value",
          "BoolValue",
          "StringValue",
          "BytesValue" ->
          wrapper(node, into, path);
      case "Struct" -> struct(node, into, path);
      case "ListValue" -> listValue(node, into, path);
      case "Value" -> value(node, into, path);
      case "FieldMask" -> fieldMask(node, into, path);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static FieldDescriptor field(Message.Builder into, int number) {
    return into.getDescriptorForType().findFieldByNumber(number);
  }

  private void wrong(Node node, String path, String reason, String fix) {
    problems.add(path, problems.line(path), node.preview(), reason, fix);
  }

  private void wrapper(Node node, Message.Builder into, String path) {
    FieldDescriptor value = field(into, 1);
    Object read = scalars.value(value, node, path);
    if (read != null) {
      into.setField(value, read);
    }
  }

  private void duration(Node node, Message.Builder into, String path) {
    var matcher =
        node instanceof Scalar s && s.type() == Node.Type.STRING
            ? DURATION.matcher(s.text())
            : null;
    if (matcher == null || !matcher.matches()) {
      wrong(node, path, "must be a duration in seconds", "write it as \"5s\" or \"0.25s\"");
      return;
    }
    int sign = matcher.group(1).isEmpty() ? 1 : -1;
    long seconds = Long.parseLong(matcher.group(2));
    String fraction = matcher.group(3) == null ? "" : matcher.group(3);
    int nanos = Integer.parseInt((fraction + "000000000").substring(0, 9));
    if (seconds > MAX_SECONDS) {
      wrong(node, path, "is longer than " + MAX_SECONDS + " s", "");
      return;
    }
    into.setField(field(into, 1), sign * seconds);
    into.setField(field(into, 2), sign * nanos);
  }

  private void timestamp(Node node, Message.Builder into, String path) {
    try {
      if (node instanceof Scalar s) {
        Instant instant = OffsetDateTime.parse(s.text()).toInstant();
        into.setField(field(into, 1), instant.getEpochSecond());
        into.setField(field(into, 2), instant.getNano());
        return;
      }
    } catch (DateTimeException e) {
      // Reported below, like a value that is no text at all.
    }
    wrong(node, path, "must be a time of RFC 3339", "write it as \"2030-01-31T12:00:00Z\"");
  }

  private void fieldMask(Node node, Message.Builder into, String path) {
    if (!(node instanceof Scalar s) || s.type() != Node.Type.STRING) {
      filler.wrongType(node, path, "text");
      return;
    }
    for (String name : s.text().split(",", -1)) {
      if (!name.isEmpty()) {
        into.addRepeatedField(
            field(into, 1), name.replaceAll("([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT));
      }
    }
  }

  private void struct(Node node, Message.Builder into, String path) {
    if (!(node instanceof Mapping mapping)) {
      filler.wrongType(node, path, "a mapping");
      return;
    }
    filler.distinct(mapping, path);
    FieldDescriptor fields = field(into, 1);
    for (Entry entry : mapping.entries()) {
      Message.Builder pair = into.newBuilderForField(fields);
      FieldDescriptor value = field(pair, 2);
      Message.Builder inner = pair.newBuilderForField(value);
      value(entry.value(), inner, MessageFiller.join(path, entry.key()));
      into.addRepeatedField(
          fields,
          pair.setField(field(pair, 1), entry.key()).setField(value, inner.build()).build());
    }
  }

  private void listValue(Node node, Message.Builder into, String path) {
    if (!(node instanceof Sequence sequence)) {
      filler.wrongType(node, path, "a list");
      return;
    }
    FieldDescriptor values = field(into, 1);
    int index = 0;
    for (Node item : sequence.items()) {
      Message.Builder inner = into.newBuilderForField(values);
      value(item, inner, path + "[" + index++ + "]");
      into.addRepeatedField(values, inner.build());
    }
  }

  private void value(Node node, Message.Builder into, String path) {
    problems.seen(path, node);
    switch (node) {
      case Mapping mapping -> nested(mapping, into, 5, path);
      case Sequence sequence -> nested(sequence, into, 6, path);
      case Scalar scalar -> {
        switch (scalar.type()) {
          case NULL -> into.setField(field(into, 1), NullValue.NULL_VALUE.getValueDescriptor());
          case BOOLEAN -> into.setField(field(into, 4), scalar.text().equals("true"));
          case STRING -> into.setField(field(into, 3), scalar.text());
          case INTEGER, FLOAT -> {
            Double number = scalars.real(scalar);
            if (number == null || !Double.isFinite(number)) {
              wrong(node, path, "is not a number that JSON can hold", "");
            } else {
              into.setField(field(into, 2), number);
            }
          }
        }
      }
    }
  }

  private void nested(Node node, Message.Builder into, int number, String path) {
    FieldDescriptor target = field(into, number);
    Message.Builder inner = into.newBuilderForField(target);
    if (number == 5) {
      struct(node, inner, path);
    } else {
      listValue(node, inner, path);
    }
    into.setField(target, inner.build());
  }

  private void any(Node node, Message.Builder into, String path) {
    if (!(node instanceof Mapping mapping)) {
      filler.wrongType(node, path, "a mapping with " + TYPE_KEY);
      return;
    }
    List<Entry> rest = new ArrayList<>();
    Entry typeEntry = null;
    for (Entry entry : mapping.entries()) {
      if (!entry.key().equals(TYPE_KEY)) {
        rest.add(entry);
      } else if (typeEntry == null) {
        typeEntry = entry;
      } else {
        problems.add(
            MessageFiller.join(path, TYPE_KEY), entry.line(), "", "is given twice", "keep one");
      }
    }
    if (typeEntry == null) {
      if (!rest.isEmpty()) {
        wrong(node, path, "has no " + TYPE_KEY, "name the type of the message");
      }
      return;
    }
    String url = typeEntry.value() instanceof Scalar s ? s.text() : "";
    int slash = url.lastIndexOf('/');
    Descriptor type = slash < 0 ? null : options.types().apply(url.substring(slash + 1));
    if (type == null) {
      problems.add(
          MessageFiller.join(path, TYPE_KEY),
          typeEntry.line(),
          typeEntry.value().preview(),
          "is not a type that is known here",
          slash < 0 ? "write it as type.googleapis.com/package.Message" : "");
      return;
    }
    DynamicMessage.Builder inner = DynamicMessage.newBuilder(type);
    content(type, node.line(), rest, inner, path);
    into.setField(field(into, 1), url);
    into.setField(field(into, 2), bytes(inner.buildPartial()));
  }

  private void content(
      Descriptor type, int line, List<Entry> rest, Message.Builder inner, String path) {
    // A type with a form of its own stands under "value".
    boolean special =
        type.getFile().getPackage().equals("google.protobuf") && !type.getName().equals("Empty");
    if (!special) {
      filler.fields(rest, inner, path);
      return;
    }
    for (Entry entry : rest) {
      String entryPath = MessageFiller.join(path, entry.key());
      if (entry.key().equals("value")) {
        problems.seen(entryPath, entry.value());
        filler.message(entry.value(), inner, entryPath);
      } else {
        problems.add(
            entryPath, line, entry.value().preview(), "is not a field of an Any of this type", "");
      }
    }
  }

  /** Encodes with map entries in order, so that equal texts give equal bytes. */
  private static ByteString bytes(Message message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(message.getSerializedSize());
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    coded.useDeterministicSerialization();
    try {
      message.writeTo(coded);
      coded.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteString.copyFrom(out.toByteArray());
  }
}
