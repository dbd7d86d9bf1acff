package io.headgate.dataplane.xds.lastknowngood;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last-known-good files: the newest and the one before it, in one directory.
 *
 * <p>A save writes a temporary file, forces it to the disk, moves the newest to the previous, and
 * renames; a crash at any point leaves at least one good file. A newest that is corrupt never
 * replaces a good previous.
 *
 * <p>With a key, what is written is encrypted. A file in clear from the time before is still read;
 * it does not outlive the next save. An encrypted file without its key is as good as corrupt.
 *
 * <p>Thread: one at a time; blocks on the disk.
 */
public final class LastKnownGoodFiles {
  private static final Logger log = LoggerFactory.getLogger(LastKnownGoodFiles.class);

  static final String NEWEST = "last-known-good";
  static final String PREVIOUS = "last-known-good.previous";
  private static final String TEMPORARY = "last-known-good.writing";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path directory;
  private final @Nullable DiskKey key;

  public LastKnownGoodFiles(LastKnownGoodPlace place) {
    this.directory = place.directory();
    this.key = place.key();
  }

  /**
   * What was found.
   *
   * @param file name of the file that was read; empty when neither is good
   * @param problem what is wrong with the newest, or with both; empty when nothing is
   */
  public record Found(Optional<SavedConfig> config, String file, String problem) {}

  /** Reads the newest, or else the previous. Never throws. */
  public Found load() {
    Copy newest = read(NEWEST);
    if (newest.config().isPresent()) {
      return new Found(newest.config(), NEWEST, "");
    }
    Copy previous = read(PREVIOUS);
    if (previous.config().isPresent()) {
      return new Found(previous.config(), PREVIOUS, NEWEST + ": " + newest.problem());
    }
    if (newest.absent() && previous.absent()) {
      return new Found(Optional.empty(), "", "");
    }
    return new Found(
        Optional.empty(),
        "",
        NEWEST + ": " + newest.problem() + "; " + PREVIOUS + ": " + previous.problem());
  }

  /** Makes this the newest. */
  public void save(SavedConfig config) throws IOException {
    Files.createDirectories(directory);
    Path temporary = directory.resolve(TEMPORARY);
    Path newest = directory.resolve(NEWEST);
    Files.deleteIfExists(temporary);
    byte[] plain = SavedConfigFormat.write(config);
    write(temporary, key == null ? plain : key.encrypt(plain));
    Copy replaced = read(NEWEST);
    if (replaced.config().isPresent() && !inClear(replaced)) {
      replace(newest, directory.resolve(PREVIOUS));
    }
    replace(temporary, newest);
    if (inClear(read(PREVIOUS))) {
      Files.delete(directory.resolve(PREVIOUS));
    }
    try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }

  /** Deletes the files and their directory; says so in the log when that fails. */
  public void delete() {
    try {
      for (String file : List.of(TEMPORARY, NEWEST, PREVIOUS)) {
        Files.deleteIfExists(directory.resolve(file));
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      log.atWarn()
          .addKeyValue("directory", directory)
          .addKeyValue("reason", e.toString())
          .log("last-known-good files that nothing needs can not be deleted");
    }
  }

  /** Whether a file holds in clear what should be encrypted. */
  private boolean inClear(Copy copy) {
    return key != null && !copy.absent() && !copy.encrypted();
  }

  private static void replace(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(file, options, mode())) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private static FileAttribute<?>[] mode() {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }

  private record Copy(
      Optional<SavedConfig> config, boolean absent, boolean encrypted, String problem) {}

  private Copy read(String name) {
    boolean encrypted = false;
    try {
      byte[] bytes = Files.readAllBytes(directory.resolve(name));
      encrypted = DiskKey.encrypted(bytes);
      return new Copy(Optional.of(SavedConfigFormat.read(opened(bytes))), false, encrypted, "");
    } catch (NoSuchFileException e) {
      return new Copy(Optional.empty(), true, false, "there is none");
    } catch (IOException | SavedConfigFormat.CorruptException e) {
      return new Copy(Optional.empty(), false, encrypted, String.valueOf(e.getMessage()));
    }
  }

  private byte[] opened(byte[] file) throws SavedConfigFormat.CorruptException {
    if (!DiskKey.encrypted(file)) {
      return file;
    }
    if (key == null) {
      throw new SavedConfigFormat.CorruptException("it is encrypted, and no key is given");
    }
    return key.decrypt(file);
  }
}
