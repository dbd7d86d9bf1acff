package io.headgate.fleet.codec.policy;

import io.headgate.fleet.ClientTls;
import io.headgate.fleet.ClientTls.Detail;
import io.headgate.fleet.ClientTls.ForwardMode;
import io.headgate.fleet.ClientTls.Forwarded;
import io.headgate.fleet.ClientTls.Parameters;
import io.headgate.fleet.ClientTls.Sessions;
import io.headgate.fleet.ClientTls.Staples;
import io.headgate.fleet.ClientTls.Version;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.codec.document.Nearest;
import io.headgate.fleet.codec.rule.MetaCodec;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.fleet.codec.rule.Write;
import io.headgate.proto.config.v1.ClientTrafficPolicySpec;
import io.headgate.proto.config.v1.ForwardedClientCert;
import io.headgate.proto.config.v1.SecretObjectReference;
import io.headgate.proto.config.v1.StatefulResumption;
import io.headgate.proto.config.v1.StatelessResumption;
import io.headgate.proto.config.v1.TlsResumption;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** TLS of the listener side between message and record. */
final class ClientTlsCodec {
  /** The suites of TLS 1.2 that are safe: forward secrecy, and encryption that authenticates. */
  private static final List<String> SUITES =
      List.of(
          "ECDHE-ECDSA-AES128-GCM-SHA256",
          "ECDHE-RSA-AES128-GCM-SHA256",
          "ECDHE-ECDSA-AES256-GCM-SHA384",
          "ECDHE-RSA-AES256-GCM-SHA384",
          "ECDHE-ECDSA-CHACHA20-POLY1305",
          "ECDHE-RSA-CHACHA20-POLY1305");

  private static final List<String> GROUPS =
      List.of("X25519MLKEM768", "X25519", "P-256", "P-384", "P-521");

  private static final List<String> ALPN = List.of("h2", "http/1.1");

  private ClientTlsCodec() {}

  static ClientTls read(ClientTrafficPolicySpec spec, ObjectMeta meta, Scope root) {
    io.headgate.proto.config.v1.ClientTls m = spec.getTls();
    Scope at = root.field("tls");
    return new ClientTls(
        parameters(m, at),
        listed(m.getAlpnProtocolsList(), ALPN, "alpnProtocols", "is not a protocol here", at),
        m.hasClientValidation()
            ? ClientValidationCodec.read(m.getClientValidation(), meta, at)
            : null,
        m.getSession().hasResumption()
            ? sessions(m.getSession().getResumption(), meta, at.field("session"))
            : null,
        staples(m.getOcspStaplePolicy(), at.field("ocspStaplePolicy")),
        spec.getHeaders().hasXForwardedClientCert()
            ? forwarded(
                spec.getHeaders().getXForwardedClientCert(),
                root.field("headers").field("xForwardedClientCert"))
            : null);
  }

  private static Parameters parameters(io.headgate.proto.config.v1.ClientTls m, Scope at) {
    Version min = version(m.getMinVersion(), at.field("minVersion"));
    Version max = version(m.getMaxVersion(), at.field("maxVersion"));
    if (min == Version.TLS_1_3 && max == Version.TLS_1_2) {
      at.wrongField("minVersion", "is above maxVersion", "use \"1.2\", or remove maxVersion");
    }
    if (min == Version.TLS_1_3 && m.getCiphersCount() > 0) {
      at.wrongField("ciphers", "has no effect: the suites of TLS 1.3 are always on", "remove it");
    }
    return new Parameters(
        min,
        max,
        listed(
            m.getCiphersList(),
            SUITES,
            "ciphers",
            "is no suite of TLS 1.2 with ECDHE and AEAD",
            at),
        listed(m.getEcdhCurvesList(), GROUPS, "ecdhCurves", "is not a group here", at));
  }

  private static Version version(String text, Scope at) {
    String old =
        text.equals("1.0") || text.equals("1.1") ? "is not spoken: TLS 1.2 is the floor" : "";
    return Rules.choice(at, text, Version.values(), Version::text, old);
  }

