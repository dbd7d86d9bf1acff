package io.headgate.dataplane.tls;

import com.google.re2j.Pattern;
import io.headgate.xds.model.match.StringMatcher;
import io.headgate.xds.model.tls.SanMatcher;
import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Subject alternative names of certificates, RFC 5280 §4.2.1.6. Thread: any. */
public final class AlternativeNames {
  private static final int EMAIL = 1;
  private static final int DNS = 2;
  private static final int URI = 6;
  private static final int IP = 7;

  private AlternativeNames() {}

  /** The names of a kind; none when the certificate can not be read. */
  public static List<String> of(X509Certificate certificate, SanMatcher.Type type) {
    int tag =
        switch (type) {
          case EMAIL -> EMAIL;
          case DNS -> DNS;
          case URI -> URI;
          case IP_ADDRESS -> IP;
        };
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      if (all != null) {
        for (List<?> name : all) {
          if (name.getFirst() instanceof Integer kind
              && kind == tag
              && name.get(1) instanceof String text) {
            names.add(text);
          }
        }
      }
    } catch (CertificateParsingException _) {
      names.clear();
    }
    return names;
  }

  /** Whether a name of the certificate fits. */
  static boolean matches(X509Certificate certificate, SanMatcher matcher) {
    for (String name : of(certificate, matcher.type())) {
      if (matches(name, matcher)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(String name, SanMatcher matcher) {
    StringMatcher text = matcher.matcher();
    if (text.kind() == StringMatcher.Kind.EXACT) {
      switch (matcher.type()) {
        case DNS -> {
          return isDnsName(name, text.value());
        }
        case IP_ADDRESS -> {
          return isSameAddress(name, text.value());
        }
        case EMAIL, URI -> {}
      }
    }
    String value = text.ignoreCase() ? text.value().toLowerCase(Locale.ROOT) : text.value();
    String subject = text.ignoreCase() ? name.toLowerCase(Locale.ROOT) : name;
    return switch (text.kind()) {
      case EXACT -> subject.equals(value);
      case PREFIX -> subject.startsWith(value);
      case SUFFIX -> subject.endsWith(value);
      case CONTAINS -> subject.contains(value);
      case SAFE_REGEX -> Pattern.compile(value).matches(name);
    };
  }

  /** Whether a certificate's DNS name, which may begin with {@code *.}, is for the host. */
  static boolean isDnsName(String pattern, String host) {
    if (pattern.equalsIgnoreCase(host)) {
      return true;
    }
    int dot = host.indexOf('.');
    return pattern.startsWith("*.")
        && dot > 0
        && pattern.indexOf('*', 1) < 0
        && pattern.substring(1).equalsIgnoreCase(host.substring(dot));
  }

  private static boolean isSameAddress(String a, String b) {
    try {
      return InetAddress.ofLiteral(a).equals(InetAddress.ofLiteral(b));
    } catch (IllegalArgumentException _) {
      return a.equals(b);
    }
  }

  /** Whether the certificate is for the host: a DNS name, or an address. */
  static boolean isFor(X509Certificate certificate, String host) {
    for (String name : of(certificate, SanMatcher.Type.DNS)) {
      if (isDnsName(name, host)) {
        return true;
      }
    }
    for (String address : of(certificate, SanMatcher.Type.IP_ADDRESS)) {
      if (isSameAddress(address, host)) {
        return true;
      }
    }
    return false;
  }
}
