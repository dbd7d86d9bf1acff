package io.headgate.xds.codec.message;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import io.envoyproxy.pgv.validate.Validate;
import io.envoyproxy.pgv.validate.Validate.FieldRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Interprets the {@code validate.rules} options that the protos carry in their descriptors.
 *
 * <p>A test walks every message that is decoded and fails on a rule kind that is not interpreted,
 * so a new release of the protos cannot bring one unseen.
 */
final class ValidationRules {
  private ValidationRules() {}

  static void check(Message message, String path, DecodeContext context) {
    Descriptor type = message.getDescriptorForType();
    if (type.getOptions().getExtension(Validate.disabled)) {
      return;
    }
    for (OneofDescriptor oneof : type.getOneofs()) {
      if (oneof.getOptions().getExtension(Validate.required)
          && message.getOneofFieldDescriptor(oneof) == null) {
        List<String> names = oneof.getFields().stream().map(FieldDescriptor::getName).toList();
        context.add(join(path, oneof.getName()), "", "is required", "set one of " + names);
      }
    }
    for (FieldDescriptor field : type.getFields()) {
      if (field.getOptions().hasExtension(Validate.rules)) {
        FieldRules rules = field.getOptions().getExtension(Validate.rules);
        checkField(message, field, rules, join(path, field.getName()), context);
      }
    }
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static void checkField(
      Message message, FieldDescriptor field, FieldRules rules, String at, DecodeContext context) {
    if (field.isMapField()) {
      checkMap(message, field, rules, at, context);
    } else if (field.isRepeated()) {
      checkList(message, field, rules, at, context);
    } else if (field.hasPresence() && !message.hasField(field)) {
      boolean inOneof = field.getRealContainingOneof() != null;
      if (!inOneof && RuleKinds.requiresPresence(rules)) {
        context.add(at, "", "is required", "set it");
      }
    } else {
      checkValue(field, rules, message.getField(field), at, context);
    }
  }

  private static void checkList(
      Message message, FieldDescriptor field, FieldRules rules, String at, DecodeContext context) {
    Validate.RepeatedRules list = rules.getRepeated();
    List<?> values = (List<?>) message.getField(field);
    if (values.isEmpty() && list.getIgnoreEmpty()) {
      return;
    }
    if (values.size() < list.getMinItems()) {
      context.add(
          at, values.size() + " items", "has too few items", "give at least " + list.getMinItems());
    }
    if (list.hasMaxItems() && values.size() > list.getMaxItems()) {
      context.add(
          at, values.size() + " items", "has too many items", "give at most " + list.getMaxItems());
    }
    Set<Object> seen = new HashSet<>();
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      if (list.getUnique() && !seen.add(value)) {
        context.add(at + "[" + i + "]", Values.show(field, value), "is there twice", "remove it");
      }
      if (list.hasItems()) {
        checkValue(field, list.getItems(), value, at + "[" + i + "]", context);
      }
    }
  }

  private static void checkMap(
      Message message, FieldDescriptor field, FieldRules rules, String at, DecodeContext context) {
    Validate.MapRules map = rules.getMap();
    List<?> entries = (List<?>) message.getField(field);
    if (entries.size() < map.getMinPairs()
        || (map.hasMaxPairs() && entries.size() > map.getMaxPairs())) {
      context.add(at, entries.size() + " entries", "has too few or too many entries", "");
    }
    for (Object element : entries) {
      MapEntry<?, ?> entry = (MapEntry<?, ?>) element;
      String key = at + "[\"" + entry.getKey() + "\"]";
      if (map.hasKeys()) {
        checkValue(
            field.getMessageType().findFieldByName("key"),
            map.getKeys(),
            entry.getKey(),
            key,
            context);
      }
      if (map.hasValues()) {
        checkValue(
            field.getMessageType().findFieldByName("value"),
            map.getValues(),
            entry.getValue(),
            key,
            context);
      }
    }
  }

  private static void checkValue(
      FieldDescriptor field, FieldRules rules, Object value, String at, DecodeContext context) {
    Object checked = value;
    FieldDescriptor shown = field;
    if (value instanceof EnumValueDescriptor known) {
      checked = known;
    } else if (value instanceof Message wrapper
        && RuleKinds.isWrapper(wrapper)
        && rules.getTypeCase() != FieldRules.TypeCase.TYPE_NOT_SET) {
      shown = Values.only(wrapper);
      checked = wrapper.getField(shown);
    }
    String text = Values.show(shown, checked);
    for (RuleKinds.Broken broken : RuleKinds.broken(shown, rules, checked)) {
      context.add(at, text, broken.reason(), broken.fix());
    }
  }
}
