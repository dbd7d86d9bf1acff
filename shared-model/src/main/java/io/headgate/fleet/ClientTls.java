package io.headgate.fleet;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * TLS of the listeners that end it.
 *
 * @param parameters what is offered in a handshake
 * @param alpnProtocols in order; empty for the usual
 * @param validation which certificates clients show; null for none
 * @param sessions how sessions are resumed; null for every way
 * @param staples what the lack of an OCSP response means
 * @param forwarded what backends are told of a client's certificate; null for nothing
 */
public record ClientTls(
    Parameters parameters,
    List<String> alpnProtocols,
    @Nullable Validation validation,
    @Nullable Sessions sessions,
    Staples staples,
    @Nullable Forwarded forwarded) {
  public static final ClientTls NONE =
      new ClientTls(Parameters.NONE, List.of(), null, null, Staples.LENIENT, null);

  public ClientTls {
    alpnProtocols = List.copyOf(alpnProtocols);
  }

  /** Versions that are spoken. */
  public enum Version {
    AUTO("Auto"),
    TLS_1_2("1.2"),
    TLS_1_3("1.3");

    private final String text;

    Version(String text) {
      this.text = text;
    }

    /** The name in a manifest. */
    public String text() {
      return text;
    }
  }

  /**
   * What is offered in a handshake.
   *
   * @param ciphers suites of TLS 1.2 in order; empty for the usual
   * @param groups of the key exchange in order; empty for the usual
   */
  public record Parameters(Version min, Version max, List<String> ciphers, List<String> groups) {
    public static final Parameters NONE =
        new Parameters(Version.AUTO, Version.AUTO, List.of(), List.of());

    public Parameters {
      ciphers = List.copyOf(ciphers);
      groups = List.copyOf(groups);
    }
  }

  /**
   * Which certificates clients show.
   *
   * @param optional whether a client may show none
   * @param authorities objects with the authorities; empty when hashes alone count
   * @param names one of them must be in the certificate; empty for any
   * @param certificateHashes SHA-256 of a certificate, lower-case hex without colons
   * @param spkiHashes SHA-256 of its public key, base64
   * @param revoked what the authorities have revoked; null when that is not looked at
   */
  public record Validation(
      boolean optional,
      List<ObjectKey> authorities,
      List<AltName> names,
      List<String> certificateHashes,
      List<String> spkiHashes,
      @Nullable Revoked revoked) {
    public Validation {
      authorities = List.copyOf(authorities);
      names = List.copyOf(names);
      certificateHashes = List.copyOf(certificateHashes);
      spkiHashes = List.copyOf(spkiHashes);
    }
  }

  /** A condition on an alternative name of a certificate. */
  public record AltName(NameType type, NameMatch match, String value) {}

  /** Kind of an alternative name. */
  public enum NameType {
    DNS,
    URI,
    EMAIL,
    IP_ADDRESS
  }

  /** How a name is compared. */
  public enum NameMatch {
    EXACT,
    PREFIX,
    SUFFIX,
    /** All of it matches the RE2 expression. */
    REGULAR_EXPRESSION
  }

  /**
   * Lists of what authorities have revoked.
   *
   * @param lists objects that hold them
   * @param leafOnly whether only the client's own certificate is looked up
   */
  public record Revoked(List<ObjectKey> lists, boolean leafOnly) {
    public Revoked {
      lists = List.copyOf(lists);
    }
  }

  /**
   * How sessions are resumed.
   *
   * @param stateless by tickets
   * @param stateful by sessions that the proxy remembers
   * @param ticketKeys the secret with the keys of tickets; null for keys of each proxy's own
   */
  public record Sessions(boolean stateless, boolean stateful, @Nullable ObjectKey ticketKeys) {}

  /** What it means for a client that asks for one when there is no valid OCSP response. */
  public enum Staples {
    /** It gets none. */
    LENIENT,
    /** It is refused when there was a response and that has expired. */
    STRICT,
    /** It is refused. */
    MUST_STAPLE
  }

  /** What the x-forwarded-client-cert header says. */
  public record Forwarded(ForwardMode mode, Set<Detail> details) {
    public Forwarded {
      details = details.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(details));
    }
  }

  /** What becomes of the x-forwarded-client-cert header. */
  public enum ForwardMode {
    SANITIZE,
    FORWARD_ONLY,
    APPEND_FORWARD,
    SANITIZE_SET,
    ALWAYS_FORWARD_ONLY
  }

  /** A part of a certificate. */
  public enum Detail {
    SUBJECT("Subject"),
    CERT("Cert"),
    CHAIN("Chain"),
    DNS("DNS"),
    URI("URI");

    private final String text;

    Detail(String text) {
      this.text = text;
    }

    /** The name in a manifest. */
    public String text() {
      return text;
    }
  }

  /** The objects that say which certificates of clients are good. */
  public List<ObjectKey> anchors() {
    return validation == null
        ? List.of()
        : Stream.concat(
                validation.authorities.stream(),
                validation.revoked == null ? Stream.of() : validation.revoked.lists.stream())
            .toList();
  }

  /** The secret with the keys of tickets. */
  public Optional<ObjectKey> ticketKeys() {
    return Optional.ofNullable(sessions).map(Sessions::ticketKeys);
  }

  /** All objects that it names. */
  public List<ObjectKey> references() {
    return Stream.concat(anchors().stream(), ticketKeys().stream()).toList();
  }
}
