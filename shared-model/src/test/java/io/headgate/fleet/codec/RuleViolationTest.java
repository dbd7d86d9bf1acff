package io.headgate.fleet.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.fleet.Violation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule is broken once; the violation names the place and says what to write. */
class RuleViolationTest {

  private static List<Violation> check(String kind, String metadata, String spec) {
    String version =
        List.of("HTTPRoute", "GRPCRoute", "ReferenceGrant").contains(kind)
                || kind.startsWith("Gateway")
            ? "gateway.networking.k8s.io/v1"
            : "gateway.headgate.io/v1";
    return FleetReader.violations(
        FleetReader.manifests(
            "apiVersion: "
                + version
                + "\nkind: "
                + kind
                + "\nmetadata: "
                + metadata
                + "\n"
                + spec));
  }

  private static void expect(List<Violation> violations, String path, String reason) {
    assertThat(violations).extracting(Violation::path).containsExactly(path);
    assertThat(violations.get(0).reason()).isEqualTo(reason);
    assertThat(violations.get(0).line()).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "matches: [{path: {value: cart}}] | matches[0].path.value | does not begin with \"/\"",
        "matches: [{path: {value: /a//b}}] | matches[0].path.value | is not a normal path and would"
            + " never match",
        "matches: [{path: {value: /a?b}}] | matches[0].path.value | holds a character that a path"
            + " cannot hold",
        "matches: [{path: {type: Prefix, value: /}}] | matches[0].path.type | is not known",
        "matches: [{headers: [{name: 'a b', value: x}]}] | matches[0].headers[0].name | is not a"
            + " header name",
        "matches: [{headers: [{name: a, value: x}, {name: A, value: y}]}] |"
            + " matches[0].headers[1].name | is not unique",
        "matches: [{queryParams: [{name: a}]}] | matches[0].queryParams[0].value | is required",
        "matches: [{method: get}] | matches[0].method | is not a method",
        "filters: [{type: ExternalAuth}] | filters[0].type | is known but not implemented",
        "filters: [{type: RequestMirror}] | filters[0].requestMirror | is required with type"
            + " RequestMirror",
        "filters: [{type: RequestMirror, requestMirror: {backendRef: {name: a, port: 1}, percent:"
            + " 101}}] | filters[0].requestMirror.percent | is out of range",
        "filters: [{type: RequestMirror, requestMirror: {backendRef: {name: a, port: 1}, percent:"
            + " 1, fraction: {numerator: 1}}}] | filters[0].requestMirror.fraction | cannot stand"
            + " beside percent",
        "filters: [{type: RequestMirror, requestMirror: {backendRef: {name: a, port: 1}, fraction:"
            + " {numerator: 3, denominator: 2}}}] | filters[0].requestMirror.fraction.numerator |"
            + " is out of range",
        "filters: [{type: CORS, cors: {allowOrigins: [example.com]}}] |"
            + " filters[0].cors.allowOrigins[0] | is not an origin",
        "filters: [{type: CORS, cors: {allowOrigins: ['*'], allowMethods: [get]}}] |"
            + " filters[0].cors.allowMethods[0] | is not a method",
        "filters: [{type: CORS, cors: {allowOrigins: ['*', 'http://a']}}] |"
            + " filters[0].cors.allowOrigins | has * beside others",
        "filters: [{type: RequestHeaderModifier}] | filters[0].requestHeaderModifier | is required"
            + " with type RequestHeaderModifier",
        "filters: [{type: URLRewrite, urlRewrite: {}}] | filters[0].urlRewrite | changes nothing",
        "filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath}}}] |"
            + " filters[0].urlRewrite.path.replaceFullPath | is required with this type",
        "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: Host, value:"
            + " a}]}}] | filters[0].requestHeaderModifier.set[0].name | cannot be changed by a"
            + " filter",
        "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value:"
            + " \"b\\r\\nc\"}]}}] | filters[0].requestHeaderModifier.set[0].value | holds a"
            + " character that a header cannot carry",
        "filters: [{type: RequestRedirect, requestRedirect: {statusCode: 200}}] |"
            + " filters[0].requestRedirect.statusCode | is not a redirect",
        "filters: [{type: RequestRedirect, requestRedirect: {hostname: 10.0.0.1}}] |"
            + " filters[0].requestRedirect.hostname | is an address, not a host name",
        "backendRefs: [{name: a}] | backendRefs[0].port | is required",
        "backendRefs: [{name: a, port: 70000}] | backendRefs[0].port | is not a port",
        "backendRefs: [{name: a, port: 80, filters: [{type: CORS, cors: {allowOrigins: ['*']}}]}] |"
            + " backendRefs[0].filters[0].type | is known but not implemented at a backendRef",
        "timeouts: {request: 1s, backendRequest: 2s} | timeouts.backendRequest | is longer than"
            + " timeouts.request",
        "retry: {codes: [200]} | retry.codes[0] | is out of range",
        "name: A b | name | is not a DNS name",
      })
  void routes(String rule, String path, String reason) {
    expect(
        check(
            "HTTPRoute",
            "{name: a}",
            "spec: {parentRefs: [{name: edge}], rules: [{" + rule + "}]}"),
        "spec.rules[0]." + path,
        reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "matches: [{method: {service: a-b}}] | matches[0].method.service | is not a name of gRPC",
        "matches: [{method: {service: a.B, method: c/d}}] | matches[0].method.method | is not a"
            + " name of gRPC",
        "matches: [{method: {type: RegularExpression, service: '('}}] | matches[0].method.service |"
            + " is not an RE2 expression: missing closing )",
        "matches: [{method: {type: Prefix, service: a}}] | matches[0].method.type | is not known",
        "matches: [{method: {}}] | matches[0].method | matches nothing in particular",
        "filters: [{type: URLRewrite, urlRewrite: {hostname: a}}] | filters[0].type | is known but"
            + " not implemented in a GRPCRoute",
        "backendRefs: [{name: a}] | backendRefs[0].port | is required",
      })
  void grpcRoutes(String rule, String path, String reason) {
    expect(
        check(
            "GRPCRoute",
            "{name: a}",
            "spec: {parentRefs: [{name: edge}], rules: [{" + rule + "}]}"),
        "spec.rules[0]." + path,
        reason);
  }

  @Test
  void aRegexThatRe2DoesNotKnowIsRefused() {
    List<Violation> violations =
        check(
            "HTTPRoute",
            "{name: a}",
            "spec: {parentRefs: [{name: e}], rules: [{matches: [{path: {type: RegularExpression,"
                + " value: '/(?=a)'}}]}]}");
    assertThat(violations).hasSize(1);
    assertThat(violations.get(0).reason()).startsWith("is not an RE2 expression");
    assertThat(violations.get(0).value()).isEqualTo("/(?=a)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Service | {name: a} | {ports: []} | spec.ports | is required",
        "Service | {name: a} | {ports: [{port: 80}, {port: 81}]} |"
            + " spec.ports[0].name,spec.ports[1].name | is required",
        "Service | {name: a} | {ports: [{port: 80}], selector: {app: a}} | spec.selector | is known"
            + " but not implemented",
        "Service | {name: a} | {ports: [{port: 80, appProtocol: kubernetes.io/wss}]} |"
            + " spec.ports[0].appProtocol | is not implemented",
        "Service | {name: a, expires: tomorrow} | {ports: [{port: 80}]} | metadata.expires | is not"
            + " a time of RFC 3339",
        "Service | {name: a, labels: {'a b': c}} | {ports: [{port: 80}]} | metadata.labels[\"a b\"]"
            + " | is not a label",
        "GatewayClass | {name: a, namespace: b} | {controllerName: a/b} | metadata.namespace |"
            + " cannot be set: a GatewayClass has no namespace",
        "GatewayClass | {name: a} | {controllerName: ab} | spec.controllerName | is not a"
            + " controller name",
        "Override | {name: a} | {drain: true, reason: x} | metadata.name | does not name a host",
        "Override | {name: a/b} | {drain: true} | spec.reason | is required",
        "Override | {name: a/b} | {reason: x} | spec | overrides nothing",
        "Override | {name: a/b} | {weight: -0.5, reason: x} | spec.weight | is not a weight",
        "ClientTrafficPolicy | {name: a} | {targetRefs: []} | spec.targetRefs | is required",
        "ClientTrafficPolicy | {name: a} | {targetRefs: [{kind: Service, name: a}]} |"
            + " spec.targetRefs[0].kind | is not governed by this kind of policy",
        "ClientTrafficPolicy | {name: a} | {targetRefs: [{kind: Gateway, name: a}], accessLog:"
            + " [{}]} | spec.accessLog[0] | needs exactly one of file and stdout",
        "ClientTrafficPolicy | {name: a} | {targetRefs: [{kind: Gateway, name: a}], accessLog:"
            + " [{file: {path: a.log}}]} | spec.accessLog[0].file.path | is not an absolute path",
        "ClientTrafficPolicy | {name: a} | {targetRefs: [{kind: Gateway, name: a}], headers:"
            + " {maxKiB: 0}} | spec.headers.maxKiB | is out of range",
        "BackendTrafficPolicy | {name: a} | {targetRefs: [{kind: Service, name: a}], loadBalancer:"
            + " {type: Random}} | spec.loadBalancer.type | is known but not implemented",
        "BackendTrafficPolicy | {name: a} | {targetRefs: [{kind: HTTPRoute, name: a}],"
            + " loadBalancer: {type: RoundRobin}} | spec.loadBalancer | cannot be set for an"
            + " HTTPRoute",
        "BackendTrafficPolicy | {name: a} | {targetRefs: [{kind: Service, name: a}], retry:"
            + " {retryOn: {triggers: [5x]}}} | spec.retry.retryOn.triggers[0] | is not a"
            + " condition",
        "BackendTrafficPolicy | {name: a} | {targetRefs: [{kind: Service, name: a}], timeout: {tcp:"
            + " {connectTimeout: 0s}}} | spec.timeout.tcp.connectTimeout | must be longer than"
            + " zero",
        "ReferenceGrant | {name: a} | {from: [], to: [{kind: Service}]} | spec.from | is required",
        "ReferenceGrant | {name: a} | {from: [{group: g, kind: HTTPRoute, namespace: a}]} | spec.to"
            + " | is required",
        "Gateway | {name: a} | {gatewayClassName: c, listeners: [{name: a, port: 80, protocol:"
            + " HTTP, allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {team:"
            + " a}}}}}]} |"
            + " spec.listeners[0].allowedRoutes.namespaces.selector.matchLabels[\"team\"] | is a"
            + " label that no namespace has",
        "SecurityPolicy | {name: a} | {targetRefs: [{kind: HTTPRoute, name: a}], requestHeaders:"
            + " {allow: ['*']}} | spec.requestHeaders.allow[0] | allows every header",
        "SecurityPolicy | {name: a} | {targetRefs: [{kind: HTTPRoute, name: a}], responseHeaders:"
            + " {frameOptions: ALLOW}} | spec.responseHeaders.frameOptions | is not known",
        "SecurityPolicy | {name: a} | {targetRefs: [{kind: HTTPRoute, name: a}], responseHeaders:"
            + " {strictTransportSecurity: {maxAge: 1ms}}} |"
            + " spec.responseHeaders.strictTransportSecurity.maxAge | is not a number of whole"
            + " seconds",
        "SecurityPolicy | {name: a} | {targetRefs: [{kind: HTTPRoute, name: a}], jwt: {}} |"
            + " spec.jwt.providers | is required",
        "SecurityPolicy | {name: a} | {targetRefs: [{kind: HTTPRoute, name: a}], oidc: {}} |"
            + " spec.oidc | is known but not implemented",
        "SecurityPolicy | {name: a} | {targetRefs: [{kind: HTTPRoute, name: a}], jwt: {providers:"
            + " [{name: p, localJWKS: {inline: '{}'}}]}} | spec.jwt.providers[0].localJWKS.inline |"
            + " is not a JSON Web Key Set",
        "SecurityPolicy | {name: a} | {targetRefs: [{kind: HTTPRoute, name: a}], jwt: {providers:"
            + " [{name: p, localJWKS: {inline: '{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}'}}]}}"
            + " | spec.jwt.providers[0].localJWKS.inline | holds a shared secret",
      })
  void otherKinds(String kind, String metadata, String spec, String paths, String reason) {
    List<Violation> violations = check(kind, metadata, "spec: " + spec);
    assertThat(violations).extracting(Violation::path).containsExactly(paths.split(","));
    assertThat(violations).allSatisfy(v -> assertThat(v.reason()).isEqualTo(reason));
    assertThat(violations).allSatisfy(v -> assertThat(v.line()).isBetween(3, 4));
  }
}
