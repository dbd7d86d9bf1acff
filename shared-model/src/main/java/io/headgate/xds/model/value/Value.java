package io.headgate.xds.model.value;

import java.util.List;
import java.util.Map;

/** Value of a JSON-like tree, as metadata and JSON log formats carry it. */
public sealed interface Value {
  /** JSON null. */
  record Null() implements Value {}

  /** JSON true or false. */
  record Bool(boolean value) implements Value {}

  /** JSON number. */
  record Num(double value) implements Value {}

  /** JSON string. */
  record Str(String value) implements Value {}

  /** JSON array. */
  record Arr(List<Value> values) implements Value {
    public Arr {
      values = List.copyOf(values);
    }
  }

  /** JSON object; the order of its fields is kept but does not count for equality. */
  record Obj(Map<String, Value> fields) implements Value {
    public static final Obj EMPTY = new Obj(Map.of());

    public Obj {
      fields = Checks.copy(fields);
    }

    /** The string under the key, or the fallback when it is absent or no string. */
    public String string(String key, String fallback) {
      return fields.get(key) instanceof Str s ? s.value() : fallback;
    }

    /** The number under the key, or the fallback when it is absent or no number. */
    public double number(String key, double fallback) {
      return fields.get(key) instanceof Num n ? n.value() : fallback;
    }
  }
}
