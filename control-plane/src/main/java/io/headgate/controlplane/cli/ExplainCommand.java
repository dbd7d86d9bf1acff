package io.headgate.controlplane.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

@Command(
    name = "explain",
    description =
        "Asks a proxy what it would do with a request, and why; nothing is sent to a backend.")
final class ExplainCommand implements Callable<Integer> {
  private static final String ADMIN = "http://127.0.0.1:9901";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Parameters(paramLabel = "URL", description = "The request's URL, with the listener's port.")
  String url = "";

  @Option(
      names = {"-H", "--header"},
      paramLabel = "NAME:VALUE",
      description = "A header of the request. May repeat.")
  List<String> headers = new ArrayList<>();

  @Option(
      names = {"-X", "--method"},
      paramLabel = "METHOD",
      description = "The request's method, GET by default.")
  String method = "GET";

  @Option(
      names = "--listener",
      paramLabel = "NAME",
      description = "The listener, when the URL's port is not its own.")
  Optional<String> listener = Optional.empty();

  @Option(names = "--source", paramLabel = "ADDRESS", description = "The client's address.")
  Optional<String> source = Optional.empty();

  @Option(
      names = "--sni",
      paramLabel = "NAME",
      description = "What the client asks for in its TLS handshake; the URL's host by default.")
  Optional<String> serverName = Optional.empty();

  @Option(
      names = "--admin",
      paramLabel = "URL",
      description =
          "The proxy's admin interface. Else the variable HEADGATE_ADMIN, else " + ADMIN + ".")
  Optional<String> admin = Optional.empty();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "yaml (the default) or json.")
  Format format = Format.yaml;

  enum Format {
    yaml,
    json
  }

  private final Console console;

  ExplainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    String base = admin.or(() -> console.variable("HEADGATE_ADMIN")).orElse(ADMIN);
    StringBuilder target = new StringBuilder(base.replaceFirst("/+$", "")).append("/explain");
    add(target, '?', "url", url);
    add(target, '&', "method", method);
    headers.forEach(header -> add(target, '&', "header", header));
    listener.ifPresent(name -> add(target, '&', "listener", name));
    source.ifPresent(address -> add(target, '&', "source", address));
    serverName.ifPresent(name -> add(target, '&', "sni", name));
    JsonNode answer = ask(base, target.toString());
    console.out().print(format == Format.json ? Output.json(answer) + "\n" : Output.yaml(answer));
    console.out().flush();
    return Exit.OK.code();
  }

  private static void add(StringBuilder target, char before, String name, String value) {
    target
        .append(before)
        .append(name)
        .append('=')
        .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
  }

  private static JsonNode ask(String base, String target) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create(target)).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() == 400) {
        throw CommandFailure.badInput(Table.printable(response.body().strip()));
      }
      if (response.statusCode() != 200) {
        throw new CommandFailure(
            Exit.FAILURE, base + " answers " + response.statusCode() + "; is it a Headgate proxy?");
      }
      return ApiClient.JSON.readTree(response.body());
    } catch (IllegalArgumentException e) {
      throw CommandFailure.badInput("--admin: \"" + base + "\" is no URL; write it as " + ADMIN);
    } catch (JacksonException e) {
      throw new CommandFailure(Exit.FAILURE, base + " answers what is not understood");
    } catch (IOException e) {
      throw new CommandFailure(
          Exit.UNAVAILABLE,
          "the admin interface " + base + " does not answer: " + e + "; name it by --admin");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(Exit.UNAVAILABLE, "interrupted");
    }
  }
}
