package io.headgate.xds.model.bootstrap;

import io.headgate.xds.model.value.Checks;
import io.headgate.xds.model.value.Value;

/** A source of runtime values; later layers count before earlier ones. */
public sealed interface RuntimeLayer {
  /** Its name, unique among the layers. */
  String name();

  /**
   * Values of the bootstrap itself.
   *
   * @param values dotted keys or objects in each other, which mean the same
   */
  record Fixed(String name, Value.Obj values) implements RuntimeLayer {
    public Fixed {
      Checks.notEmpty(name, "name");
    }
  }

  /** Values that are set by the admin interface. */
  record Admin(String name) implements RuntimeLayer {
    public Admin {
      Checks.notEmpty(name, "name");
    }
  }
}
