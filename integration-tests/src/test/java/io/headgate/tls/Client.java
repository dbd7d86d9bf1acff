package io.headgate.tls;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client does: whom it connects to, and how it introduces itself. Immutable.
 *
 * @param door the listener
 * @param serverName what it asks for by SNI, null for nothing
 * @param request the lines of its request
 * @param flags of {@code openssl s_client}
 * @param first makes the session that this one tries to resume, null for none
 * @param shown what a verdict tells beside whether there was an answer
 */
record Client(
    String door,
    @Nullable String serverName,
    List<String> request,
    List<String> flags,
    @Nullable Client first,
    Set<Show> shown) {
  /** What a verdict tells. */
  enum Show {
    /** The chain's name, which the answer says. */
    CHAIN,
    /** The certificate's subject. */
    CERTIFICATE,
    VERSION,
    CIPHER,
    GROUP,
    ALPN,
    /** Whether the session was resumed. */
    RESUMED,
    /** Whether an OCSP response was stapled. */
    STAPLE,
    /** What the backend would have been told of the client's certificate. */
    FORWARDED,
    /** The handshake is all; there is no request. */
    NO_REQUEST,
    /** The client speaks no TLS. */
    CLEAR_TEXT
  }

  Client {
    flags = List.copyOf(flags);
    request = List.copyOf(request);
  }

  /** A client that names a server by SNI and in its request. */
  static Client of(String door, String serverName) {
    return new Client(
        door, serverName, lines("/", serverName), List.of(), null, EnumSet.noneOf(Show.class));
  }

  /** A client that uses no SNI. */
  static Client nameless(String door) {
    return new Client(
        door, null, lines("/", "nobody.test"), List.of(), null, EnumSet.noneOf(Show.class));
  }

  /** A client that speaks no TLS. */
  static Client clearText(String door, String path, String host) {
    return new Client(door, null, lines(path, host), List.of(), null, EnumSet.of(Show.CLEAR_TEXT));
  }

  private static List<String> lines(String path, String host) {
    return List.of("GET " + path + " HTTP/1.1", "Host: " + host, "Connection: close");
  }

  Client host(String host) {
    return new Client(door, serverName, lines("/", host), flags, first, shown);
  }

  Client header(String line) {
    List<String> more = new ArrayList<>(request);
    more.add(line);
    return new Client(door, serverName, more, flags, first, shown);
  }

  Client flags(String... more) {
    List<String> all = new ArrayList<>(flags);
    all.addAll(List.of(more));
    return new Client(door, serverName, request, all, first, shown);
  }

  /** Shows a certificate when it is asked to. */
  Client shows(String certificate) {
    return flags(
        "-cert",
        "${" + certificate + "_pem}",
        "-key",
        "${" + certificate + "_key}",
        "-cert_chain",
        "${" + certificate + "_pem}");
  }

  /** Tries to resume a session that another one made. */
  Client resumes(Client other) {
    return new Client(door, serverName, request, flags, other, shown);
  }

  Client show(Show... what) {
    Set<Show> all = EnumSet.noneOf(Show.class);
    all.addAll(shown);
    all.addAll(List.of(what));
    return new Client(door, serverName, request, flags, first, all);
  }
}
