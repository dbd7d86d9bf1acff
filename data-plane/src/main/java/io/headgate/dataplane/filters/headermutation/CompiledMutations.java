package io.headgate.dataplane.filters.headermutation;

import io.headgate.dataplane.route.ValueFormat;
import io.headgate.xds.model.filter.HeaderMutationConfig.Mutations;
import java.util.List;

/** The changes of one level, ready to be made. Immutable. */
record CompiledMutations(List<CompiledMutation> request, List<CompiledMutation> response) {
  static CompiledMutations compile(Mutations mutations, ValueFormat.Compiler formats) {
    return new CompiledMutations(
        CompiledMutation.compile(mutations.request(), formats),
        CompiledMutation.compile(mutations.response(), formats));
  }
}
