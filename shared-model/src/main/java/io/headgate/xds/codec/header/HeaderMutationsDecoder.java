package io.headgate.xds.codec.header;

import io.headgate.xds.codec.message.FormatCheck;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.model.header.HeaderAddition;
import io.headgate.xds.model.header.HeaderMutations;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Decodes headers to add and to remove, at any level of a route table. */
public final class HeaderMutationsDecoder {
  private static final Map<String, HeaderAddition.Action> ACTIONS =
      Map.of(
          "APPEND_IF_EXISTS_OR_ADD", HeaderAddition.Action.APPEND_IF_EXISTS_OR_ADD,
          "ADD_IF_ABSENT", HeaderAddition.Action.ADD_IF_ABSENT,
          "OVERWRITE_IF_EXISTS_OR_ADD", HeaderAddition.Action.OVERWRITE_IF_EXISTS_OR_ADD,
          "OVERWRITE_IF_EXISTS", HeaderAddition.Action.OVERWRITE_IF_EXISTS);

  /** What says where a message ends and what its connection does: the codec alone writes it. */
  private static final Set<String> FRAMING =
      Set.of(
          "connection",
          "content-length",
          "http2-settings",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "upgrade");

  private HeaderMutationsDecoder() {}

  public static HeaderMutations decode(MessageReader r) {
    return new HeaderMutations(
        r.list("request_headers_to_add", HeaderMutationsDecoder::addition),
        removals(r, "request_headers_to_remove"),
        r.list("response_headers_to_add", HeaderMutationsDecoder::addition),
        removals(r, "response_headers_to_remove"));
  }

  public static HeaderAddition addition(MessageReader r) {
    HeaderAddition.Action action = r.oneOf("append_action", ACTIONS);
    if (r.has("append")) {
      boolean append = r.wrappedBool("append", true);
      action =
          append
              ? HeaderAddition.Action.APPEND_IF_EXISTS_OR_ADD
              : HeaderAddition.Action.OVERWRITE_IF_EXISTS_OR_ADD;
    }
    boolean keepEmpty = r.bool("keep_empty_value");
    Pair pair = r.message("header", HeaderMutationsDecoder::pair);
    Pair header = r.need("header", pair);
    return new HeaderAddition(header.key, header.value, r.built(action), keepEmpty);
  }

  private record Pair(String key, String value) {}

  private static Pair pair(MessageReader r) {
    String key = r.string("key");
    checkModifiable(r, "key", key);
    if (FRAMING.contains(key.toLowerCase(Locale.ROOT))) {
      r.refuse(
          "key",
          "a field of the message's framing cannot be added, because two peers could then disagree"
              + " about where the message ends",
          "remove it; the proxy writes this field itself");
    }
    String value = r.string("value");
    if (r.has("raw_value")) {
      value = r.bytes("raw_value").toStringUtf8();
    }
    FormatCheck.check(r, "value", value);
    return new Pair(key, value);
  }

  private static List<String> removals(MessageReader r, String field) {
    List<String> names = r.strings(field);
    List<String> result = new ArrayList<>();
    for (String name : names) {
      checkModifiable(r, field, name);
      result.add(name);
    }
    return result;
  }

  /**
   * The request line and the host have their own rewrites; a header mutation may not touch them.
   */
  static void checkModifiable(MessageReader r, String field, String name) {
    if (name.startsWith(":") || name.toLowerCase(Locale.ROOT).equals("host")) {
      r.refuse(
          field, "pseudo headers and host cannot be changed here", "use the rewrites of the route");
    }
  }
}
