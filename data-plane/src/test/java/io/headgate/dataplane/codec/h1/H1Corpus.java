package io.headgate.dataplane.codec.h1;

import java.util.List;

/**
 * Raw requests and what must become of them. The outcome is the statuses that the client gets, in
 * order, and whether the connection is then {@code open} or {@code closed}; a row that says nothing
 * of the application must not reach it.
 */
final class H1Corpus {
  /**
   * One row.
   *
   * @param reaches how many requests reach the application complete
   */
  record Case(String name, String raw, String outcome, int reaches) {
    @Override
    public String toString() {
      return name;
    }
  }

  private H1Corpus() {}

  private static final String H = "Host: a\r\n";

  private static Case bad(String name, String raw) {
    return new Case(name, raw, "400 closed", 0);
  }

  private static Case bad(String name, String raw, String outcome) {
    return new Case(name, raw, outcome, 0);
  }

  private static Case good(String name, String raw) {
    return new Case(name, raw, "200 open", 1);
  }

  private static Case post(String name, String fields, String body) {
    return bad(name, "POST / HTTP/1.1\r\n" + H + fields + "\r\n" + body);
  }

  private static Case chunked(String name, String body) {
    return bad(name, "POST / HTTP/1.1\r\n" + H + "Transfer-Encoding: chunked\r\n\r\n" + body);
  }

