package io.headgate.controlplane.compile.tls;

import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.ConfigMap;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Secret;
import io.headgate.xds.model.tls.DataSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What references to authorities, and to lists of what these have revoked, lead to.
 *
 * <p>All that a Secret or ConfigMap holds is read here, because a proxy that refuses a bundle keeps
 * to what was before it. It may name a file on the proxies' machines instead, which stays there.
 *
 * <p>Thread: immutable.
 */
public final class TrustAnchors {
  /** What is looked for in an object. */
  enum Part {
    AUTHORITIES("ca.crt", "headgate.io/ca-certificates-file", "CERTIFICATE"),
    REVOKED("ca.crl", "headgate.io/crl-file", "X509 CRL");

    private final String entry;
    private final String annotation;
    private final Pattern block;

    Part(String entry, String annotation, String label) {
      this.entry = entry;
      this.annotation = annotation;
      this.block = Pattern.compile("-----BEGIN " + label + "-----[^-]*-----END " + label + "-----");
    }
  }

  /** Why a reference leads nowhere: a reason of Gateway API and a message. */
  public record Failure(String reason, String message) {}

  /**
   * What some references lead to.
   *
   * @param source all of it together; null when none of them leads anywhere
   */
  public record Found(@Nullable DataSource source, List<Failure> failures) {}

  private static final String INVALID = "InvalidCACertificateRef";

  private final ConfigImage image;

  TrustAnchors(ConfigImage image) {
    this.image = image;
  }

  /** Joins what some Secrets and ConfigMaps hold. */
  public Found join(List<ObjectKey> holders, Part part) {
    List<Failure> failures = new ArrayList<>();
    List<DataSource.File> files = new ArrayList<>();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ObjectKey key : holders) {
      FleetObject holder = image.object(key).orElse(null);
      if (holder == null) {
        failures.add(new Failure(INVALID, "there is no " + key));
        continue;
      }
      String file = holder.metadata().annotations().get(part.annotation);
      if (file != null && !file.isEmpty()) {
        files.add(new DataSource.File(file));
        continue;
      }
      String problem = add(text(holder, part.entry), part, bytes);
      if (!problem.isEmpty()) {
        failures.add(new Failure(INVALID, key + " " + problem));
      }
    }
    if (files.size() > 1 || (!files.isEmpty() && bytes.size() > 0)) {
      failures.add(
          new Failure(
              INVALID,
              "a file at the proxies (%s) cannot be joined with anything else; put all into one"
                  .formatted(files.getFirst().path())));
      return new Found(null, failures);
    }
    if (!files.isEmpty()) {
      return new Found(files.getFirst(), failures);
    }
    return new Found(
        bytes.size() == 0 ? null : new DataSource.Inline(bytes.toByteArray()), failures);
  }

  private static @Nullable String text(FleetObject holder, String entry) {
    return holder instanceof Secret secret
        ? secret
            .entry(entry)
            .map(bytes -> new String(bytes.reveal(), StandardCharsets.ISO_8859_1))
            .orElse(null)
        : holder instanceof ConfigMap map ? map.data().get(entry) : null;
  }

  /** Adds the blocks of one object; the answer is what is wrong with it. */
  private static String add(@Nullable String text, Part part, ByteArrayOutputStream to) {
    if (text == null) {
      return "has no " + part.entry;
    }
    Matcher blocks = part.block.matcher(text);
    boolean any = false;
    while (blocks.find()) {
      byte[] block = (blocks.group() + "\n").getBytes(StandardCharsets.ISO_8859_1);
      if (!isReadable(block, part)) {
        return "holds something in " + part.entry + " that cannot be read; give PEM";
      }
      to.writeBytes(block);
      any = true;
    }
    return any ? "" : "holds nothing in " + part.entry + "; give PEM";
  }

  private static boolean isReadable(byte[] block, Part part) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      ByteArrayInputStream in = new ByteArrayInputStream(block);
      return switch (part) {
        case AUTHORITIES -> factory.generateCertificate(in) != null;
        case REVOKED -> factory.generateCRL(in) != null;
      };
    } catch (CertificateException | CRLException e) {
      return false;
    }
  }
}
