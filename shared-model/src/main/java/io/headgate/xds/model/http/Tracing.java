package io.headgate.xds.model.http;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;
import java.util.List;

/**
 * Traces of the requests of a connection manager.
 *
 * @param maxPathTagLength longer paths are cut in spans, 256 by default
 */
public record Tracing(
    Collector collector, Shares shares, int maxPathTagLength, List<CustomTag> tags) {
  public static final int DEFAULT_MAX_PATH = 256;

  /**
   * Where spans go, by OTLP.
   *
   * @param cluster of the collector
   * @param grpc else HTTP with protobuf
   * @param authority the host of requests; empty for the cluster's name
   * @param path of HTTP; empty with gRPC
   * @param serviceName {@code service.name}; empty for the proxy's own
   */
  public record Collector(
      String cluster,
      boolean grpc,
      String authority,
      String path,
      Duration timeout,
      String serviceName) {
    public Collector {
      Checks.notEmpty(cluster, "cluster");
      Checks.require(grpc || path.startsWith("/"), "the path of the collector must begin with /");
      Checks.positive(timeout, "timeout");
    }
  }

  /**
   * Shares of the requests in percent.
   *
   * @param client of those that ask for a trace by x-client-trace-id
   * @param random of all others
   * @param overall bound of both
   */
  public record Shares(double client, double random, double overall) {
    public static final Shares ALL = new Shares(100, 100, 100);

    public Shares {
      for (double share : new double[] {client, random, overall}) {
        Checks.require(share >= 0 && share <= 100, "a share must be within 0..100");
      }
    }
  }

  /** An attribute beside the usual ones. */
  public sealed interface CustomTag {
    /** The attribute's name. */
    String name();

    /** A fixed text. */
    record Literal(String name, String value) implements CustomTag {
      public Literal {
        Checks.notEmpty(name, "tag");
      }
    }

    /** A variable of the proxy's environment. */
    record Environment(String name, String variable, String otherwise) implements CustomTag {
      public Environment {
        Checks.notEmpty(name, "tag");
        Checks.notEmpty(variable, "name");
      }
    }

    /** A header of the request. */
    record RequestHeader(String name, String header, String otherwise) implements CustomTag {
      public RequestHeader {
        Checks.notEmpty(name, "tag");
        Checks.notEmpty(header, "name");
      }
    }
  }

  public Tracing {
    tags = List.copyOf(tags);
    Checks.atLeast(maxPathTagLength, 0, "max_path_tag_length");
  }
}
