package io.headgate.fleet.codec;

import io.headgate.fleet.Checked;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.Host;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Violation;
import io.headgate.fleet.codec.document.Dialect;
import io.headgate.fleet.codec.document.JsonTree;
import io.headgate.fleet.codec.document.Limits;
import io.headgate.fleet.codec.document.MessageReader;
import io.headgate.fleet.codec.document.Node;
import io.headgate.fleet.codec.document.SyntaxError;
import io.headgate.fleet.codec.document.YamlTree;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads fleet objects from manifests and from etcd, and reports everything that is wrong with them
 * at once.
 *
 * <p>Thread: any; stateless. Errors: never throws for a text, however hostile.
 */
public final class FleetReader {
  // A marker at the start of a line ends a document wherever it stands, even in a block of text
  // (YAML 1.2.2 §9.1.2).
  private static final Pattern MARKER = Pattern.compile("(?m)^---(?=\\s|$)");
  private static final MessageReader.Options OPTIONS =
      new MessageReader.Options(Dialect.FLEET, name -> null, false, Limits.FILE);

  private FleetReader() {}

  /**
   * Reads a manifest: YAML or JSON, one or more documents. A document that cannot be read does not
   * hide the mistakes of the next. The list is empty when the text holds no document.
   */
  public static List<ManifestDocument> manifests(String text) {
    if (text.stripLeading().startsWith("{")) {
      try {
        return List.of(ObjectReader.document(JsonTree.parse(text, Limits.FILE), OPTIONS));
      } catch (SyntaxError notStrict) {
        // The flow style of YAML also begins with a brace; its reader has the last word.
      }
    }
    List<ManifestDocument> out = new ArrayList<>();
    if (text.length() > Limits.FILE.chars()) {
      out.add(unreadable(1, new SyntaxError(0, "is longer than 8 MiB", "split it")));
      return out;
    }
    Matcher marker = MARKER.matcher(text);
    int start = 0;
    int line = 1;
    while (true) {
      boolean last = !marker.find();
      int end = last ? text.length() : marker.start();
      part(text.substring(start, end), line, out);
      if (last) {
        return out;
      }
      line += (int) text.substring(start, end).chars().filter(c -> c == '\n').count();
      start = end;
    }
  }

  private static void part(String text, int line, List<ManifestDocument> out) {
    // Directives alone are no document.
    if (text.lines().allMatch(l -> l.isBlank() || l.startsWith("%") || l.startsWith("#"))) {
      return;
    }
    try {
      for (Node root : YamlTree.parse(text, line, Limits.FILE)) {
        out.add(ObjectReader.document(root, OPTIONS));
      }
    } catch (SyntaxError e) {
      out.add(unreadable(line, e));
    }
  }

  private static ManifestDocument unreadable(int line, SyntaxError error) {
    return new ManifestDocument(line, "", Checked.invalid(List.of(error.violation())));
  }

  /**
   * Reads the value of a key under {@code config/}, {@code accepted/} or {@code overrides/}: strict
   * JSON. Names that the value leaves out come from the key; those that it gives must agree.
   */
  public static Checked<FleetObject> object(byte[] json, ObjectKey key) {
    if (key.kind() == Kind.HOST) {
      throw new IllegalArgumentException("a host is read by host(): " + key);
    }
    try {
      return ObjectReader.stored(JsonTree.parse(text(json), Limits.ETCD_VALUE), OPTIONS, key);
    } catch (SyntaxError e) {
      return Checked.invalid(List.of(e.violation()));
    }
  }

  /** Reads the value of a key under {@code hosts/}: strict JSON in the form of gRPC naming. */
  public static Checked<Host> host(byte[] json, HostKey key) {
    try {
      return ObjectReader.host(JsonTree.parse(text(json), Limits.ETCD_VALUE), OPTIONS, key);
    } catch (SyntaxError e) {
      return Checked.invalid(List.of(e.violation()));
    }
  }

  private static String text(byte[] json) throws SyntaxError {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
    } catch (CharacterCodingException e) {
      throw new SyntaxError(0, "is not JSON: not UTF-8", "");
    }
  }

  /**
   * All violations of a manifest, each with the title of its document; empty when everything can be
   * applied.
   */
  public static List<Violation> violations(List<ManifestDocument> documents) {
    return documents.stream().flatMap(d -> d.object().violations().stream()).toList();
  }
}
