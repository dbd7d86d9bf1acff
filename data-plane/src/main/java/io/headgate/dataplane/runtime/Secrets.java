package io.headgate.dataplane.runtime;

import io.headgate.dataplane.tls.CertificateFacts;
import io.headgate.dataplane.tls.SecretLookup;
import io.headgate.dataplane.tls.SecretMaterial;
import io.headgate.dataplane.tls.SecretParser;
import io.headgate.dataplane.tls.SystemAuthorities;
import io.headgate.dataplane.tls.WatchedFiles;
import io.headgate.xds.model.Secret;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.tls.DataSource;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.SecretService;
import io.headgate.xds.model.tls.SecretValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets that TLS contexts ask for: those inside contexts, of the bootstrap, from files, from
 * the control plane, and from services of their own.
 *
 * <p>A secret that can not be used is refused, or, when a file is the reason, told of and left out;
 * the last good value stays in force in both cases.
 *
 * <p>Thread: the config thread.
 */
public final class Secrets implements SecretLookup {
  private static final Logger log = LoggerFactory.getLogger(Secrets.class);

  private final WatchedFiles files;
  private final Function<byte[], List<Secret>> secretFile;
  private final SecretParser parser = new SecretParser(this::bytes);
  private final Map<SecretRef, Entry> entries = new HashMap<>();
  private final Map<String, Secret> fixed = new TreeMap<>();
  private final DiscoveredSecrets ofControlPlane = new DiscoveredSecrets(this::ask);
  private final Map<SecretService, DiscoveredSecrets> ofServices = new HashMap<>();
  private UnaryOperator<String> serviceProblem = cluster -> "there is no bootstrap";
  private @Nullable Subscriptions subscriptions;
  private Runnable onChange = () -> {};

  /** A secret that something asked for. */
  private static final class Entry {
    @Nullable SecretMaterial material;

    /** What the material, or the problem, was made of. */
    List<Object> madeOf = List.of();

    String problem = "";
  }

  /**
   * Makes an empty set.
   *
   * @param secretFile reads a file of secrets; throws an {@link IllegalArgumentException} when it
   *     is none
   */
  public Secrets(WatchedFiles files, Function<byte[], List<Secret>> secretFile) {
    this.files = files;
    this.secretFile = secretFile;
  }

  /** Secrets of contexts that hold all of their own; files are read when they are asked for. */
  public Secrets() {
    this(
        new WatchedFiles(Runnable::run, Runnable::run, SystemAuthorities.at(null)),
        bytes -> {
          throw new IllegalArgumentException("no file of secrets is read here");
        });
  }

  /**
   * Joins the runtime; to be called once.
   *
   * @param changed told when a secret came or changed
   */
  void join(Subscriptions subscribe, Runnable changed) {
    subscriptions = subscribe;
    onChange = changed;
    files.onChange(this::refresh);
  }

  /** Adds the secrets of the bootstrap, which no update replaces, and knows its clusters. */
  void use(Bootstrap bootstrap) {
    for (Secret secret : bootstrap.secrets()) {
      fixed.put(secret.name(), secret);
    }
    serviceProblem = bootstrap::secretServiceProblem;
  }

  private void ask(Map<String, Duration> names) {
    if (subscriptions != null) {
      subscriptions.secrets(names);
    }
  }

  private void ask(SecretService service, Map<String, Duration> names) {
    if (subscriptions != null) {
      subscriptions.secrets(service, names);
    }
  }

  /**
   * Reads the files of these secrets at once.
   *
   * @throws IllegalArgumentException when one that needs no server can not be used, or its server
   *     can not be
   */
  void loadNow(Collection<SecretRef> refs) {
    for (SecretRef ref : refs) {
      if (ref instanceof SecretRef.InFile(_, String path)) {
        files.readNow(Set.of(path));
      }
      files.readNow(paths(ref));
      Entry entry = evaluated(ref);
      if (entry.material == null && (sent(ref) == null || !entry.problem.isEmpty())) {
        throw new IllegalArgumentException(entry.problem);
      }
    }
  }

  /** Says what all contexts need; everything else is forgotten. */
  void want(Set<SecretRef> refs) {
    entries.keySet().retainAll(refs);
    Map<String, Duration> names = new TreeMap<>();
    Map<SecretService, Map<String, Duration>> services = new HashMap<>();
    for (SecretRef ref : refs) {
      if (ref instanceof SecretRef.Discovered(String name, Duration timeout)) {
        names.put(name, timeout);
      } else if (ref
          instanceof SecretRef.FromService(String name, SecretService service, Duration timeout)) {
        services.computeIfAbsent(service, s -> new TreeMap<>()).put(name, timeout);
      }
    }
    ofControlPlane.want(names);
    for (SecretService service : List.copyOf(ofServices.keySet())) {
      if (!services.containsKey(service)) {
        of(service).want(Map.of());
        ofServices.remove(service);
      }
    }
    services.forEach((service, wanted) -> of(service).want(wanted));
    refs.forEach(this::evaluated);
    watch();
  }

