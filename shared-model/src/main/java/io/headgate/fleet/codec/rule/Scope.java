package io.headgate.fleet.codec.rule;

import io.headgate.fleet.codec.document.Problems;

/** A place in a document while its rules are checked: where a violation is reported. */
public record Scope(Problems problems, String path) {

  public Scope field(String name) {
    return new Scope(problems, path.isEmpty() ? name : path + "." + name);
  }

  public Scope item(String name, int index) {
    return field(name + "[" + index + "]");
  }

  public Scope entry(String name, String key) {
    return field(name + "[\"" + key + "\"]");
  }

  /** Reports the value at this place. */
  public void wrong(String reason, String fix) {
    problems.rule(path, reason, fix);
  }

  public void wrong(String reason) {
    wrong(reason, "");
  }

  /** Reports a field of this place. */
  public void wrongField(String name, String reason, String fix) {
    field(name).wrong(reason, fix);
  }
}
