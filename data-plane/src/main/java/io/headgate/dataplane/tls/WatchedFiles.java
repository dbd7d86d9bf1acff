package io.headgate.dataplane.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Files that secrets come from: read away from the config thread, and again when one has changed.
 *
 * <p>A look at each file every now and then finds all ways to change one: written anew, renamed
 * into place, or a symbolic link on the way to it that points elsewhere.
 *
 * <p><b>Thread:</b> the config thread; reads run on the executor.
 */
public final class WatchedFiles {
  /** More is no certificate, key or list: 16 MiB. */
  private static final long MAX_BYTES = 16 << 20;

  /** Files that never rest are taken as they are after so many: the next look reads them again. */
  private static final int PASSES = 10;

  private final Executor disk;
  private final Executor config;
  private final SystemAuthorities system;
  private final Map<String, Content> contents = new HashMap<>();
  private final Set<String> reading = new HashSet<>();
  private Set<String> watched = Set.of();
  private Runnable onChange = () -> {};
  private boolean looking;

  /**
   * What was read.
   *
   * @param bytes null when it could not be
   * @param problem why not, empty when it could
   */
  public record Content(byte @Nullable [] bytes, String problem, Object signature) {}

  /** Where a file is and what tells one version of it from the next. */
  private record Signature(Path real, @Nullable Object key, long modified, long size) {}

  /**
   * Makes a watch of nothing.
   *
   * @param disk where blocking reads run
   * @param config runs a task on the config thread
   * @param system where the system's authorities are
   */
  public WatchedFiles(Executor disk, Executor config, SystemAuthorities system) {
    this.disk = disk;
    this.config = config;
    this.system = system;
  }

  /** To be called once: told when something was read or has changed. */
  public void onChange(Runnable listener) {
    onChange = listener;
  }

  /** Watches these files and no others; what is new is read soon. */
  public void watch(Set<String> paths) {
    watched = Set.copyOf(paths);
    contents.keySet().retainAll(watched);
    Set<String> missing = new HashSet<>(watched);
    missing.removeAll(contents.keySet());
    missing.removeAll(reading);
    if (!missing.isEmpty()) {
      reading.addAll(missing);
      disk.execute(() -> {
        Map<String, Content> read = new TreeMap<>();
        missing.forEach(path -> read.put(path, read(path)));
        config.execute(() -> {
          reading.removeAll(missing);
          take(read);
        });
      });
    }
  }

  /** Reads files at once; for a start, when nothing serves yet. */
  public void readNow(Set<String> paths) {
    for (String path : paths) {
      contents.computeIfAbsent(path, this::read);
    }
  }

  /** What a file holds, null before it was read. */
  public @Nullable Content content(String path) {
    return contents.get(path);
  }

  /** Looks whether files have changed. To be called every now and then. */
  public void look() {
    if (looking || watched.isEmpty()) {
      return;
    }
    looking = true;
    Map<String, Object> known = new HashMap<>();
    for (String path : watched) {
      Content content = contents.get(path);
      if (content != null) {
        known.put(path, content.signature());
      }
    }
    disk.execute(() -> {
      Map<String, Content> changed = changed(known);
      config.execute(() -> {
        looking = false;
        take(changed);
      });
    });
  }

  /**
   * Reads what has changed until nothing changes any more, so that files which are moved together
   * by a link come together.
   */
  private Map<String, Content> changed(Map<String, Object> known) {
    Map<String, Content> changed = new TreeMap<>();
    boolean settled = false;
    for (int pass = 0; pass < PASSES && !settled; pass++) {
      settled = true;
      for (Map.Entry<String, Object> one : known.entrySet()) {
        if (!one.getValue().equals(signature(one.getKey()))) {
          Content now = read(one.getKey());
          changed.put(one.getKey(), now);
          one.setValue(now.signature());
          settled = false;
        }
      }
    }
    return changed;
  }

  private void take(Map<String, Content> read) {
    boolean news = false;
    for (Map.Entry<String, Content> entry : read.entrySet()) {
      if (watched.contains(entry.getKey())) {
        contents.put(entry.getKey(), entry.getValue());
        news = true;
      }
    }
    if (news) {
      onChange.run();
    }
  }

  private Content read(String named) {
    String path = system.file(named);
    // The signature comes first: what is written meanwhile is found at the next look.
    Object signature = signatureOf(path);
    try {
      if (Files.size(Path.of(path)) > MAX_BYTES) {
        return new Content(null, path + " is larger than 16 MiB", signature);
      }
      return new Content(Files.readAllBytes(Path.of(path)), "", signature);
    } catch (IOException e) {
      return new Content(
          null,
          "cannot read "
              + path
              + (e instanceof NoSuchFileException
                  ? ": there is no such file"
                  : ": " + e.getClass().getSimpleName()),
          signature);
    }
  }

  private Object signature(String named) {
    return signatureOf(system.file(named));
  }

  private static Object signatureOf(String path) {
    try {
      Path real = Path.of(path).toRealPath();
      BasicFileAttributes facts = Files.readAttributes(real, BasicFileAttributes.class);
      return new Signature(
          real, facts.fileKey(), facts.lastModifiedTime().toMillis(), facts.size());
    } catch (IOException e) {
      return e.getClass();
    }
  }
}
