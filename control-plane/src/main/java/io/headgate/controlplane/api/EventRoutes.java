package io.headgate.controlplane.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The stream of server-sent events. Each client keeps one virtual thread, which writes and waits; a
 * client that is dropped has that thread interrupted.
 *
 * <p>Spec: WHATWG HTML, "Server-sent events".
 */
final class EventRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(EventRoutes.class);
  private static final Set<String> TYPES =
      Set.of("fleet", "service", "nack", "hold", "change", "source");

  private final Gate gate;
  private final EventHub hub;
  private final Supplier<ObjectNode> hello;
  private final long heartbeatMillis;

  EventRoutes(Gate gate, EventHub hub, Supplier<ObjectNode> hello, long heartbeatMillis) {
    this.gate = gate;
    this.hub = hub;
    this.hello = hello;
    this.heartbeatMillis = heartbeatMillis;
  }

  void register(RoutesConfig routes) {
    routes.get("/api/v1/events", this::stream);
  }

  private void stream(Context request) throws IOException {
    Gate.Caller caller = gate.require(request, Role.VIEWER);
    Set<String> types = types(request);
    Thread writer = Thread.currentThread();
    EventHub.Client client = hub.connect(types, writer::interrupt);
    LOG.debug("event=events_client_connected principal={}", caller.name());
    try {
      request
          .status(200)
          .contentType("text/event-stream;charset=utf-8")
          .header("Cache-Control", "no-store")
          .header("X-Accel-Buffering", "no");
      OutputStream out = request.res().getOutputStream();
      write(out, new EventHub.Event(hub.nextId(), "hello", hello.get().toString()));
      while (!Thread.currentThread().isInterrupted()) {
        EventHub.Event event = client.waiting().poll(heartbeatMillis, TimeUnit.MILLISECONDS);
        if (event == null) {
          out.write(":\n\n".getBytes(StandardCharsets.UTF_8));
          out.flush();
        } else {
          write(out, event);
        }
      }
    } catch (IOException gone) {
      LOG.debug("event=events_client_gone principal={}", caller.name());
    } catch (InterruptedException dropped) {
      LOG.info("event=events_client_dropped principal={}", caller.name());
    } finally {
      hub.disconnect(client);
    }
  }

  private static void write(OutputStream out, EventHub.Event event) throws IOException {
    String text =
        "id: " + event.id() + "\nevent: " + event.type() + "\ndata: " + event.data() + "\n\n";
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static Set<String> types(Context request) {
    String wanted = request.queryParam("types");
    if (wanted == null) {
      return Set.of();
    }
    Set<String> types = Set.of(wanted.split(",", -1));
    if (!TYPES.containsAll(types)) {
      throw new Problem(
          Problem.Kind.BAD_REQUEST, "types: \"" + wanted + "\" takes names of " + TYPES);
    }
    return types;
  }
}
