package io.headgate.xds.codec.header;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.Mutations;
import io.headgate.xds.model.filter.HeaderMutationConfig;
import io.headgate.xds.model.filter.HeaderMutationPerRoute;
import io.headgate.xds.model.header.HeaderAddition;
import java.util.List;

/** Encodes header changes, of route tables and of the filter. */
public final class HeaderMutationEncoder {
  private HeaderMutationEncoder() {}

  public static List<HeaderValueOption> additions(List<HeaderAddition> additions) {
    return additions.stream().map(HeaderMutationEncoder::addition).toList();
  }

  private static HeaderValueOption addition(HeaderAddition addition) {
    return HeaderValueOption.newBuilder()
        .setHeader(HeaderValue.newBuilder().setKey(addition.name()).setValue(addition.value()))
        .setAppendAction(
            switch (addition.action()) {
              case APPEND_IF_EXISTS_OR_ADD -> HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD;
              case ADD_IF_ABSENT -> HeaderAppendAction.ADD_IF_ABSENT;
              case OVERWRITE_IF_EXISTS_OR_ADD -> HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD;
              case OVERWRITE_IF_EXISTS -> HeaderAppendAction.OVERWRITE_IF_EXISTS;
            })
        .setKeepEmptyValue(addition.keepEmptyValue())
        .build();
  }

  public static Message encode(HeaderMutationConfig config) {
    return io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation
        .newBuilder()
        .setMutations(mutations(config.mutations()))
        .setMostSpecificHeaderMutationsWins(config.mostSpecificWins())
        .build();
  }

  public static Message encode(HeaderMutationPerRoute config) {
    return io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute
        .newBuilder()
        .setMutations(mutations(config.mutations()))
        .build();
  }

  private static Mutations mutations(HeaderMutationConfig.Mutations mutations) {
    Mutations.Builder builder = Mutations.newBuilder();
    mutations.request().forEach(m -> builder.addRequestMutations(mutation(m)));
    mutations.response().forEach(m -> builder.addResponseMutations(mutation(m)));
    return builder.build();
  }

  private static HeaderMutation mutation(HeaderMutationConfig.Mutation mutation) {
    return switch (mutation) {
      case HeaderMutationConfig.Mutation.Remove remove ->
          HeaderMutation.newBuilder().setRemove(remove.name()).build();
      case HeaderMutationConfig.Mutation.Append append ->
          HeaderMutation.newBuilder().setAppend(addition(append.addition())).build();
    };
  }
}
