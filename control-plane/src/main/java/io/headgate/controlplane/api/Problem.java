package io.headgate.controlplane.api;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** An answer that says no: thrown by a route, written as {@code application/problem+json}. */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The stable kinds of problems with their status. */
  enum Kind {
    BAD_REQUEST(400, "bad-request"),
    UNAUTHENTICATED(401, "unauthenticated"),
    FORBIDDEN(403, "forbidden"),
    NOT_FOUND(404, "not-found"),
    METHOD_NOT_ALLOWED(405, "method-not-allowed"),
    CONFLICT(409, "conflict"),
    PRECONDITION_FAILED(412, "precondition-failed"),
    TOO_LARGE(413, "too-large"),
    INVALID_OBJECT(422, "invalid-object"),
    TOO_MANY_REQUESTS(429, "too-many-requests"),
    INTERNAL(500, "internal"),
    ETCD_UNAVAILABLE(503, "etcd-unavailable"),
    HELD(503, "held");

    private final int status;
    private final String name;

    Kind(int status, String name) {
      this.status = status;
      this.name = name;
    }

    int status() {
      return status;
    }

    String type() {
      return "urn:headgate:problem:" + name;
    }
  }

  /** What is wrong at one place of one object. */
  record Finding(String object, String path, int line, String value, String reason, String fix) {}

  private final Kind kind;
  private final transient List<Finding> findings;
  private final @Nullable Long current;
  private transient Optional<ArrayNode> written = Optional.empty();
  private transient OptionalLong retryAfterSeconds = OptionalLong.empty();

  Problem(Kind kind, String detail) {
    this(kind, detail, List.of(), null);
  }

  private Problem(Kind kind, String detail, List<Finding> findings, @Nullable Long current) {
    super(detail, null, false, false);
    this.kind = kind;
    this.findings = List.copyOf(findings);
    this.current = current;
  }

  static Problem invalid(List<Finding> findings) {
    Finding first = findings.getFirst();
    String more = findings.size() > 1 ? " (and " + (findings.size() - 1) + " more)" : "";
    String place = first.path().isEmpty() ? "" : " " + first.path();
    return new Problem(
        Kind.INVALID_OBJECT, first.object() + place + ": " + first.reason() + more, findings, null);
  }

  /** The condition of a write did not hold; {@code current} is the revision that is there, or 0. */
  static Problem precondition(long current) {
    String detail = current == 0 ? "there is no such object" : "the newest value is " + current;
    return new Problem(Kind.PRECONDITION_FAILED, detail, List.of(), current);
  }

  /** The same, after some of many writes were done. */
  Problem after(ArrayNode items) {
    written = Optional.of(items);
    return this;
  }

  /** The same, saying when to try again. */
  Problem retryAfter(long seconds) {
    retryAfterSeconds = OptionalLong.of(seconds);
    return this;
  }

  Optional<ArrayNode> written() {
    return written;
  }

  OptionalLong retryAfterSeconds() {
    return retryAfterSeconds;
  }

  Kind kind() {
    return kind;
  }

  String detail() {
    return String.valueOf(getMessage());
  }

  List<Finding> findings() {
    return findings;
  }

  @Nullable Long current() {
    return current;
  }
}