  /** A secret that a server sends. */
  private record Sent(DiscoveredSecrets by, String name) {
    @Nullable SecretValue newest() {
      Versioned<Secret> secret = by.get(name);
      return secret == null ? null : secret.value().value();
    }
  }

  /** Where a secret is received; null for one that no server sends. */
  private @Nullable Sent sent(SecretRef ref) {
    return switch (ref) {
      case SecretRef.Discovered(String name, _) -> new Sent(ofControlPlane, name);
      case SecretRef.FromService(String name, SecretService service, _) ->
          new Sent(of(service), name);
      case SecretRef.Own _, SecretRef.Fixed _, SecretRef.InFile _ -> null;
    };
  }

  private DiscoveredSecrets of(SecretService service) {
    return ofServices.computeIfAbsent(service, s -> new DiscoveredSecrets(names -> ask(s, names)));
  }

  private void watch() {
    Set<String> paths = new HashSet<>();
    for (SecretRef ref : entries.keySet()) {
      if (ref instanceof SecretRef.InFile(_, String path)) {
        paths.add(path);
      }
      paths.addAll(paths(ref));
    }
    files.watch(paths);
  }

  /** Applies an update of the control plane; returns name to reason of what is refused. */
  Map<String, String> apply(List<Versioned<Secret>> changed) {
    return apply(ofControlPlane, changed);
  }

  /** Applies an update of a service. */
  Map<String, String> apply(SecretService service, List<Versioned<Secret>> changed) {
    return apply(of(service), changed);
  }

  private Map<String, String> apply(DiscoveredSecrets into, List<Versioned<Secret>> changed) {
    Map<String, String> refused = new LinkedHashMap<>();
    for (Versioned<Secret> next : changed) {
      try {
        if (next.value().value().sources().stream().allMatch(s -> s instanceof DataSource.Inline)) {
          var _ = parser.parse(next.value().value());
        }
        into.put(next);
      } catch (IllegalArgumentException e) {
        refused.put(next.name(), String.valueOf(e.getMessage()));
      }
    }
    refresh();
    return refused;
  }

  /** The wait for a secret is over: contexts that miss it refuse connections until it comes. */
  void settled(String name) {
    ofControlPlane.settle(name);
    onChange.run();
  }

  /** The same for a secret of a service. */
  void settled(SecretService service, String name) {
    of(service).settle(name);
    onChange.run();
  }

  private void refresh() {
    for (SecretRef ref : new ArrayList<>(entries.keySet())) {
      evaluated(ref);
    }
    watch();
    onChange.run();
  }

  @Override
  public @Nullable SecretMaterial find(SecretRef ref) {
    Entry entry = evaluated(ref);
    boolean unknown =
        (ref instanceof SecretRef.Fixed(String name) && !fixed.containsKey(name))
            || (ref instanceof SecretRef.FromService(_, SecretService service, _)
                && !serviceProblem.apply(service.cluster()).isEmpty());
    if (entry.material == null
        && !entry.problem.isEmpty()
        && (unknown || (ref instanceof SecretRef.Own && paths(ref).isEmpty()))) {
      throw new IllegalArgumentException(entry.problem);
    }
    return entry.material;
  }

  /** What keeps a context from being used; empty when the secret is there or waited for no more. */
  String missing(SecretRef ref) {
    Entry entry = evaluated(ref);
    Sent sent = sent(ref);
    if (entry.material != null || (sent != null && sent.by.isSettled(sent.name))) {
      return "";
    }
    return entry.problem.isEmpty() ? "secret " + describe(ref) : entry.problem;
  }

  private static String describe(SecretRef ref) {
    return switch (ref) {
      case SecretRef.Own _ -> "in files";
      case SecretRef.Fixed(String name) -> "\"" + name + "\"";
      case SecretRef.Discovered(String name, _) -> "\"" + name + "\"";
      case SecretRef.FromService(String name, SecretService service, _) ->
          "\"" + name + "\" of cluster " + service.cluster();
      case SecretRef.InFile(String name, String path) -> "\"" + name + "\" of " + path;
    };
  }

  private Entry evaluated(SecretRef ref) {
    Entry entry = entries.computeIfAbsent(ref, key -> new Entry());
    SecretValue value;
    List<Object> madeOf = new ArrayList<>();
    try {
      value = value(ref, madeOf);
    } catch (IllegalArgumentException e) {
      fail(entry, ref, madeOf, String.valueOf(e.getMessage()));
      return entry;
    }
    if (value == null) {
      return entry;
    }
    madeOf.add(value);
    for (String path : paths(value)) {
      WatchedFiles.Content content = files.content(path);
      if (content == null) {
        return entry; // it is being read
      }
      madeOf.add(content.signature());
    }
    if (madeOf.equals(entry.madeOf)) {
      return entry;
    }
    try {
      entry.material = parser.parse(value);
      entry.madeOf = madeOf;
      entry.problem = "";
    } catch (IllegalArgumentException e) {
      fail(entry, ref, madeOf, String.valueOf(e.getMessage()));
    }
    return entry;
  }

