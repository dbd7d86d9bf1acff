package io.headgate.dataplane.tls;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;

/**
 * What an authority's OCSP server said of a certificate, to be shown with it (RFC 6960, RFC 6066
 * §8). Immutable.
 *
 * <p>Who signed it is the client's business; here is read what the policy needs: whether it is of
 * the certificate, and how long it holds.
 */
public final class OcspStaple {
  private static final int SEQUENCE = 0x30;
  private static final int ENUMERATED = 10;
  private static final int OCTETS = 4;
  private static final int INTEGER = 2;
  private static final int TIME = 0x18;
  private static final int EXPLICIT_0 = 0xa0;
  private static final int OID = 6;
  private static final DateTimeFormatter GENERALIZED =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private final byte[] der;
  private final Instant thisUpdate;
  private final Instant nextUpdate;

  private OcspStaple(byte[] der, Instant thisUpdate, Instant nextUpdate) {
    this.der = der;
    this.thisUpdate = thisUpdate;
    this.nextUpdate = nextUpdate;
  }

  /** The response as it is sent; shared, read only. */
  byte[] der() {
    return der;
  }

  /** Until when it holds. */
  public Instant nextUpdate() {
    return nextUpdate;
  }

  boolean isValidAt(Instant now) {
    return !now.isBefore(thisUpdate) && now.isBefore(nextUpdate);
  }

  static OcspStaple parse(byte[] der, X509Certificate certificate, String where) {
    try {
      Der response = new Der(der, 0, der.length).enter(SEQUENCE);
      int status = response.next(ENUMERATED)[0];
      if (status != 0) {
        throw new IllegalArgumentException(
            where + ": the OCSP server answered with status " + status);
      }
      Der bytes = response.enter(EXPLICIT_0).enter(SEQUENCE);
      bytes.skip(OID);
      Der basic = bytes.enter(OCTETS).enter(SEQUENCE);
      Der data = basic.enter(SEQUENCE);
      data.skipIf(EXPLICIT_0); // version
      data.skipAny(); // responder
      data.skip(TIME); // produced at
      Der single = data.enter(SEQUENCE).enter(SEQUENCE);
      Der id = single.enter(SEQUENCE);
      id.skip(SEQUENCE); // hash algorithm
      id.skip(OCTETS); // issuer's name
      id.skip(OCTETS); // issuer's key
      BigInteger serial = new BigInteger(id.next(INTEGER));
      if (!serial.equals(certificate.getSerialNumber())) {
        throw new IllegalArgumentException(
            where + " is of another certificate; fetch the response for this one");
      }
      single.skipAny(); // status: good, revoked, unknown
      Instant thisUpdate = single.time();
      Instant next = single.has(EXPLICIT_0) ? single.enter(EXPLICIT_0).time() : Instant.MAX;
      return new OcspStaple(der.clone(), thisUpdate, next);
    } catch (IndexOutOfBoundsException | DateTimeParseException e) {
      throw new IllegalArgumentException(
          where + " is no OCSP response; use the DER that the authority's server answers", e);
    }
  }

  /** A walk over DER. An unexpected form is an {@link IndexOutOfBoundsException}. */
  private static final class Der {
    private final byte[] bytes;
    private int at;
    private final int end;

    Der(byte[] bytes, int at, int end) {
      this.bytes = bytes;
      this.at = at;
      this.end = end;
    }

    boolean has(int tag) {
      return at < end && (bytes[at] & 0xff) == tag;
    }

    /** Goes past the next value and returns the place of its content. */
    private int[] step() {
      if (at + 2 > end) {
        throw new IndexOutOfBoundsException("cut off");
      }
      int length = bytes[at + 1] & 0xff;
      int start = at + 2;
      if (length >= 0x80) {
        int count = length & 0x7f;
        if (count > 3 || start + count > end) {
          throw new IndexOutOfBoundsException("length");
        }
        length = 0;
        for (int i = 0; i < count; i++) {
          length = length << 8 | bytes[start + i] & 0xff;
        }
        start += count;
      }
      if (start + length > end) {
        throw new IndexOutOfBoundsException("cut off");
      }
      at = start + length;
      return new int[] {start, start + length};
    }

    private int[] step(int tag) {
      if (!has(tag)) {
        throw new IndexOutOfBoundsException("unexpected tag");
      }
      return step();
    }

    Der enter(int tag) {
      int[] content = step(tag);
      return new Der(bytes, content[0], content[1]);
    }

    byte[] next(int tag) {
      int[] content = step(tag);
      if (content[0] == content[1]) {
        throw new IndexOutOfBoundsException("empty");
      }
      return Arrays.copyOfRange(bytes, content[0], content[1]);
    }

    void skip(int tag) {
      step(tag);
    }

    void skipIf(int tag) {
      if (has(tag)) {
        step();
      }
    }

    void skipAny() {
      step();
    }

    Instant time() {
      byte[] text = next(TIME);
      return Instant.from(
          GENERALIZED.parse(new String(text, java.nio.charset.StandardCharsets.US_ASCII)));
    }
  }
}
