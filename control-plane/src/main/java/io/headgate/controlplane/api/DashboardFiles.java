package io.headgate.controlplane.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The dashboard's files, from the class path under {@code /dashboard}. A path without an extension
 * is a page of the dashboard and gets {@code index.html}.
 */
final class DashboardFiles {
  private static final Pattern SAFE =
      Pattern.compile("(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*");
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html;charset=utf-8",
          "js", "text/javascript;charset=utf-8",
          "css", "text/css;charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png",
          "ico", "image/x-icon",
          "woff2", "font/woff2",
          "json", "application/json",
          "webmanifest", "application/manifest+json",
          "txt", "text/plain;charset=utf-8");

  private final Map<String, Optional<byte[]>> files = new ConcurrentHashMap<>();

  void register(RoutesConfig routes) {
    routes.get("/", this::serve);
    routes.get("/<path>", this::serve);
  }

  private void serve(Context request) throws IOException {
    String path = request.path().substring(1);
    if (path.startsWith("api/")) {
      throw new Problem(Problem.Kind.NOT_FOUND, "no such resource: " + request.path());
    }
    int dot = path.lastIndexOf('.');
    String file = dot < 0 ? "index.html" : path;
    String type = TYPES.get(file.substring(file.lastIndexOf('.') + 1));
    Optional<byte[]> content =
        type != null && SAFE.matcher(file).matches() ? read(file) : Optional.empty();
    if (content.isEmpty()) {
      throw new Problem(Problem.Kind.NOT_FOUND, "no such file: " + request.path());
    }
    // Vite puts a hash of the content into the names of what lies under assets.
    boolean named = file.startsWith("assets/");
    request
        .contentType(String.valueOf(type))
        .header("Cache-Control", named ? "public, max-age=31536000, immutable" : "no-cache")
        .result(content.get());
  }

  private Optional<byte[]> read(String file) throws IOException {
    Optional<byte[]> known = files.get(file);
    if (known != null) {
      return known;
    }
    try (InputStream in = DashboardFiles.class.getResourceAsStream("/dashboard/" + file)) {
      if (in == null) {
        return Optional.empty();
      }
      Optional<byte[]> content = Optional.of(in.readAllBytes());
      files.put(file, content);
      return content;
    }
  }
}
