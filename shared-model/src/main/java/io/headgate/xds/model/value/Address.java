package io.headgate.xds.model.value;

/** Socket address to listen on or connect to: an IP literal or host name, and a TCP port. */
public record Address(String host, int port) implements ListenAddress {
  public Address {
    Checks.notEmpty(host, "host");
    Checks.port(port);
  }

  @Override
  public Address ip() {
    return this;
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
