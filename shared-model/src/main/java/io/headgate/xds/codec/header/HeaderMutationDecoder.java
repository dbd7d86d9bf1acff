package io.headgate.xds.codec.header;

import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.filter.HeaderMutationConfig;
import io.headgate.xds.model.filter.HeaderMutationConfig.Mutation;
import io.headgate.xds.model.filter.HeaderMutationConfig.Mutations;
import io.headgate.xds.model.filter.HeaderMutationPerRoute;
import java.util.List;

/** Decodes the header mutation filter. */
public final class HeaderMutationDecoder {
  private static final Mutations NONE = new Mutations(List.of(), List.of());

  private HeaderMutationDecoder() {}

  public static FilterConfig decode(MessageReader r) {
    return new HeaderMutationConfig(
        r.message("mutations", NONE, HeaderMutationDecoder::mutations),
        r.bool("most_specific_header_mutations_wins"));
  }

  public static FilterConfig decodePerRoute(MessageReader r) {
    return new HeaderMutationPerRoute(
        r.message("mutations", NONE, HeaderMutationDecoder::mutations));
  }

  private static Mutations mutations(MessageReader r) {
    return new Mutations(
        r.list("request_mutations", HeaderMutationDecoder::mutation),
        r.list("response_mutations", HeaderMutationDecoder::mutation));
  }

  private static Mutation mutation(MessageReader r) {
    return switch (r.which("action")) {
      case "remove" -> {
        String name = r.string("remove");
        HeaderMutationsDecoder.checkModifiable(r, "remove", name);
        yield new Mutation.Remove(name);
      }
      case "append" ->
          new Mutation.Append(
              r.need("append", r.message("append", HeaderMutationsDecoder::addition)));
      default -> throw new Refusal();
    };
  }
}
