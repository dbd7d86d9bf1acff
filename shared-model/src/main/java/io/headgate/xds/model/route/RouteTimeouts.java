package io.headgate.xds.model.route;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long requests of a route may take.
 *
 * @param response from the complete request to the complete response; zero for none, 15 s by
 *     default
 * @param idle instead of the connection manager's stream idle timeout; null keeps that one
 * @param maxStream null for the older settings
 * @param grpc the older way to honour {@code grpc-timeout}; null for not at all
 */
public record RouteTimeouts(
    Duration response,
    @Nullable Duration idle,
    @Nullable MaxStream maxStream,
    @Nullable Grpc grpc) {
  public static final RouteTimeouts DEFAULT =
      new RouteTimeouts(Duration.ofSeconds(15), null, null, null);

  /**
   * The longest life of a stream. With it the response timeout has no effect.
   *
   * @param duration null for the connection manager's; zero for none
   * @param grpcHeaderMax the most that {@code grpc-timeout} may ask for; zero for any, null when
   *     the header has no effect
   * @param grpcHeaderOffset taken from what {@code grpc-timeout} says; null for nothing
   */
  public record MaxStream(
      @Nullable Duration duration,
      @Nullable Duration grpcHeaderMax,
      @Nullable Duration grpcHeaderOffset) {
    public MaxStream {
      optional(duration, "max_stream_duration");
      optional(grpcHeaderMax, "grpc_timeout_header_max");
      optional(grpcHeaderOffset, "grpc_timeout_header_offset");
    }
  }

  /**
   * A response timeout by {@code grpc-timeout}, for gRPC requests.
   *
   * @param max the most that the header may ask for; zero for any
   * @param offset taken from what the header says; null for nothing
   */
  public record Grpc(Duration max, @Nullable Duration offset) {
    public Grpc {
      Checks.notNegative(max, "max_grpc_timeout");
      optional(offset, "grpc_timeout_offset");
    }
  }

  public RouteTimeouts {
    Checks.notNegative(response, "timeout");
    optional(idle, "idle_timeout");
  }

  private static void optional(@Nullable Duration duration, String name) {
    if (duration != null) {
      Checks.notNegative(duration, name);
    }
  }
}
