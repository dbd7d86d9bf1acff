package io.headgate.listeners;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table: a change, and what becomes of the connections that are open.
 *
 * @param change of the listener; null removes it
 * @param http of connections on the chain of requests
 * @param tcp of connections on the chain of bytes
 * @param answer what the next request on a kept connection, and one on a new one, is answered; null
 *     where a new connection is another one than before
 */
record Update(
    String name,
    @Nullable UnaryOperator<Config> change,
    Fate http,
    Fate tcp,
    @Nullable String answer) {
  enum Fate {
    KEPT,
    DRAINED
  }

  private static final String MARK =
      "{name: h, typed_config: {'@type':"
          + " type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation,"
          + " mutations: {request_mutations: [{append: {header: {key: x-mark, value: new}}}]}}}, ";
  private static final String INSPECTOR =
      "listener_filters: [{name: i, typed_config: {'@type':"
          + " type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector}}]";

  Fate fate(Kind kind) {
    return kind.isHttp() ? http : tcp;
  }

  private static Update kept(String name, UnaryOperator<Config> change, String answer) {
    return new Update(name, change, Fate.KEPT, Fate.KEPT, answer);
  }

  private static Update drained(String name, UnaryOperator<Config> change, String answer) {
    return new Update(name, change, Fate.DRAINED, Fate.DRAINED, answer);
  }

  /**
   * All rows.
   *
   * @param free ports that listeners can move to
   * @param tls a transport socket in YAML
   */
  static List<Update> all(Map<String, Integer> free, String tls) {
    return List.of(
        kept("nothing", c -> c, "none"),
        kept(
            "an HTTP filter",
            c -> c.http(chain -> chain.ending(Config.manager("", MARK, Config.ROUTE))),
            "new"),
        kept(
            "the routes",
            c ->
                c.http(chain ->
                    chain.ending(
                        Config.manager(
                            "",
                            "",
                            "direct_response: {status: 200, body: {inline_string: direct}}"))),
            "direct"),
        kept(
            "the timeouts of the connection manager",
            c ->
                c.http(chain ->
                    chain.ending(Config.manager(", stream_idle_timeout: 100s", "", Config.ROUTE))),
            "none"),
        kept(
            "the cluster of tcp_proxy",
            c -> c.tcp(chain -> chain.ending(Config.tcpProxy("other"))),
            "none"),
        kept("the names of the chains", c -> c.both(chain -> chain.named("another")), "none"),
        kept(
            "a chain beside them",
            c -> c.more(new Config.Chain("m", "", "", Config.tcpProxy("raw"), "").yaml(3)),
            "none"),
        kept(
            "limits and timeouts of the listener",
            c ->
                c.options(
                    "per_connection_buffer_limit_bytes: 65536\n"
                        + "listener_filters_timeout: 3s\n"
                        + "tcp_backlog_size: 99"),
            "none"),
        kept("the stat prefix", c -> c.options("stat_prefix: other"), "none"),
        kept(
            "a TLS inspector that gives up soon",
            c ->
                c.options(
                    INSPECTOR
                        + "\n"
                        + "listener_filters_timeout: 0.1s\n"
                        + "continue_on_listener_filters_timeout: true"),
            "none"),
        kept("an address more", c -> c.listening(1, 2, 3), "none"),
        kept("an address less", c -> c.listening(1), "none"),
        drained(
            "the match",
            c -> c.both(chain -> chain.matching(", source_type: SAME_IP_OR_LOOPBACK")),
            "none"),
        drained("a network filter", c -> c.both(chain -> chain.after(Config.LIMIT)), "none"),
        new Update(
            "the last network filter of one chain",
            c -> c.http(chain -> chain.ending(Config.tcpProxy("raw"))),
            Fate.DRAINED,
            Fate.KEPT,
            null),
        new Update(
            "the transport socket",
            c -> c.both(chain -> chain.with(tls)),
            Fate.DRAINED,
            Fate.DRAINED,
            null),
        new Update(
            "the chain of requests is removed", Config::withoutHttp, Fate.DRAINED, Fate.KEPT, null),
        new Update(
            "the chain of bytes is removed", Config::withoutTcp, Fate.KEPT, Fate.DRAINED, "none"),
        new Update(
            "all addresses",
            c -> c.on(Objects.requireNonNull(free.get(c.name()))),
            Fate.DRAINED,
            Fate.DRAINED,
            "none"),
        new Update("the listener is removed", null, Fate.DRAINED, Fate.DRAINED, null));
  }
}
