package io.headgate.fleet.codec;

/** A place in a document while its rules are checked: where a violation is reported. */
record Scope(Problems problems, String path) {

  Scope field(String name) {
    return new Scope(problems, path.isEmpty() ? name : path + "." + name);
  }

  Scope item(String name, int index) {
    return field(name + "[" + index + "]");
  }

  Scope entry(String name, String key) {
    return field(name + "[\"" + key + "\"]");
  }

  /** Reports the value at this place. */
  void wrong(String reason, String fix) {
    problems.rule(path, reason, fix);
  }

  void wrong(String reason) {
    wrong(reason, "");
  }

  /** Reports a field of this place. */
  void wrongField(String name, String reason, String fix) {
    field(name).wrong(reason, fix);
  }
}
