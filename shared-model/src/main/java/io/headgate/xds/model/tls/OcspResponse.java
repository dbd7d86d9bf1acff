package io.headgate.xds.model.tls;

import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;

/**
 * What an authority's OCSP server says of one certificate (RFC 6960). Who signed it is the client's
 * business; here is read whose it is, and how long it holds.
 *
 * @param serial of the certificate
 * @param nextUpdate until when it holds; {@link Instant#MAX} when it does not say
 */
public record OcspResponse(BigInteger serial, Instant thisUpdate, Instant nextUpdate) {
  private static final int SEQUENCE = 0x30;
  private static final int ENUMERATED = 10;
  private static final int OCTETS = 4;
  private static final int INTEGER = 2;
  private static final int TIME = 0x18;
  private static final int EXPLICIT_0 = 0xa0;
  private static final int OID = 6;
  private static final DateTimeFormatter GENERALIZED =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  /**
   * Reads a response.
   *
   * @throws IllegalArgumentException when it is none, or one that says nothing; the message goes
   *     behind the name of the field
   */
  public static OcspResponse parse(byte[] der) {
    try {
      Der response = new Der(der, 0, der.length).enter(SEQUENCE);
      int status = response.next(ENUMERATED)[0];
      if (status != 0) {
        throw new IllegalArgumentException("is an error of the OCSP server, status " + status);
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
      single.skipAny(); // status: good, revoked, unknown
      Instant thisUpdate = single.time();
      Instant next = single.has(EXPLICIT_0) ? single.enter(EXPLICIT_0).time() : Instant.MAX;
      return new OcspResponse(serial, thisUpdate, next);
    } catch (IndexOutOfBoundsException | DateTimeParseException e) {
      throw new IllegalArgumentException("is no OCSP response", e);
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
