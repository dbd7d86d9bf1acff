package io.headgate.xds.codec.message;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message field by field, by the names of its proto, and knows in the end which fields
 * were set but never read. Confined to one decode run.
 *
 * <p>A decoder reads every field first and builds its record last, with {@link #need} for the parts
 * that must be there: so one broken part does not hide what is wrong with the next.
 */
public final class MessageReader {
  /** Turns a message into a value. */
  public interface Part<T> {
    T read(MessageReader reader);
  }

  /** An extension: the message inside an {@code Any}, and what it becomes. */
  public record Extension<T>(Message prototype, Part<? extends T> part) {}

  /** The part is known to be bad: the violation is recorded, only the value is missing. */
  public static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Refusal() {
      super(null, null, false, false);
    }
  }

  private static final String NOT_IMPLEMENTED = "is not implemented";
  private static final String REMOVE = "remove it";

  private final Message message;
  private final Descriptor type;
  private final DecodeContext context;
  private final String path;
  private final Set<String> read = new HashSet<>();

  private MessageReader(Message message, String path, DecodeContext context) {
    this.message = message;
    this.type = message.getDescriptorForType();
    this.path = path;
    this.context = context;
  }

  /** Decodes a whole message with all checks. */
  public static <T> Decoded<T> decode(Message message, DecodeOptions options, Part<T> part) {
    DecodeContext context = new DecodeContext(options);
    WireChecks.check(message, "", context);
    T value = apply(new MessageReader(message, "", context), part);
    List<Violation> violations = context.violations();
    if (value == null || !violations.isEmpty()) {
      return new Decoded.Invalid<>(violations);
    }
    return new Decoded.Valid<>(value);
  }

  private static <T> @Nullable T apply(MessageReader reader, Part<? extends T> part) {
    try {
      T value = part.read(reader);
      reader.finish();
      return value;
    } catch (Refusal e) {
      reader.finish();
      return null;
    } catch (IllegalArgumentException e) {
      reader.broken(e);
      return null;
    }
  }

  private void broken(IllegalArgumentException e) {
    if (!context.knownBad(path)) {
      context.add(path, "", String.valueOf(e.getMessage()), "");
    }
  }

  /** Reports every field that is set, was not read, and is not known to be without effect. */
  private void finish() {
    Set<String> harmless = NoEffect.fields(type.getFullName());
    for (FieldDescriptor field : message.getAllFields().keySet()) {
      if (!read.contains(field.getName()) && !harmless.contains(field.getName())) {
        context.add(
            at(field.getName()),
            Values.show(message, field),
            type.getName() + "." + field.getName() + " " + NOT_IMPLEMENTED,
            REMOVE);
      }
    }
  }

  public String path() {
    return path;
  }

  public DecodeOptions options() {
    return context.options;
  }

  private String at(String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  private FieldDescriptor field(String name) {
    FieldDescriptor field = type.findFieldByName(name);
    if (field == null) {
      throw new AssertionError(type.getFullName() + " has no field " + name);
    }
    read.add(name);
    return field;
  }

  /** Whether the field is set; the field counts as unread. */
  public boolean has(String name) {
    FieldDescriptor field = type.findFieldByName(name);
    if (field == null) {
      throw new AssertionError(type.getFullName() + " has no field " + name);
    }
    return field.isRepeated()
        ? message.getRepeatedFieldCount(field) > 0
        : field.hasPresence()
            ? message.hasField(field)
            : !message.getField(field).equals(field.getDefaultValue());
  }

  /**
   * The name of the field that is set in a one-of; empty when none is. The field counts as unread.
   */
  public String which(String oneof) {
    for (OneofDescriptor candidate : type.getOneofs()) {
      if (candidate.getName().equals(oneof)) {
        FieldDescriptor field = message.getOneofFieldDescriptor(candidate);
        return field == null ? "" : field.getName();
      }
    }
    throw new AssertionError(type.getFullName() + " has no oneof " + oneof);
  }

  public String string(String name) {
    return (String) message.getField(field(name));
  }

  public String string(String name, String whenEmpty) {
    String value = string(name);
    return value.isEmpty() ? whenEmpty : value;
  }

  public @Nullable String stringOrNull(String name) {
    return has(name) ? string(name) : null;
  }

  public ByteString bytes(String name) {
    return (ByteString) message.getField(field(name));
  }

  public boolean bool(String name) {
    return (Boolean) message.getField(field(name));
  }

  public double real(String name) {
    return ((Number) message.getField(field(name))).doubleValue();
  }

  /** An integer; unsigned ones as they are meant. */
  public long integer(String name) {
    FieldDescriptor field = field(name);
    return Values.integer(field, message.getField(field));
  }

  /** An integer that must fit 31 bits. */
  public int small(String name) {
    return fit(name, integer(name));
  }

  public int wrappedSmall(String name, int whenAbsent) {
    return fit(name, wrappedInteger(name, whenAbsent));
  }

  private int fit(String name, long value) {
    if (value < 0 || value > Integer.MAX_VALUE) {
      refuse(name, "is too large", "use at most " + Integer.MAX_VALUE);
      return Integer.MAX_VALUE;
    }
    return (int) value;
  }

  public long wrappedInteger(String name, long whenAbsent) {
    FieldDescriptor field = field(name);
    if (!message.hasField(field)) {
      return whenAbsent;
    }
    Message wrapper = (Message) message.getField(field);
    FieldDescriptor value = Values.only(wrapper);
    return Values.integer(value, wrapper.getField(value));
  }

  public boolean wrappedBool(String name, boolean whenAbsent) {
    FieldDescriptor field = field(name);
    if (!message.hasField(field)) {
      return whenAbsent;
    }
    Message wrapper = (Message) message.getField(field);
    return (Boolean) wrapper.getField(Values.only(wrapper));
  }

  /** The value of a Percent message. */
  public double percent(String name, double whenAbsent) {
    Double value = message(name, r -> r.real("value"));
    return value == null ? whenAbsent : value;
  }

  public @Nullable Duration duration(String name) {
    FieldDescriptor field = field(name);
    if (!message.hasField(field)) {
      return null;
    }
    try {
      return Values.duration((Message) message.getField(field));
    } catch (IllegalArgumentException | ArithmeticException e) {
      refuse(name, "is no valid duration", "use seconds and nanos of the same sign");
      return null;
    }
  }

  public Duration duration(String name, Duration whenAbsent) {
    Duration value = duration(name);
    return value == null ? whenAbsent : value;
  }

  public List<String> strings(String name) {
    return repeated(name).stream().map(String.class::cast).toList();
  }

  public List<Long> integers(String name) {
    FieldDescriptor field = field(name);
    return repeated(name).stream().map(v -> Values.integer(field, v)).toList();
  }

  private List<?> repeated(String name) {
    return (List<?>) message.getField(field(name));
  }

  /** The numbers of a list of enum values. */
  public List<Integer> enumNumbers(String name) {
    return repeated(name).stream().map(v -> ((EnumValueDescriptor) v).getNumber()).toList();
  }

  /** The name of an enum's value. */
  public String enumName(String name) {
    return ((EnumValueDescriptor) message.getField(field(name))).getName();
  }

  /** The value that stands for an enum's value; refused by name when the map has none. */
  public <T> @Nullable T oneOf(String name, Map<String, T> implemented) {
    String value = enumName(name);
    T result = implemented.get(value);
    if (result == null) {
      refuse(
          name,
          value + " " + NOT_IMPLEMENTED,
          "use one of " + implemented.keySet().stream().sorted().toList());
    }
    return result;
  }

  /** A message, or null when it is absent or broken. */
  public <T> @Nullable T message(String name, Part<T> part) {
    FieldDescriptor field = field(name);
    if (!message.hasField(field)) {
      return null;
    }
    return apply(new MessageReader((Message) message.getField(field), at(name), context), part);
  }

  public <T> T message(String name, T whenAbsent, Part<T> part) {
    T value = message(name, part);
    return value == null ? whenAbsent : value;
  }

  /** The messages of a list; broken ones are left out. */
  public <T> List<T> list(String name, Part<T> part) {
    List<T> values = new ArrayList<>();
    int i = 0;
    for (Object element : repeated(name)) {
      T value =
          apply(new MessageReader((Message) element, at(name) + "[" + i++ + "]", context), part);
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }

  /** The entries of a map with message values; broken ones are left out. */
  public <T> Map<String, T> map(String name, Part<T> part) {
    Map<String, T> values = new LinkedHashMap<>();
    for (Object element : repeated(name)) {
      MapEntry<?, ?> entry = (MapEntry<?, ?>) element;
      String key = (String) entry.getKey();
      T value =
          apply(
              new MessageReader(
                  (Message) entry.getValue(), at(name) + "[\"" + key + "\"]", context),
              part);
      if (value != null) {
        values.put(key, value);
      }
    }
    return values;
  }

  /** The extension in an {@code Any} field, or null when it is absent, unknown or broken. */
  public <T> @Nullable T extension(
      String name, Map<String, ? extends Extension<? extends T>> known) {
    return message(name, reader -> reader.<T>unpack(known));
  }

  /** Reads this message, an {@code Any}, as one of the known extensions; by its message's name. */
  public <T> T unpack(Map<String, ? extends Extension<? extends T>> known) {
    read.add("type_url");
    read.add("value");
    Any any = (Any) message;
    String url = any.getTypeUrl();
    Extension<? extends T> extension = known.get(url.substring(url.lastIndexOf('/') + 1));
    if (extension == null) {
      context.add(
          path,
          url,
          url.isEmpty()
              ? "an extension without a type"
              : "the extension type is not implemented here",
          "use one of " + known.keySet().stream().sorted().toList());
      throw new Refusal();
    }
    if (any.getValue().size() > DecodeContext.MAX_ANY_BYTES) {
      context.add(
          path,
          any.getValue().size() + " bytes",
          "is too large",
          "use at most " + DecodeContext.MAX_ANY_BYTES + " bytes");
      throw new Refusal();
    }
    try {
      if (!context.enterAny()) {
        context.add(
            path,
            url,
            "extensions are nested too deeply",
            "use at most " + DecodeContext.MAX_ANY_DEPTH + " levels");
        throw new Refusal();
      }
      return unpacked(any, extension);
    } finally {
      context.leaveAny();
    }
  }

  private <T> T unpacked(Any any, Extension<? extends T> extension) {
    Message inner;
    try {
      inner = extension.prototype().getParserForType().parseFrom(any.getValue());
    } catch (InvalidProtocolBufferException e) {
      context.add(path, any.getTypeUrl(), "the bytes are no such message: " + e.getMessage(), "");
      throw new Refusal();
    }
    WireChecks.check(inner, path, context);
    T value = apply(new MessageReader(inner, path, context), extension.part());
    if (value == null) {
      throw new Refusal();
    }
    return value;
  }

  /** Marks a field as understood although nothing is taken from it. */
  public void accept(String name) {
    field(name);
  }

  /** Refuses a wrapped boolean that is set to anything but the only behaviour there is. */
  public void onlyBool(String name, boolean implemented) {
    if (wrappedBool(name, implemented) != implemented) {
      refuse(
          name,
          "only " + implemented + " is implemented",
          "set it to " + implemented + " or remove it");
    }
  }

  /** Refuses a wrapped number that is set to anything but the only behaviour there is. */
  public void onlyInteger(String name, long implemented) {
    if (wrappedInteger(name, implemented) != implemented) {
      refuse(
          name,
          "only " + implemented + " is implemented",
          "set it to " + implemented + " or remove it");
    }
  }

  /** Records a violation of a field. */
  public void refuse(String name, String reason, String fix) {
    FieldDescriptor field = field(name);
    context.add(at(name), Values.show(message, field), reason, fix);
  }

  /** Refuses a field because what it asks for does not exist here. */
  public void refuse(String name) {
    refuse(name, type.getName() + "." + name + " " + NOT_IMPLEMENTED, REMOVE);
  }

  /** The value, which must be there: else a violation of the field unless there is one already. */
  public <T> T need(String name, @Nullable T value) {
    if (value != null) {
      return value;
    }
    field(name);
    if (!context.knownBad(at(name)) && !context.knownBadExactly(path)) {
      context.add(at(name), "", "is required", "set it");
    }
    throw new Refusal();
  }

  /** A part of this message's value; null and a violation when its invariants do not hold. */
  public <T> @Nullable T build(Supplier<T> part) {
    try {
      return part.get();
    } catch (Refusal e) {
      return null;
    } catch (IllegalArgumentException e) {
      broken(e);
      return null;
    }
  }

  /** The value, or a stop when it is missing because of a violation that was recorded. */
  public <T> T built(@Nullable T value) {
    if (value == null) {
      throw new Refusal();
    }
    return value;
  }
}