  static List<Case> cases() {
    return List.of(
        // What must work.
        good("plain", "GET / HTTP/1.1\r\n" + H + "\r\n"),
        good("blank line first", "\r\nGET / HTTP/1.1\r\n" + H + "\r\n"),
        good("lower-case known and unknown methods", "PURGE /x HTTP/1.1\r\n" + H + "\r\n"),
        good("length", "POST / HTTP/1.1\r\n" + H + "Content-Length: 3\r\n\r\nabc"),
        good("length zero", "POST / HTTP/1.1\r\n" + H + "Content-Length: 0\r\n\r\n"),
        good(
            "chunks",
            "POST / HTTP/1.1\r\n"
                + H
                + "Transfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n"),
        good(
            "well-formed extensions",
            "POST / HTTP/1.1\r\n"
                + H
                + "Transfer-Encoding: chunked\r\n\r\n3;a=b;c=\"d \\\" e\"\r\nabc\r\n0;z\r\n\r\n"),
        good(
            "trailers",
            "POST / HTTP/1.1\r\n"
                + H
                + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n"),
        good("absolute form", "GET http://a/x HTTP/1.1\r\n" + H + "\r\n"),
        good("absolute form without path", "GET http://a?q HTTP/1.1\r\n" + H + "\r\n"),
        good("asterisk form", "OPTIONS * HTTP/1.1\r\n" + H + "\r\n"),
        good("IPv6 host", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
        good("TAB around a value", "GET / HTTP/1.1\r\n" + H + "A:\tb\t\r\n\r\n"),
        good("bytes beyond ASCII in a value", "GET / HTTP/1.1\r\n" + H + "A: \u00e4\r\n\r\n"),
        good(
            "h2c is no upgrade",
            "GET / HTTP/1.1\r\n"
                + H
                + "Connection: upgrade, http2-settings\r\n"
                + "HTTP2-Settings: AAMAAABkAAQAAP__\r\nUpgrade: h2c\r\n\r\n"),
        new Case(
            "two in a pipeline",
            "GET /1 HTTP/1.1\r\n" + H + "\r\nGET /2 HTTP/1.1\r\n" + H + "\r\n",
            "200 200 open",
            2),
        new Case(
            "pipeline behind a body",
            "POST /1 HTTP/1.1\r\n"
                + H
                + "Content-Length: 2\r\n\r\nabGET /2 HTTP/1.1\r\n"
                + H
                + "\r\n",
            "200 200 open",
            2),
        new Case("close", "GET / HTTP/1.1\r\n" + H + "Connection: close\r\n\r\n", "200 closed", 1),
        new Case(
            "bytes behind close",
            "GET / HTTP/1.1\r\n" + H + "Connection: x, close\r\n\r\nGET / HTTP/1.1\r\n",
            "200 closed",
            1),
        new Case(
            "good, then broken",
            "GET / HTTP/1.1\r\n" + H + "\r\nGET / HTTP/1.1\r\nA\r\n\r\n",
            "200 400 closed",
            1),

        // Framing.
        post(
            "length and chunked",
            "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
            "0\r\n\r\n"),
        post(
            "chunked and length",
            "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
            "0\r\n\r\n"),
        post("two lengths", "Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"),
        post("two equal lengths", "Content-Length: 3\r\nContent-Length: 3\r\n", "abc"),
        post("length with plus", "Content-Length: +1\r\n", "a"),
        post("length with minus", "Content-Length: -1\r\n", "a"),
        post("length list", "Content-Length:  1,1\r\n", "a"),
        post("length hexadecimal", "Content-Length: 0x1\r\n", "a"),
        post("length empty", "Content-Length: \r\n", ""),
        post("length with space inside", "Content-Length: 1 1\r\n", "a"),
        post("length too long", "Content-Length: 99999999999999999999\r\n", "a"),
        post(
            "coding twice",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            "0\r\n\r\n"),
        post("xchunked", "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
        post("chunked, xchunked", "Transfer-Encoding: chunked, xchunked\r\n", "0\r\n\r\n"),
        post("gzip, chunked", "Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
        post("chunked in quotes", "Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"),
        post("coding empty", "Transfer-Encoding: \r\n", "0\r\n\r\n"),
        post("vertical tab before chunked", "Transfer-Encoding: \u000bchunked\r\n", "0\r\n\r\n"),
        bad("CONNECT with a body", "CONNECT a:1 HTTP/1.1\r\n" + H + "Content-Length: 1\r\n\r\na"),

        // Chunks.
        chunked("chunk 0x1", "0x1\r\na\r\n0\r\n\r\n"),
        chunked("chunk size empty", "\r\na\r\n0\r\n\r\n"),
        chunked("chunk size negative", "-1\r\na\r\n0\r\n\r\n"),
        chunked("chunk size with plus", "+1\r\na\r\n0\r\n\r\n"),
        chunked("chunk size with space before", " 1\r\na\r\n0\r\n\r\n"),
        chunked("chunk size with space behind", "1 \r\na\r\n0\r\n\r\n"),
        chunked("chunk size overflows", "fffffffffffffffff\r\na\r\n0\r\n\r\n"),
        chunked("bare LF chunk line", "1\na\r\n0\r\n\r\n"),
        chunked("bare CR chunk line", "1\ra\r\n0\r\n\r\n"),
        chunked("extension with CR", "1;a\rb\r\na\r\n0\r\n\r\n"),
        chunked("extension with LF", "1;a\nb\r\na\r\n0\r\n\r\n"),
        chunked("extension with an open quote", "1;a=\"b\r\na\r\n0\r\n\r\n"),
        chunked("extension with NUL", "1;a\0\r\na\r\n0\r\n\r\n"),
        chunked("extension too long", "1;" + "a".repeat(1100) + "\r\na\r\n0\r\n\r\n"),
        chunked("extensions too long in all", ("1;" + "a".repeat(400) + "\r\na\r\n").repeat(3)),
        chunked("chunk spill", "1\r\nab\r\n0\r\n\r\n"),
        chunked("chunk ends in bare LF", "1\r\na\n0\r\n\r\n"),
        chunked("last chunk bare LF", "1\r\na\r\n0\n\n"),
        chunked("bare LF behind the last chunk", "1\r\na\r\n0\r\n\n"),
        chunked("trailer obs-fold", "0\r\nA: b\r\n c\r\n\r\n"),
        chunked("trailer bare LF", "0\r\nA: b\nC: d\r\n\r\n"),
        chunked("trailer without colon", "0\r\nA\r\n\r\n"),

        // Fields.
        bad("obs-fold", "GET / HTTP/1.1\r\n" + H + "A: b\r\n c\r\n\r\n"),
        bad("obs-fold at once", "GET / HTTP/1.1\r\n A: b\r\n" + H + "\r\n"),
        bad("NUL in a value", "GET / HTTP/1.1\r\n" + H + "A: b\0c\r\n\r\n"),
        bad("NUL in a name", "GET / HTTP/1.1\r\n" + H + "A\0: b\r\n\r\n"),
        bad("bare CR", "GET / HTTP/1.1\r\n" + H + "A: b\rc\r\n\r\n"),
        bad("bare LF", "GET / HTTP/1.1\r\n" + H + "A: b\nC: d\r\n\r\n"),
        bad("bare LF everywhere", "GET / HTTP/1.1\nHost: a\n\n"),
        bad("space before the colon", "GET / HTTP/1.1\r\n" + H + "A : b\r\n\r\n"),
        bad("TAB before the colon", "GET / HTTP/1.1\r\n" + H + "A\t: b\r\n\r\n"),
        bad("no colon", "GET / HTTP/1.1\r\n" + H + "A\r\n\r\n"),
        bad("empty name", "GET / HTTP/1.1\r\n" + H + ": b\r\n\r\n"),
        bad("control byte in a value", "GET / HTTP/1.1\r\n" + H + "A: b\u0001\r\n\r\n"),
        bad("DEL in a value", "GET / HTTP/1.1\r\n" + H + "A: 12345678901\u007f\r\n\r\n"),
        bad("byte beyond ASCII in a name", "GET / HTTP/1.1\r\n" + H + "\u00c4: b\r\n\r\n"),
        bad(
            "five Connection fields that name others",
            "GET / HTTP/1.1\r\n" + H + "Connection: x\r\n".repeat(5) + "\r\n"),

        // Host and target.
        bad("no Host", "GET / HTTP/1.1\r\n\r\n"),
        bad("two Host", "GET / HTTP/1.1\r\n" + H + H + "\r\n"),
        bad("absolute form disagrees", "GET http://b/ HTTP/1.1\r\n" + H + "\r\n"),
        bad("# in the target", "GET /a#b HTTP/1.1\r\n" + H + "\r\n"),
        bad("user information in Host", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
        bad("user information in the target", "GET http://u@a/ HTTP/1.1\r\n" + H + "\r\n"),
        bad("space in Host", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
        bad("slash in Host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        bad("port no number", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"),
        bad("other scheme", "GET ftp://a/ HTTP/1.1\r\n" + H + "\r\n"),
        bad("no leading slash", "GET x HTTP/1.1\r\n" + H + "\r\n"),
        bad("asterisk form with GET", "GET * HTTP/1.1\r\n" + H + "\r\n"),
        bad("byte beyond ASCII in the target", "GET /\u00e4 HTTP/1.1\r\n" + H + "\r\n"),
        bad("NUL in the target", "GET /\0 HTTP/1.1\r\n" + H + "\r\n"),

        // Request line.
        bad("TAB as separator", "GET\t/\tHTTP/1.1\r\n" + H + "\r\n"),
        bad("two spaces", "GET  / HTTP/1.1\r\n" + H + "\r\n"),
        bad("two spaces before the version", "GET /  HTTP/1.1\r\n" + H + "\r\n"),
        bad("space behind the version", "GET / HTTP/1.1 \r\n" + H + "\r\n"),
        bad("space before the method", " GET / HTTP/1.1\r\n" + H + "\r\n"),
        bad("no method", "/ HTTP/1.1\r\n" + H + "\r\n"),
        bad("bare LF behind the request line", "GET / HTTP/1.1\n" + H + "\r\n"),
        bad("three blank lines", "\r\n\r\n\r\nGET / HTTP/1.1\r\n" + H + "\r\n"),
        bad("no version", "GET /\r\n" + H + "\r\n"),
        bad("lower-case version", "GET / http/1.1\r\n" + H + "\r\n"),
        bad("version of two digits", "GET / HTTP/1.10\r\n" + H + "\r\n"),
        bad("version 0.5", "GET / HTTP/0.5\r\n" + H + "\r\n", "505 closed"),
        bad("version 9.9", "GET / HTTP/9.9\r\n" + H + "\r\n", "505 closed"),
        bad("preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505 closed"),
        bad("a ClientHello", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\n"),
        bad("HTTP/1.0", "GET / HTTP/1.0\r\n" + H + "\r\n", "426 closed"),

        // Limits.
        bad(
            "too many fields",
            "GET / HTTP/1.1\r\n" + H + "A: b\r\n".repeat(100) + "\r\n",
            "431 closed"),
        bad(
            "too many bytes",
            "GET / HTTP/1.1\r\n" + H + "A: " + "b".repeat(2100) + "\r\n\r\n",
            "431 closed"),
        bad("target too long", "GET /" + "a".repeat(2100) + " HTTP/1.1\r\n", "414 closed"));
  }
}
