package io.headgate.xds.codec.message;

import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.headgate.xds.model.bootstrap.GrpcApi;
import java.util.List;
import java.util.Map;

/** Decodes and encodes gRPC services of management servers. */
public final class GrpcApiCodec {
  /** Both variants of the protocol. */
  public static final Map<String, GrpcApi.ApiType> BOTH =
      Map.of("GRPC", GrpcApi.ApiType.GRPC, "DELTA_GRPC", GrpcApi.ApiType.DELTA_GRPC);

  private GrpcApiCodec() {}

  /** A service in one of these variants. */
  public static GrpcApi decode(MessageReader r, Map<String, GrpcApi.ApiType> types) {
    GrpcApi.ApiType type = r.oneOf("api_type", types);
    Shared.v3(r, "transport_api_version");
    List<String> clusters = r.list("grpc_services", GrpcApiCodec::service);
    return new GrpcApi(r.built(type), clusters);
  }

  /** The cluster of a service. */
  public static String service(MessageReader r) {
    String cluster = r.message("envoy_grpc", g -> g.string("cluster_name"));
    return r.need("envoy_grpc", cluster);
  }

  public static ApiConfigSource encode(GrpcApi api) {
    ApiConfigSource.Builder builder =
        ApiConfigSource.newBuilder()
            .setApiType(
                switch (api.apiType()) {
                  case GRPC -> ApiConfigSource.ApiType.GRPC;
                  case DELTA_GRPC -> ApiConfigSource.ApiType.DELTA_GRPC;
                })
            .setTransportApiVersion(ApiVersion.V3);
    for (String cluster : api.clusterNames()) {
      builder.addGrpcServices(
          GrpcService.newBuilder()
              .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder().setClusterName(cluster)));
    }
    return builder.build();
  }
}