  private static void fail(Entry entry, SecretRef ref, List<Object> madeOf, String problem) {
    if (!entry.problem.equals(problem)) {
      log.atWarn()
          .addKeyValue("secret", describe(ref))
          .addKeyValue("reason", problem)
          .addKeyValue("last_good", entry.material == null ? "none" : "stays in force")
          .log("a secret can not be used");
    }
    entry.problem = problem;
    entry.madeOf = madeOf;
  }

  /** The value that a reference stands for now; null before it came. */
  private @Nullable SecretValue value(SecretRef ref, List<Object> madeOf) {
    return switch (ref) {
      case SecretRef.Own(SecretValue own) -> own;
      case SecretRef.Fixed(String name) -> {
        Secret secret = fixed.get(name);
        if (secret == null) {
          throw new IllegalArgumentException(
              "there is no secret \""
                  + name
                  + "\" among the static resources; add it, or set sds_config");
        }
        yield secret.value();
      }
      case SecretRef.Discovered(String name, _) -> new Sent(ofControlPlane, name).newest();
      case SecretRef.FromService(String name, SecretService service, _) -> {
        String problem = serviceProblem.apply(service.cluster());
        if (!problem.isEmpty()) {
          throw new IllegalArgumentException("secret \"" + name + "\": " + problem);
        }
        yield new Sent(of(service), name).newest();
      }
      case SecretRef.InFile(String name, String path) -> {
        WatchedFiles.Content content = files.content(path);
        if (content == null) {
          yield null;
        }
        madeOf.add(content.signature());
        yield secretFile.apply(bytes(path)).stream()
            .filter(secret -> secret.name().equals(name))
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException(path + " holds no secret \"" + name + "\""))
            .value();
      }
    };
  }

  private Set<String> paths(SecretRef ref) {
    try {
      SecretValue value = value(ref, new ArrayList<>());
      return value == null ? Set.of() : paths(value);
    } catch (IllegalArgumentException _) {
      return Set.of();
    }
  }

  private static Set<String> paths(SecretValue value) {
    Set<String> paths = new HashSet<>();
    for (DataSource source : value.sources()) {
      if (source instanceof DataSource.File(String path)) {
        paths.add(path);
      }
    }
    return paths;
  }

  private byte[] bytes(String path) {
    WatchedFiles.Content content = files.content(path);
    if (content == null || content.bytes() == null) {
      throw new IllegalArgumentException(
          content == null ? "cannot read " + path : content.problem());
    }
    return content.bytes();
  }

  /** The certificates that contexts are made of, for the admin interface. */
  public List<CertificateFacts> certificates() {
    List<CertificateFacts> all = new ArrayList<>();
    for (Map.Entry<SecretRef, Entry> each : entries.entrySet()) {
      switch (each.getValue().material) {
        case SecretMaterial.Certificate own -> all.add(CertificateFacts.own(each.getKey(), own));
        case SecretMaterial.Validation rules when !rules.authorities().isEmpty() ->
            all.add(CertificateFacts.authorities(each.getKey(), rules));
        case SecretMaterial.Validation _, SecretMaterial.Tickets _ -> {}
        case null -> {}
      }
    }
    return all;
  }

  /** What was received, for the admin interface. */
  void held(List<HeldResource> into) {
    fixed.forEach((name, secret) ->
        into.add(HeldResource.of(HeldResource.Stage.FIXED, new Versioned<>(name, "", secret))));
    ofControlPlane
        .all()
        .forEach(secret -> into.add(HeldResource.of(HeldResource.Stage.SERVING, secret)));
    for (DiscoveredSecrets secrets : ofServices.values()) {
      secrets
          .all()
          .forEach(secret -> into.add(HeldResource.of(HeldResource.Stage.SERVING, secret)));
    }
  }

  /** What serves of the control plane's, and what is not usable and why. */
  List<ServingState> states() {
    List<ServingState> states = new ArrayList<>();
    entries.forEach((ref, entry) -> {
      if (ref instanceof SecretRef.Discovered(String name, _)) {
        Versioned<Secret> secret = ofControlPlane.get(name);
        String version = secret == null ? "" : secret.version();
        states.add(
            entry.problem.isEmpty()
                ? ServingState.serving(name, version)
                : new ServingState(name, "", version, entry.problem));
      }
    });
    return states;
  }
}
