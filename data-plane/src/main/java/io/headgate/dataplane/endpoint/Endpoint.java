package io.headgate.dataplane.endpoint;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.http.ConnectionInfo;
import java.net.InetSocketAddress;

/**
 * A host of a cluster with the state that outlives endpoint updates: load counters and outlier
 * state.
 *
 * <p>Two endpoints are the same only when they are the same object; a cluster keeps one per
 * address.
 *
 * <p>Thread: any.
 */
public final class Endpoint {

  private final InetSocketAddress address;
  private final String text;
  private final EndpointLoad load = new EndpointLoad();
  private final OutlierState outlier = new OutlierState();
  private final Current<String> hostname = new Current<>("");
  private volatile boolean removed;

  /** Makes the endpoint of a resolved address. */
  public Endpoint(InetSocketAddress address) {
    if (address.isUnresolved()) {
      throw new IllegalArgumentException("address is not resolved: " + address);
    }
    this.address = address;
    text = ConnectionInfo.text(address);
  }

  /** The address to connect to. */
  public InetSocketAddress address() {
    return address;
  }

  /** Address and port as logs and admin show them, for example {@code 10.0.0.1:8080}. */
  public String text() {
    return text;
  }

  /** The name that discovery gave, empty when none; a later update may give another one. */
  public String hostname() {
    return hostname.get();
  }

  /** Takes over the name of an update. */
  public void hostname(String name) {
    hostname.set(name);
  }

  /** Live load and the totals that reports are made of. */
  public EndpointLoad load() {
    return load;
  }

  /** Passive health. */
  public OutlierState outlier() {
    return outlier;
  }

  /** Whether the cluster has dropped this host: its pools drain, requests in flight finish. */
  public boolean removed() {
    return removed;
  }

  /**
   * Marks the host as dropped; it is never picked again and a later host of this address is a new
   * one.
   */
  public void remove() {
    removed = true;
  }

  @Override
  public String toString() {
    return text;
  }
}
