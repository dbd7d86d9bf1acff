package io.headgate.tls;

import java.util.ArrayList;
import java.util.List;

/**
 * A listener of the bootstrap, by its chains. Each chain answers itself and says its name.
 *
 * @param chains the one without a match is the default chain
 * @param manager more of the connection managers' config, a line each
 */
record Door(String name, List<Chain> chains, List<String> manager) {
  /**
   * A filter chain.
   *
   * @param serverNames empty in the default chain
   * @param tls what the TLS context holds, in YAML on one line; empty for clear text
   * @param routes YAML on one line; empty to answer everything
   */
  record Chain(String name, String serverNames, String tls, String routes) {}

  private static final String TYPE = "type.googleapis.com/envoy.extensions.";

  /** A listener with one chain for every client. */
  static Door of(String name, String tls) {
    return new Door(name, List.of(new Chain(name, "", tls, "")), List.of());
  }

  /** A listener that has no chain yet. */
  static Door of(String name) {
    return new Door(name, List.of(), List.of());
  }

  /** With a chain more. */
  Door chain(String chain, String serverNames, String tls) {
    List<Chain> more = new ArrayList<>(chains);
    more.add(new Chain(chain, serverNames, tls, ""));
    return new Door(name, more, manager);
  }

  /** With a line more in the connection managers' config. */
  Door with(String line) {
    List<String> more = new ArrayList<>(manager);
    more.add(line);
    return new Door(name, chains, more);
  }

  /** A certificate of the material as a part of a TLS context. */
  static String certificate(String name) {
    return "{certificate_chain: {filename: \"${%s_pem}\"}, private_key: {filename: \"${%s_key}\"}}"
        .formatted(name, name);
  }

  /** A TLS context with one certificate; more of {@code common_tls_context} may follow. */
  static String tls(String certificate, String... more) {
    StringBuilder common =
        new StringBuilder("tls_certificates: [" + certificate(certificate) + "]");
    for (String part : more) {
      common.append(", ").append(part);
    }
    return "common_tls_context: {" + common + "}";
  }

  /** The listener in YAML. */
  String yaml(int port) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        - name: %s
          address: {socket_address: {address: 127.0.0.1, port_value: %d}}
        """
            .formatted(name, port));
    if (chains.stream().anyMatch(chain -> !chain.tls.isEmpty())) {
      text.append(
          """
            listener_filters:
            - {name: tls, typed_config: {"@type": %sfilters.listener.tls_inspector.v3.TlsInspector}}
          """
              .formatted(TYPE));
    }
    List<Chain> matched = chains.stream().filter(chain -> !chain.serverNames.isEmpty()).toList();
    if (!matched.isEmpty()) {
      text.append("  filter_chains:\n");
      matched.forEach(chain -> text.append(yaml(chain, "  - ").indent(0)));
    }
    chains.stream()
        .filter(chain -> chain.serverNames.isEmpty())
        .forEach(chain ->
            text.append("  default_filter_chain:\n").append(yaml(chain, "    ").indent(0)));
    return text.toString();
  }

  private String yaml(Chain chain, String begin) {
    List<String> lines = new ArrayList<>();
    lines.add("name: " + chain.name);
    if (!chain.serverNames.isEmpty()) {
      lines.add("filter_chain_match: {server_names: [" + chain.serverNames + "]}");
    }
    if (!chain.tls.isEmpty()) {
      lines.add(
          "transport_socket: {name: tls, typed_config: {\"@type\": "
              + TYPE
              + "transport_sockets.tls.v3.DownstreamTlsContext, "
              + chain.tls
              + "}}");
    }
    lines.add("filters:");
    lines.add("- name: http");
    lines.add("  typed_config:");
    lines.add(
        "    \"@type\": "
            + TYPE
            + "filters.network.http_connection_manager.v3.HttpConnectionManager");
    lines.add("    stat_prefix: " + name);
    lines.add("    delayed_close_timeout: 0.05s"); // a client of Envoy waits for a second else
    manager.forEach(line -> lines.add("    " + line));
    lines.add("    route_config:");
    lines.add("      response_headers_to_add:");
    lines.add(
        "      - {header: {key: x-forwarded, value: \"%REQ(x-forwarded-client-cert)%\"},"
            + " append_action: OVERWRITE_IF_EXISTS_OR_ADD}");
    lines.add("      virtual_hosts:");
    lines.add(
        "      - {name: all, domains: [\"*\"], routes: ["
            + (chain.routes.isEmpty()
                ? "{match: {prefix: /}, direct_response: {status: 200, body: {inline_string:"
                    + " \"chain="
                    + chain.name
                    + ";\"}}}"
                : chain.routes)
            + "]}");
    lines.add("    http_filters:");
    lines.add(
        "    - {name: router, typed_config: {\"@type\": "
            + TYPE
            + "filters.http.router.v3.Router}}");
    return begin + String.join("\n" + " ".repeat(begin.length()), lines);
  }
}
