package io.headgate.controlplane.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * The last state that etcd confirmed, on disk, so a control plane can start while etcd is away.
 *
 * <p>Two files: {@code image} and {@code image.previous}. The first line holds the format and the
 * SHA-256 of the rest; the second says where the state is from; each further line is one key.
 * Written to a temporary file, forced to disk and renamed, mode 0600, because secrets are in it.
 *
 * <p>Thread: any; writing happens on a thread of its own, at most once a second, the newest state
 * wins.
 */
public final class DiskCopy implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DiskCopy.class);
  private static final String FORMAT = "headgate-image-1 ";
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Path directory;
  private final AtomicReference<Optional<State>> waiting = new AtomicReference<>(Optional.empty());
  private final ScheduledExecutorService writer;

  /**
   * What etcd held.
   *
   * @param confirmed when etcd last said so
   */
  public record State(
      String incarnation, long revision, Instant confirmed, List<StoredValue> values) {
    public State {
      values = List.copyOf(values);
    }
  }

  /**
   * What was read back.
   *
   * @param file which of the two copies it was
   * @param problem why the newest was not used; empty when it was
   */
  public record Loaded(State state, Path file, String problem) {}

  /** Makes the directory when it is missing. */
  public DiskCopy(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.writer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("headgate-disk").factory());
    var _ = writer.scheduleWithFixedDelay(this::writeWaiting, 1, 1, TimeUnit.SECONDS);
  }

  /** Has a state written within a second or so. */
  public void offer(State state) {
    waiting.set(Optional.of(state));
  }

  /** The newest copy that is whole. */
  public Optional<Loaded> load() {
    String problem = "";
    for (Path file : List.of(newest(), previous())) {
      if (!Files.exists(file)) {
        continue;
      }
      try {
        return Optional.of(new Loaded(read(file), file, problem));
      } catch (IOException | JacksonException | DateTimeException | IllegalArgumentException e) {
        problem = file.getFileName() + ": " + e.getMessage();
        LOG.error("disk copy refused file={} reason=\"{}\"", file, e.getMessage());
      }
    }
    return Optional.empty();
  }

  /** Writes what waits and ends. */
  @Override
  public void close() {
    writer.execute(this::writeWaiting);
    writer.shutdown();
    try {
      if (!writer.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("the last disk copy was not written in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Path newest() {
    return directory.resolve("image");
  }

  private Path previous() {
    return directory.resolve("image.previous");
  }

  private void writeWaiting() {
    Optional<State> state = waiting.getAndSet(Optional.empty());
    if (state.isEmpty()) {
      return;
    }
    try {
      write(state.get());
    } catch (IOException | RuntimeException e) {
      LOG.error("disk copy not written directory={}", directory, e);
    }
  }

  private void write(State state) throws IOException {
    Path temporary = directory.resolve("image.new");
    Files.deleteIfExists(temporary);
    byte[] body = encode(state).getBytes(StandardCharsets.UTF_8);
    byte[] head = (FORMAT + sha256(body) + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      for (ByteBuffer buffer : List.of(ByteBuffer.wrap(head), ByteBuffer.wrap(body))) {
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
      channel.force(true);
    }
    if (isWhole(newest())) {
      // A copy that is broken never displaces the good one before it.
      Files.move(
          newest(),
          previous(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(
        temporary, newest(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel entry = FileChannel.open(directory, StandardOpenOption.READ)) {
      entry.force(true);
    }
  }

  private static boolean isWhole(Path file) {
    try {
      body(file);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String encode(State state) {
    StringBuilder text = new StringBuilder();
    text.append(
            JSON.createObjectNode()
                .put("incarnation", state.incarnation())
                .put("revision", state.revision())
                .put("confirmed", state.confirmed().toString()))
        .append('\n');
    for (StoredValue value : state.values()) {
      ArrayNode line = JSON.createArrayNode();
      line.add(value.key())
          .add(value.createRevision())
          .add(value.modRevision())
          .add(value.lease())
          .add(value.value());
      text.append(line).append('\n');
    }
    return text.toString();
  }

  private static State read(Path file) throws IOException {
    List<String> lines = body(file).lines().toList();
    if (lines.isEmpty()) {
      throw new IOException("empty");
    }
    JsonNode origin = JSON.readTree(lines.getFirst());
    List<StoredValue> values = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      JsonNode value = JSON.readTree(line);
      values.add(
          new StoredValue(
              value.path(0).asString(),
              value.path(4).asString(),
              value.path(1).asLong(),
              value.path(2).asLong(),
              value.path(3).asLong()));
    }
    return new State(
        origin.path("incarnation").asString(),
        origin.path("revision").asLong(),
        Instant.parse(origin.path("confirmed").asString()),
        values);
  }

  private static String body(Path file) throws IOException {
    byte[] all = Files.readAllBytes(file);
    int head = FORMAT.length() + 64;
    if (all.length <= head
        || !new String(all, 0, FORMAT.length(), StandardCharsets.UTF_8).equals(FORMAT)) {
      throw new IOException("not a copy of this format");
    }
    byte[] body = java.util.Arrays.copyOfRange(all, head + 1, all.length);
    String expected = new String(all, FORMAT.length(), 64, StandardCharsets.UTF_8);
    if (!sha256(body).equals(expected)) {
      throw new IOException("the checksum is wrong");
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
