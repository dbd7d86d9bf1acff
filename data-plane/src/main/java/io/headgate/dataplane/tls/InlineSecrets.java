package io.headgate.dataplane.tls;

import io.headgate.xds.model.tls.SecretRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Secrets of contexts that hold or name all of their own; reads files when it is asked, so it is no
 * use on a thread that must not wait. Thread: any.
 */
public final class InlineSecrets implements SecretLookup {
  public static final InlineSecrets INSTANCE = new InlineSecrets();

  private static final SecretParser PARSER = new SecretParser(InlineSecrets::read);

  private InlineSecrets() {}

  @Override
  public @Nullable SecretMaterial find(SecretRef ref) {
    return ref instanceof SecretRef.Own own ? PARSER.parse(own.value()) : null;
  }

  private static byte[] read(String path) {
    try {
      return Files.readAllBytes(Path.of(path));
    } catch (IOException _) {
      throw new IllegalArgumentException("cannot read " + path);
    }
  }
}
