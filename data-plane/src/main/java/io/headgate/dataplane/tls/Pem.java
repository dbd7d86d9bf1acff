package io.headgate.dataplane.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Reads PEM, RFC 7468. Thread: any. */
final class Pem {
  private static final String BEGIN = "-----BEGIN ";
  private static final String DASHES = "-----";

  /** A block: its label, and what is in it. */
  record Block(String label, String body) {
    byte[] der(String where) {
      try {
        return Base64.getMimeDecoder().decode(body.strip());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(where + ": the " + label + " block is no base64", e);
      }
    }
  }

  private Pem() {}

  static List<Block> blocks(byte[] text) {
    List<Block> blocks = new ArrayList<>();
    String all = new String(text, StandardCharsets.ISO_8859_1);
    int begin = all.indexOf(BEGIN);
    while (begin >= 0) {
      int labelEnd = all.indexOf(DASHES, begin + BEGIN.length());
      if (labelEnd < 0) {
        break;
      }
      String label = all.substring(begin + BEGIN.length(), labelEnd);
      int body = labelEnd + DASHES.length();
      int end = all.indexOf("-----END " + label + DASHES, body);
      if (end >= 0) {
        blocks.add(new Block(label, all.substring(body, end)));
      }
      begin = all.indexOf(BEGIN, end < 0 ? body : end);
    }
    return blocks;
  }

  /** All certificates of a file, at least one. */
  static List<X509Certificate> certificates(byte[] text, String where) {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks(text)) {
      if (block.label().endsWith("CERTIFICATE")) {
        try {
          certificates.add(
              (X509Certificate)
                  factory().generateCertificate(new ByteArrayInputStream(block.der(where))));
        } catch (CertificateException e) {
          throw new IllegalArgumentException(
              where
                  + ": certificate "
                  + (certificates.size() + 1)
                  + " can not be read: "
                  + e.getMessage(),
              e);
        }
      }
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException(
          where + " holds no certificate; use PEM with a CERTIFICATE block");
    }
    return certificates;
  }

  /** All revocation lists of a file, at least one. */
  static List<X509CRL> revocations(byte[] text, String where) {
    List<X509CRL> lists = new ArrayList<>();
    for (Block block : blocks(text)) {
      if (block.label().equals("X509 CRL")) {
        try {
          lists.add((X509CRL) factory().generateCRL(new ByteArrayInputStream(block.der(where))));
        } catch (CRLException e) {
          throw new IllegalArgumentException(
              where + ": list " + (lists.size() + 1) + " can not be read: " + e.getMessage(), e);
        }
      }
    }
    if (lists.isEmpty()) {
      throw new IllegalArgumentException(where + " holds no list; use PEM with an X509 CRL block");
    }
    return lists;
  }

  private static CertificateFactory factory() {
    try {
      return CertificateFactory.getInstance("X.509");
    } catch (CertificateException e) {
      throw new IllegalStateException("every Java platform has X.509", e);
    }
  }
}
