package io.headgate.fleet.codec.document;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import io.headgate.fleet.codec.document.Node.Entry;
import io.headgate.fleet.codec.document.Node.Mapping;
import io.headgate.fleet.codec.document.Node.Scalar;
import io.headgate.fleet.codec.document.Node.Sequence;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fills a message from a tree, field by field, and goes on after every violation. */
public final class MessageFiller {
  private final MessageReader.Options options;
  private final Problems problems;
  private final FieldNames names;
  private final Scalars scalars;
  private final WellKnown wellKnown;

  public MessageFiller(MessageReader.Options options, Problems problems) {
    this.options = options;
    this.problems = problems;
    this.names = new FieldNames(options.dialect());
    this.scalars = new Scalars(options.dialect(), problems);
    this.wellKnown = new WellKnown(options, problems, this, scalars);
  }

  public void root(Node node, Message.Builder into) {
    problems.seen("", node);
    message(node, into, "");
  }

  /** Fills a message of any type, also a well-known one. */
  public void message(Node node, Message.Builder into, String path) {
    if (options.dialect() == Dialect.PROTO_JSON && wellKnown.fill(node, into, path)) {
      return;
    }
    if (node instanceof Mapping mapping) {
      fields(mapping.entries(), into, path);
    } else {
      wrongType(node, path, "a mapping");
    }
  }

  /** Fills the fields of a message from entries. */
  void fields(List<Entry> entries, Message.Builder into, String path) {
    Descriptor type = into.getDescriptorForType();
    Map<FieldDescriptor, Integer> seen = new HashMap<>();
    Map<OneofDescriptor, String> chosen = new HashMap<>();
    for (Entry entry : entries) {
      FieldDescriptor field = names.find(type, entry.key());
      if (field == null) {
        unknown(entry, type, path);
        continue;
      }
      String fieldPath = join(path, names.name(field));
      Integer first = seen.putIfAbsent(field, entry.line());
      if (first != null) {
        twice(fieldPath, entry, first);
      } else if (isNull(field, entry.value()) || FieldNames.dropped(field)) {
        problems.seen(fieldPath, at(entry.value(), entry.line()));
      } else if (!FieldNames.notImplemented(field).isEmpty()) {
        problems.add(
            fieldPath,
            entry.line(),
            entry.value().preview(),
            "is known but not implemented",
            FieldNames.notImplemented(field));
      } else if (oneOf(field, fieldPath, entry, chosen)) {
        problems.seen(fieldPath, at(entry.value(), entry.line()));
        field(field, entry.value(), into, fieldPath);
      }
    }
  }

  /** A block value begins a line below its name; for people the name's line is the place. */
  private static Node at(Node value, int line) {
    return switch (value) {
      case Scalar s -> new Scalar(s.text(), s.type(), line);
      case Mapping m -> new Mapping(m.entries(), line, m.size());
      case Sequence s -> new Sequence(s.items(), line, s.size());
    };
  }

  public static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private boolean isNull(FieldDescriptor field, Node value) {
    // Null means absent, except where null is a value: google.protobuf.Value.
    return value.isNull()
        && !(field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
            && !field.isRepeated()
            && field.getMessageType().getFullName().equals("google.protobuf.Value"));
  }

  private void twice(String path, Entry entry, int first) {
    problems.add(
        path,
        entry.line(),
        entry.value().preview(),
        "is given twice, first in line " + first,
        "remove one of them");
  }

  private void unknown(Entry entry, Descriptor type, String path) {
    String fieldPath = join(path, entry.key());
    if (options.allowUnknown()) {
      problems.ignore(fieldPath, entry.line(), "is unknown and was ignored");
      return;
    }
    List<String> known = names.all(type);
    problems.add(
        fieldPath,
        entry.line(),
        entry.value().preview(),
        "is not a field" + (path.isEmpty() ? "" : " of " + path),
        Nearest.hint(entry.key(), known));
    // What is missing because its name is misspelt is not a second mistake.
    Nearest.to(entry.key(), known).ifPresent(n -> problems.excuse(join(path, n)));
  }

  private boolean oneOf(
      FieldDescriptor field, String path, Entry entry, Map<OneofDescriptor, String> chosen) {
    OneofDescriptor oneof = field.getRealContainingOneof();
    String other = oneof == null ? null : chosen.putIfAbsent(oneof, names.name(field));
    if (other != null) {
      problems.add(
          path,
          entry.line(),
          entry.value().preview(),
          "cannot stand beside " + other,
          "keep one of them");
    }
    return other == null;
  }

  private void field(FieldDescriptor field, Node node, Message.Builder into, String path) {
    if (field.isMapField()) {
      map(field, node, into, path);
    } else if (field.isRepeated()) {
      list(field, node, into, path);
    } else {
      Object value = single(field, node, into, path);
      if (value != null) {
        into.setField(field, value);
      }
    }
  }

  private void list(FieldDescriptor field, Node node, Message.Builder into, String path) {
    if (!(node instanceof Sequence sequence)) {
      wrongType(node, path, "a list");
      return;
    }
    int index = 0;
    for (Node item : sequence.items()) {
      String itemPath = path + "[" + index++ + "]";
      problems.seen(itemPath, item);
      Object value = single(field, item, into, itemPath);
      if (value != null) {
        into.addRepeatedField(field, value);
      }
    }
  }

  private void map(FieldDescriptor field, Node node, Message.Builder into, String path) {
    if (!(node instanceof Mapping mapping)) {
      wrongType(node, path, "a mapping");
      return;
    }
    FieldDescriptor keyField = field.getMessageType().findFieldByNumber(1);
    FieldDescriptor valueField = field.getMessageType().findFieldByNumber(2);
    Map<Object, Integer> seen = new HashMap<>();
    for (Entry entry : mapping.entries()) {
      String entryPath = path + "[\"" + entry.key() + "\"]";
      problems.seen(entryPath, at(entry.value(), entry.line()));
      Object key = scalars.mapKey(keyField, entry, entryPath);
      if (key == null) {
        continue;
      }
      Integer first = seen.putIfAbsent(key, entry.line());
      if (first != null) {
        twice(entryPath, entry, first);
        continue;
      }
      Message.Builder pair = into.newBuilderForField(field);
      Object value = single(valueField, entry.value(), pair, entryPath);
      if (value != null) {
        into.addRepeatedField(
            field, pair.setField(keyField, key).setField(valueField, value).build());
      }
    }
  }

  /** One value of a field; null when it is wrong. */
  private @Nullable Object single(
      FieldDescriptor field, Node node, Message.Builder parent, String path) {
    if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      return scalars.value(field, node, path);
    }
    Message.Builder builder = parent.newBuilderForField(field);
    message(node, builder, path);
    return builder.buildPartial();
  }

  void wrongType(Node node, String path, String wanted) {
    problems.add(
        path,
        node.line() > 0 ? problems.line(path) : 0,
        node.preview(),
        "must be " + wanted + ", not " + node.words(),
        "");
  }

  /** Names given twice in a mapping without a descriptor. */
  public Set<String> distinct(Mapping mapping, String path) {
    Map<String, Integer> seen = new HashMap<>();
    for (Entry entry : mapping.entries()) {
      Integer first = seen.putIfAbsent(entry.key(), entry.line());
      if (first != null) {
        twice(join(path, entry.key()), entry, first);
      }
    }
    return new HashSet<>(seen.keySet());
  }
}
