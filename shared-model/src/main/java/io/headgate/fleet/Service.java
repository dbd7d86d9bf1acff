package io.headgate.fleet;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A named group of hosts that do the same work. The hosts register themselves ({@link Host}).
 *
 * @param ports never empty; names and numbers are unique
 */
public record Service(ObjectMeta metadata, List<Port> ports) implements FleetObject {
  /** The name of the only port of a service when the manifest gives it none. */
  public static final String DEFAULT_PORT_NAME = "default";

  public Service {
    ports = List.copyOf(ports);
  }

  @Override
  public Kind kind() {
    return Kind.SERVICE;
  }

  /** The port with this number. */
  public Optional<Port> port(int number) {
    return ports.stream().filter(p -> p.number() == number).findFirst();
  }

  /**
   * A port of a service.
   *
   * @param number what a backendRef names; nothing listens on it
   * @param target the port at each host that names none itself; null for the port of the host's
   *     address
   * @param protocol what the hosts speak on it
   */
  public record Port(String name, int number, @Nullable Integer target, Protocol protocol) {
    /** A port that speaks HTTP/1.1. */
    public Port(String name, int number, @Nullable Integer target) {
      this(name, number, target, Protocol.HTTP1);
    }
  }

  /** What hosts speak. */
  public enum Protocol {
    HTTP1,
    /** HTTP/2 in clear text by prior knowledge, as gRPC servers do. */
    HTTP2
  }
}
