package io.headgate.differential;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A header or trailer field as it stands on the wire. */
public record Field(String name, String value) {

  public boolean is(String other) {
    return name.equalsIgnoreCase(other);
  }

  /** Names lower-cased, in alphabetical order: a multiset. */
  public static List<String> multiset(Collection<Field> fields) {
    return fields.stream()
        .map(field -> field.name.toLowerCase(Locale.ROOT) + ": " + field.value)
        .sorted()
        .toList();
  }

  public static Stream<String> values(Collection<Field> fields, String name) {
    return fields.stream().filter(field -> field.is(name)).map(Field::value);
  }
}