  private static List<String> listed(
      List<String> values, List<String> known, String field, String unknown, Scope at) {
    for (int i = 0; i < values.size(); i++) {
      if (!known.contains(values.get(i))) {
        String hint = Nearest.hint(values.get(i), known);
        at.item(field, i)
            .wrong(unknown, hint.isEmpty() ? "use some of " + String.join(", ", known) : hint);
      }
    }
    Rules.unique(values, i -> at.item(field, i));
    return values;
  }

  private static Sessions sessions(TlsResumption m, ObjectMeta meta, Scope session) {
    ObjectKey keys = null;
    if (m.getStateless().hasTicketKeysRef()) {
      SecretObjectReference ref = m.getStateless().getTicketKeysRef();
      keys =
          MetaCodec.reference(
              Kind.SECRET,
              ref.getGroup(),
              ref.getKind(),
              ref.getNamespace().isEmpty() ? meta.namespace() : ref.getNamespace(),
              ref.getName(),
              session.field("resumption").field("stateless").field("ticketKeysRef"));
    }
    return new Sessions(m.hasStateless(), m.hasStateful(), keys);
  }

  private static Staples staples(String word, Scope at) {
    Staples staples = Rules.word(at, word, Staples.values());
    return staples == null ? Staples.LENIENT : staples;
  }

  private static @Nullable Forwarded forwarded(ForwardedClientCert m, Scope at) {
    ForwardMode mode = Rules.word(at.field("mode"), m.getMode(), ForwardMode.values());
    Set<Detail> details = EnumSet.noneOf(Detail.class);
    for (int i = 0; i < m.getCertDetailsToAddCount(); i++) {
      Scope item = at.item("certDetailsToAdd", i);
      if (Rules.required(item, m.getCertDetailsToAdd(i))) {
        details.add(
            Rules.choice(
                item,
                m.getCertDetailsToAdd(i),
                Detail.values(),
                Detail::text,
                "is not a part of a certificate"));
      }
    }
    boolean adds = mode == ForwardMode.APPEND_FORWARD || mode == ForwardMode.SANITIZE_SET;
    if (!adds && !details.isEmpty()) {
      at.wrongField(
          "certDetailsToAdd", "has no effect with this mode", "use AppendForward or SanitizeSet");
    }
    return new Forwarded(mode == null ? ForwardMode.SANITIZE : mode, details);
  }

  static void write(ClientTls tls, ClientTrafficPolicySpec.Builder spec) {
    var out = io.headgate.proto.config.v1.ClientTls.newBuilder();
    Parameters parameters = tls.parameters();
    if (parameters.min() != Version.AUTO) {
      out.setMinVersion(parameters.min().text());
    }
    if (parameters.max() != Version.AUTO) {
      out.setMaxVersion(parameters.max().text());
    }
    out.addAllCiphers(parameters.ciphers())
        .addAllEcdhCurves(parameters.groups())
        .addAllAlpnProtocols(tls.alpnProtocols());
    Write.ifSet(tls.validation(), v -> out.setClientValidation(ClientValidationCodec.write(v)));
    Write.ifSet(
        tls.sessions(),
        sessions -> {
          TlsResumption.Builder to = out.getSessionBuilder().getResumptionBuilder();
          if (sessions.stateless()) {
            to.setStateless(StatelessResumption.getDefaultInstance());
            Write.ifSet(
                sessions.ticketKeys(),
                keys ->
                    to.getStatelessBuilder()
                        .getTicketKeysRefBuilder()
                        .setNamespace(keys.namespace())
                        .setName(keys.name()));
          }
          if (sessions.stateful()) {
            to.setStateful(StatefulResumption.getDefaultInstance());
          }
        });
    if (tls.staples() != Staples.LENIENT) {
      out.setOcspStaplePolicy(Rules.camel(tls.staples()));
    }
    if (!out.build().equals(io.headgate.proto.config.v1.ClientTls.getDefaultInstance())) {
      spec.setTls(out);
    }
    Write.ifSet(
        tls.forwarded(),
        forwarded -> {
          ForwardedClientCert.Builder to =
              spec.getHeadersBuilder()
                  .getXForwardedClientCertBuilder()
                  .setMode(Rules.camel(forwarded.mode()));
          for (Detail detail : Detail.values()) {
            if (forwarded.details().contains(detail)) {
              to.addCertDetailsToAdd(detail.text());
            }
          }
        });
  }
}
