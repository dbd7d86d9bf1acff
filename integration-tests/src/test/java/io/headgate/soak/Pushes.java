package io.headgate.soak;

import io.headgate.deploy.process.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Changes config by turns: a route (weights, and a field that shows which push an answer knows of),
 * the policy of services (their clusters are built anew), the policy of a listener (its connections
 * drain). Each is awaited until the proxy serves it. Thread: one.
 */
final class Pushes {
  private static final Duration BOUND = Duration.ofSeconds(60);

  private static final String MANIFESTS =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: edge, owner: soak}
      spec:
        gatewayClassName: headgate
        listeners:
          - {name: main, protocol: HTTP, port: %1$d}
          - {name: steady, protocol: HTTP, port: %2$d}
      ---
      apiVersion: gateway.headgate.io/v1
      kind: Service
      metadata: {name: plain, owner: soak}
      spec: {ports: [{name: http, port: 80}]}
      ---
      apiVersion: gateway.headgate.io/v1
      kind: Service
      metadata: {name: multiplexed, owner: soak}
      spec: {ports: [{name: http, port: 80, appProtocol: kubernetes.io/h2c}]}
      ---
      apiVersion: gateway.headgate.io/v1
      kind: Service
      metadata: {name: steady, owner: soak}
      spec: {ports: [{name: http, port: 80}]}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: soak, owner: soak}
      spec:
        parentRefs: [{name: edge, sectionName: main}]
        rules:
          - matches: [{path: {type: PathPrefix, value: /soak}}]
            filters:
              - type: ResponseHeaderModifier
                responseHeaderModifier: {set: [{name: x-push, value: "%4$d"}]}
            backendRefs:
              - {name: plain, port: 80, weight: %5$d}
              - {name: multiplexed, port: 80, weight: %6$d}
          - matches: [{path: {type: PathPrefix, value: /ws}}]
            backendRefs: [{name: plain, port: 80}]
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: steady, owner: soak}
      spec:
        parentRefs: [{name: edge, sectionName: steady}]
        rules:
          - matches: [{path: {type: PathPrefix, value: /ws}}]
            backendRefs: [{name: steady, port: 80}]
      ---
      apiVersion: gateway.headgate.io/v1
      kind: BackendTrafficPolicy
      metadata: {name: retries, owner: soak}
      spec:
        targetRefs: [{kind: HTTPRoute, name: soak}]
        timeout: {http: {requestTimeout: 45s}}
        retry:
          numRetries: 4
          retryOn: {triggers: [connect-failure, refused-stream, reset]}
          # The dead host has nothing in flight, so the balancer likes it best until it is ejected.
          hostSelection: {maxAttempts: 20}
      ---
      apiVersion: gateway.headgate.io/v1
      kind: BackendTrafficPolicy
      metadata: {name: hosts, owner: soak}
      spec:
        targetRefs: [{kind: Service, name: plain}, {kind: Service, name: multiplexed}]
        healthCheck:
          passive: {interval: 1s, baseEjectionTime: 1s, maxEjectionTime: 3s}
        circuitBreaker:
          maxConnections: %7$d
          # All that is in flight at a host may fail at once, and all of it is to be tried again.
          retryBudget: {percent: 100, minRetryConcurrency: 100}
      ---
      apiVersion: gateway.headgate.io/v1
      kind: ClientTrafficPolicy
      metadata: {name: clients, owner: soak}
      spec:
        targetRefs: [{kind: Gateway, name: edge, sectionName: main}]
        timeout: {http: {idleTimeout: %8$ds}}
        accessLog: [{file: {path: "%3$s"}, text: "%9$s\\n"}]
      """;

  private final SoakFleet fleet;
  private final Path accessLog;
  private volatile int count;
  private int routes;
  private int services;
  private int listeners;

  Pushes(SoakFleet fleet, Path accessLog) {
    this.fleet = fleet;
    this.accessLog = accessLog;
  }

  int count() {
    return count;
  }

  /** Applies what all begins with; nothing is served yet for want of hosts. */
  void first() {
    apply();
  }

  /** Changes the next thing in turn. */
  void next() {
    switch (count % 3) {
      case 0 -> {
        routes++;
        apply();
        awaitAnswers();
      }
      case 1 -> {
        services++;
        apply();
      }
      default -> {
        listeners++;
        apply();
      }
    }
    count++;
  }

  private void apply() {
    fleet.push(
        MANIFESTS.formatted(
            SoakFleet.MAIN_PORT,
            SoakFleet.STEADY_PORT,
            accessLog,
            routes,
            30 + routes * 17 % 40,
            30 + routes * 23 % 40,
            1024 + services % 2,
            300 + listeners,
            AccessLog.FORMAT));
  }

  /** What is served must be seen in answers. */
  private void awaitAnswers() {
    String wanted = Integer.toString(routes);
    Await.until(
        BOUND, () -> "no answer knows of push " + wanted, () -> probe(wanted).equals(wanted));
  }

  /** The push that one answer knows of; empty when its backend died with it. */
  private String probe(String wanted) {
    try (SocketPipe pipe = SocketPipe.connect(fleet.address(SoakFleet.MAIN_PORT))) {
      String head = "GET /soak/bytes?n=1 HTTP/1.1\r\nhost: soak\r\nconnection: close\r\n";
      pipe.out().write(Http1.ascii(head + Exchange.ID + ": probe-" + wanted + "\r\n\r\n"));
      return Http1.head(pipe.in()).field("x-push");
    } catch (IOException e) {
      return "";
    }
  }
}
