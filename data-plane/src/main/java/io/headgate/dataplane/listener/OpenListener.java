package io.headgate.dataplane.listener;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.hcm.HcmGeneration;
import io.headgate.dataplane.hcm.Rehearsal;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.tls.Allowance;
import io.headgate.dataplane.tls.CertificateFacts;
import io.headgate.dataplane.tls.ServerTls;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.value.ListenAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A listener's sockets, what is in force behind them, and its open connections.
 *
 * <p>One socket for each address accepts and hands connections to the event loops in turn, so that
 * a few long-lived connections spread evenly. <b>Thread:</b> the config thread, unless a method
 * says otherwise.
 */
public final class OpenListener {
  private final Current<PreparedListener> current;
  private final ListenerMeters meters;
  private final List<LiveChain> replaced = new CopyOnWriteArrayList<>();
  private final ConnectionOpener opener;
  private final List<BoundSocket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  OpenListener(PreparedListener config) {
    current = new Current<>(config);
    meters = new ListenerMeters(config.value, config.services.loops(), config.services.meters());
    opener = new ConnectionOpener(this);
  }

  PreparedListener config() {
    return current.get();
  }

  ListenerMeters meters() {
    return meters;
  }

  void bind(Consumer<String> done) {
    bind(current.get(), current.get().value.addresses(), done);
  }

  /** Binds all of the addresses or none of them. */
  private void bind(PreparedListener config, List<ListenAddress> addresses, Consumer<String> done) {
    List<BoundSocket> bound = new CopyOnWriteArrayList<>();
    Binding next =
        new Binding(
            config,
            addresses.iterator(),
            bound,
            problem -> {
              if (problem.isEmpty() && !closed) {
                sockets.addAll(bound);
                bound.forEach(socket -> socket.accept(config.services.gate()));
              } else {
                bound.forEach(BoundSocket::close);
              }
              done.accept(problem);
            });
    next.run();
  }

  /** Binds one address after the other, on the loop of the sockets. */
  private final class Binding implements Runnable {
    private final PreparedListener config;
    private final Iterator<ListenAddress> addresses;
    private final List<BoundSocket> bound;
    private final Consumer<String> done;

    Binding(
        PreparedListener config,
        Iterator<ListenAddress> addresses,
        List<BoundSocket> bound,
        Consumer<String> done) {
      this.config = config;
      this.addresses = addresses;
      this.bound = bound;
      this.done = done;
    }

    @Override
    public void run() {
      if (!addresses.hasNext()) {
        done.accept("");
        return;
      }
      ListenAddress address = addresses.next();
      BoundSocket.bind(
          address,
          config,
          opener,
          (socket, problem) -> {
            if (socket == null) {
              done.accept(address + ": " + problem);
            } else {
              bound.add(socket);
              run();
            }
          });
    }
  }

  /** Returns the sockets that are bound. Any thread. */
  public List<BoundSocket> sockets() {
    return List.copyOf(sockets);
  }

  /** Returns the bound address, the first of several; null before it is bound. Any thread. */
  public @Nullable SocketAddress localAddress() {
    return sockets.isEmpty() ? null : sockets.getFirst().channel().localAddress();
  }

  /** Returns the value in force. Any thread. */
  public Listener value() {
    return current.get().value;
  }

  /** Returns the chain that a connection would take, null when it would be closed. Any thread. */
  public @Nullable FilterChain chainFor(
      InetSocketAddress local, InetSocketAddress remote, String serverName, boolean secure) {
    LiveChain chain =
        current
            .get()
            .find(
                new ChainTree.Facts(
                    local,
                    remote,
                    remote,
                    secure,
                    serverName.isEmpty() ? null : serverName,
                    List.of()));
    return chain == null ? null : chain.value;
  }

  /** Shows a head to the connection manager of a chain; null when the chain is gone. Any thread. */
  public @Nullable Rehearsal rehearse(
      FilterChain chain, RequestHead head, ConnectionInfo connection) {
    for (LiveChain each : current.get().all()) {
      if (each.value.equals(chain)
          && each.terminal instanceof LiveChain.Terminal.Http(Current<HcmGeneration> generation)) {
        return Rehearsal.of(generation.get(), head, connection);
      }
    }
    return null;
  }

  /** Returns how many connections are open. Any thread. */
  public int connections() {
    int open = 0;
    for (LiveChain chain : current.get().all()) {
      open += chain.open();
    }
    for (LiveChain chain : replaced) {
      open += chain.open();
    }
    return open;
  }

  /**
   * Takes the newest secrets into force; connections that are open stay.
   *
   * @return what does not make sense, empty when all does: there the secrets before stay
   */
  public String refreshSecrets() {
    return current.get().refreshSecrets(meters.tls::updated);
  }

  /** The certificates in use, whose ends the meters show from now on. */
  public List<CertificateFacts> certificates() {
    List<CertificateFacts> facts = new ArrayList<>();
    for (LiveChain chain : current.get().all()) {
      ServerTls tls = chain.tls == null ? null : chain.tls.current();
      if (tls != null) {
        facts.addAll(tls.facts());
      }
    }
    meters.tls.certificates(facts);
    return facts;
  }

  /** What the TLS contexts of the chains let clients use. */
  public List<Allowance> tlsAllowances() {
    return current.get().all().stream()
        .flatMap(chain -> Stream.ofNullable(chain.tls == null ? null : chain.tls.current()))
        .map(ServerTls::allowance)
        .toList();
  }

  /**
   * Puts another config in force behind the same sockets. Chains keep their connections as long as
   * their match, their TLS and the types of their network filters are the same; the connections of
   * others drain.
   */
  public void replace(PreparedListener next, Duration drainTime) {
    PreparedListener before = current.get();
    PreparedListener adopted = next.adopt(before);
    current.set(adopted);
    if (next.value.options().tcpBacklogSize() != before.value.options().tcpBacklogSize()) {
      sockets.forEach(socket -> socket.backlog(next.value.options().tcpBacklogSize()));
    }
    List<LiveChain> gone = before.all();
    gone.removeAll(adopted.all());
    replaced.addAll(gone);
    for (LiveChain chain : gone) {
      chain.drain(drainTime.toNanos());
    }
    replaced.removeIf(chain -> chain.open() == 0);
  }

  /**
   * Puts another config with other addresses in force: addresses that stay keep their sockets, new
   * ones are bound first, and those that are gone take no connection any more. When an address can
   * not be bound nothing changes.
   *
   * @param done told once, on an event loop: empty when it is in force, else why it is not
   */
  public void replaceAddresses(
      PreparedListener next, Duration drainTime, Executor config, Consumer<String> done) {
    List<ListenAddress> wanted = next.value.addresses();
    List<ListenAddress> missing = new ArrayList<>(wanted);
    missing.removeAll(sockets.stream().map(BoundSocket::asked).toList());
    bind(
        next,
        missing,
        problem ->
            config.execute(() -> {
              if (problem.isEmpty()) {
                replace(next, drainTime);
                for (BoundSocket socket : sockets) {
                  if (!wanted.contains(socket.asked())) {
                    sockets.remove(socket);
                    socket.close();
                  }
                }
              }
              done.accept(problem);
            }));
  }

  /**
   * Stops accepting, lets streams finish, and closes what is left after the drain time. A socket
   * that another process has as well stays open there.
   */
  public void close(Duration drainTime) {
    closed = true;
    sockets.forEach(BoundSocket::close);
    for (LiveChain chain : current.get().all()) {
      chain.drain(drainTime.toNanos());
    }
  }
}
