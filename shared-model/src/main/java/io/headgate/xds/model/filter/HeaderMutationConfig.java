package io.headgate.xds.model.filter;

import io.headgate.xds.model.header.HeaderAddition;
import io.headgate.xds.model.value.Checks;
import java.util.List;

/**
 * Header changes for all routes.
 *
 * @param mostSpecificWins order of the levels: table, host, route instead of route, host, table
 */
public record HeaderMutationConfig(Mutations mutations, boolean mostSpecificWins)
    implements FilterConfig {
  /** Changes to the request's and the response's headers, in order. */
  public record Mutations(List<Mutation> request, List<Mutation> response) {
    public Mutations {
      request = List.copyOf(request);
      response = List.copyOf(response);
    }
  }

  /** One change. */
  public sealed interface Mutation {
    /** Remove all values of a header. */
    record Remove(String name) implements Mutation {
      public Remove {
        Checks.notEmpty(name, "remove");
      }
    }

    /** Set or add a header. */
    record Append(HeaderAddition addition) implements Mutation {}
  }
}
