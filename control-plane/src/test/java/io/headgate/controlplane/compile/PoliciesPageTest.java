package io.headgate.controlplane.compile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.snapshot.DecoderCheck;
import io.headgate.fleet.Checked;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.codec.FleetReader;
import io.headgate.fleet.codec.ManifestDocument;
import io.headgate.proto.config.v1.BackendTLSPolicySpec;
import io.headgate.proto.config.v1.BackendTrafficPolicySpec;
import io.headgate.proto.config.v1.ClientTrafficPolicySpec;
import io.headgate.proto.config.v1.Options;
import io.headgate.proto.config.v1.SecurityPolicySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page {@code docs/policies.md}: its examples work, and it names every field. */
class PoliciesPageTest {
  private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```yaml\\n(.*?)^```");
  private static final Pattern NAMED = Pattern.compile("(?m)^\\| `([A-Za-z0-9.\\[\\]]+)` \\|");

  /** Lists whose items have no fields that a row of their own would explain. */
  private static final Set<String> WHOLE =
      Set.of(
          "HTTPValueMatch",
          "HTTPHeader",
          "RouteReference",
          "PolicyTargetReference",
          "SecretObjectReference",
          "LocalObjectReference",
          "TlsNameMatch",
          "BackendAltName");

  private static String page() throws IOException {
    Path dir = Path.of("").toAbsolutePath();
    while (!Files.exists(dir.resolve("docs/policies.md"))) {
      dir = Objects.requireNonNull(dir.getParent(), "no docs/policies.md above the test");
    }
    return Files.readString(dir.resolve("docs/policies.md"));
  }

  private static List<FleetObject> read(String example) {
    List<FleetObject> objects = new ArrayList<>();
    for (ManifestDocument document : FleetReader.manifests(example)) {
      Checked<FleetObject> object = document.object();
      assertThat(object.violations()).as(example).isEmpty();
      objects.add(object.orThrow());
    }
    return objects;
  }

  @Test
  void eachExampleIsAcceptedCompiledAndTakenByTheDecoder() throws IOException {
    List<String> examples = EXAMPLE.matcher(page()).results().map(m -> m.group(1)).toList();
    assertThat(examples).hasSizeGreaterThan(6);
    List<FleetObject> base = read(examples.getFirst());
    for (String example : examples.subList(1, examples.size())) {
      List<FleetObject> objects = read(example);
      TestFleet fleet = new TestFleet();
      fleet.put(base.toArray(FleetObject[]::new));
      fleet.put(objects.toArray(FleetObject[]::new));
      CompiledFleet compiled = new FleetCompiler(DecoderCheck.INSTANCE).compile(fleet.image());
      assertThat(compiled.allProblems()).as(example).isEmpty();
      for (FleetObject object : objects) {
        assertThat(compiled.conditions(object.key())).as(example).allMatch(Condition::holds);
      }
      assertThat(new SemanticCheck(DecoderCheck.INSTANCE).check(objects, compiled)).isEmpty();
    }
  }

  @Test
  void eachFieldHasARow() throws IOException {
    Set<String> named = new TreeSet<>();
    NAMED.matcher(page()).results().map((MatchResult m) -> m.group(1)).forEach(named::add);
    Set<String> fields = new TreeSet<>();
    collect(ClientTrafficPolicySpec.getDescriptor(), "", Set.of(), fields);
    collect(BackendTrafficPolicySpec.getDescriptor(), "", Set.of("http2"), fields);
    collect(SecurityPolicySpec.getDescriptor(), "", Set.of(), fields);
    collect(BackendTLSPolicySpec.getDescriptor(), "", Set.of(), fields);
    fields.remove("profile"); // has a chapter
    assertThat(named).containsAll(fields);
  }

  /**
   * Paths of the fields that do something.
   *
   * @param whole paths of messages that one row explains
   */
  private static void collect(Descriptor type, String at, Set<String> whole, Set<String> to) {
    for (FieldDescriptor field : type.getFields()) {
      boolean refused = !field.getOptions().getExtension(Options.notImplemented).isEmpty();
      if (refused || field.getName().equals("target_refs")) {
        continue;
      }
      String path = at + field.getJsonName();
      boolean message =
          field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isMapField();
      if (!message
          || WHOLE.contains(field.getMessageType().getName())
          || field.getMessageType().getFields().isEmpty()
          || whole.contains(path)) {
        to.add(path);
      } else {
        collect(field.getMessageType(), path + (field.isRepeated() ? "[]." : "."), whole, to);
      }
    }
  }
}
