package io.headgate.controlplane.store;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One client of etcd in terms of the JDK: relative keys, text values, every call bounded by the
 * configured timeout.
 *
 * <p>It never repairs itself. Whoever finds that it hangs closes it and makes another, because the
 * library's own reconnecting would go on after a wiped etcd as if nothing had happened.
 *
 * <p>Thread: any that may block, never the library's own (the watch's sink runs there).
 */
public final class EtcdConnection implements AutoCloseable {
  private static final int PAGE = 1_000;
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private final EtcdConfig config;
  private final Client client;

  private EtcdConnection(EtcdConfig config, Client client) {
    this.config = config;
    this.client = client;
  }

  /**
   * Makes a client; connects with the first call.
   *
   * @throws StoreUnavailableException when the TLS files cannot be read
   */
  public static EtcdConnection open(EtcdConfig config) throws StoreUnavailableException {
    Duration timeout = config.requestTimeout();
    ClientBuilder builder =
        Client.builder()
            .endpoints(config.endpoints().toArray(URI[]::new))
            .connectTimeout(timeout)
            .keepaliveTime(Duration.ofSeconds(10))
            .keepaliveTimeout(timeout)
            .keepaliveWithoutCalls(true)
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .retryMaxDuration(timeout)
            .waitForReady(false);
    config
        .login()
        .ifPresent(login -> builder.user(bytes(login.user())).password(bytes(login.password())));
    if (config.tls().isPresent()) {
      EtcdConfig.Tls tls = config.tls().get();
      try {
        builder.sslContext(ssl -> {
          ssl.trustManager(tls.authority().toFile());
          if (tls.certificate().isPresent() && tls.key().isPresent()) {
            ssl.keyManager(tls.certificate().get().toFile(), tls.key().get().toFile());
          }
        });
      } catch (SSLException | IllegalArgumentException e) {
        throw new StoreUnavailableException("TLS files for etcd: " + e.getMessage(), e);
      }
      tls.serverName().ifPresent(builder::authority);
    }
    return new EtcdConnection(config, builder.build());
  }

  /** The newest value of a key. */
  public Optional<StoredValue> get(String key) throws StoreUnavailableException {
    return read(key).value();
  }

  /** The newest value of a key, and etcd's revision at that moment. */
  public Read read(String key) throws StoreUnavailableException {
    GetResponse response = await(client.getKVClient().get(absolute(key)));
    return new Read(
        response.getKvs().stream().findFirst().map(this::stored),
        response.getHeader().getRevision());
  }

  /** Whether any key begins with this. */
  public boolean any(String keyPrefix) throws StoreUnavailableException {
    GetOption option = GetOption.builder().isPrefix(true).withLimit(1).withKeysOnly(true).build();
    return !await(client.getKVClient().get(absolute(keyPrefix), option)).getKvs().isEmpty();
  }

  /** Everything under the prefixes at one revision, read in pages. */
  public Listing list(List<String> keyPrefixes) throws StoreUnavailableException {
    List<StoredValue> values = new ArrayList<>();
    long revision = 0;
    for (String keyPrefix : keyPrefixes) {
      ByteSequence end = endOf(keyPrefix);
      ByteSequence from = absolute(keyPrefix);
      boolean more = true;
      while (more) {
        GetOption option =
            GetOption.builder()
                .withRange(end)
                .withRevision(revision)
                .withLimit(PAGE)
                .withSortField(GetOption.SortTarget.KEY)
                .withSortOrder(GetOption.SortOrder.ASCEND)
                .build();
        GetResponse page = await(client.getKVClient().get(from, option));
        if (revision == 0) {
          revision = page.getHeader().getRevision();
        }
        for (KeyValue value : page.getKvs()) {
          values.add(stored(value));
        }
        more = page.isMore();
        if (more) {
          from = after(page.getKvs().getLast().getKey());
        }
      }
    }
    return new Listing(revision, values);
  }

  /**
   * Up to {@code limit} values under a prefix, greatest keys first.
   *
   * @param before relative key to stay below, or empty
   */
  public List<StoredValue> newest(String keyPrefix, Optional<String> before, int limit)
      throws StoreUnavailableException {
    GetOption option =
        GetOption.builder()
            .withRange(before.map(this::absolute).orElseGet(() -> endOf(keyPrefix)))
            .withLimit(limit)
            .withSortField(GetOption.SortTarget.KEY)
            .withSortOrder(GetOption.SortOrder.DESCEND)
            .build();
    return await(client.getKVClient().get(absolute(keyPrefix), option)).getKvs().stream()
        .map(this::stored)
        .toList();
  }

  /**
   * Applies all writes as one step if all conditions hold. Never repeats itself after a lost
   * answer.
   */
  public WriteResult commit(List<Condition> conditions, List<Write> writes) {
    Op[] otherwise =
        conditions.isEmpty()
            ? new Op[0]
            : new Op[] {Op.get(absolute(conditions.getFirst().key()), GetOption.DEFAULT)};
    try {
      TxnResponse response =
          await(
              client
                  .getKVClient()
                  .txn()
                  .If(conditions.stream().map(this::cmp).toArray(Cmp[]::new))
                  .Then(writes.stream().map(this::op).toArray(Op[]::new))
                  .Else(otherwise)
                  .commit());
      if (response.isSucceeded()) {
        return new WriteResult.Written(response.getHeader().getRevision());
      }
      long current =
          response.getGetResponses().stream()
              .flatMap(get -> get.getKvs().stream())
              .mapToLong(KeyValue::getModRevision)
              .findFirst()
              .orElse(0);
      return new WriteResult.Conflict(current);
    } catch (StoreUnavailableException e) {
      return new WriteResult.Unavailable(String.valueOf(e.getMessage()));
    }
  }

  /** Writes one key without waiting; the future fails when etcd does not answer in time. */
  CompletableFuture<Long> put(String key, String value, long lease) {
    return client
        .getKVClient()
        .put(absolute(key), bytes(value), PutOption.builder().withLeaseId(lease).build())
        .orTimeout(config.requestTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(response -> response.getHeader().getRevision());
  }

  /** Grants a lease and returns its id. */
  public long grant(Duration timeToLive) throws StoreUnavailableException {
    return await(client.getLeaseClient().grant(Math.max(1, timeToLive.toSeconds()))).getID();
  }

  /** Renews a lease once; {@code false} when it is gone. */
  public boolean renew(long lease) throws StoreUnavailableException {
    try {
      // One call for each renewal: the library's own keep-alive can complete without a word.
      return await(client.getLeaseClient().keepAliveOnce(lease)).getTTL() > 0;
    } catch (StoreUnavailableException e) {
      if (e.getCause() instanceof EtcdException etcd
          && etcd.getErrorCode() == ErrorCode.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  /** Whether a lease still lives. */
  public boolean isAlive(long lease) throws StoreUnavailableException {
    return await(client.getLeaseClient().timeToLive(lease, LeaseOption.DEFAULT)).getTTL() > 0;
  }

  /** Ends a lease and deletes its keys. */
  public void revoke(long lease) throws StoreUnavailableException {
    await(client.getLeaseClient().revoke(lease));
  }

  /** Drops etcd's memory of everything before a revision. */
  public void compact(long revision) throws StoreUnavailableException {
    await(client.getKVClient().compact(revision));
  }

  /**
   * Watches all keys from a revision on, until the first error.
   *
   * @param sink called on the library's thread; must not block
   */
  public AutoCloseable watch(long fromRevision, WatchSink sink) {
    WatchOption option =
        WatchOption.builder()
            .withRange(endOf(""))
            .withRevision(fromRevision)
            .withProgressNotify(true)
            .withRequireLeader(true)
            .build();
    Watch.Watcher watcher =
        client
            .getWatchClient()
            .watch(
                absolute(""),
                option,
                Watch.listener(
                    response -> {
                      List<Change> changes =
                          response.getEvents().stream()
                              .map(
                                  event -> change(event.getEventType().name(), event.getKeyValue()))
                              .toList();
                      sink.next(response.getHeader().getRevision(), changes);
                    },
                    error ->
                        sink.ended(
                            error instanceof CompactedException,
                            String.valueOf(error.getMessage())),
                    () -> sink.ended(false, "the watch completed")));
    return watcher;
  }

  @Override
  public void close() {
    client.close();
  }

  /** Where the events of a watch go. */
  public interface WatchSink {
    /** Changes in order; none for a progress notification. */
    void next(long revision, List<Change> changes);

    /** No more will come. May be called more than once. */
    void ended(boolean compacted, String reason);
  }

  /** A value with the revision at which it was read. */
  public record Read(Optional<StoredValue> value, long revision) {}

  private Change change(String type, KeyValue value) {
    return type.equals("DELETE")
        ? new Change.Delete(relative(value.getKey()), value.getModRevision())
        : new Change.Put(stored(value));
  }

  private Cmp cmp(Condition condition) {
    ByteSequence key = absolute(condition.key());
    return switch (condition) {
      case Condition.Unchanged(String _, long revision) ->
          new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(revision));
      case Condition.CreatedBy(String _, long revision) ->
          new Cmp(key, Cmp.Op.EQUAL, CmpTarget.createRevision(revision));
      case Condition.Present _ -> new Cmp(key, Cmp.Op.GREATER, CmpTarget.createRevision(0));
    };
  }

  private Op op(Write write) {
    return switch (write) {
      case Write.Put(String key, String value, long lease) ->
          Op.put(absolute(key), bytes(value), PutOption.builder().withLeaseId(lease).build());
      case Write.Delete(String key) -> Op.delete(absolute(key), DeleteOption.DEFAULT);
    };
  }

  private StoredValue stored(KeyValue value) {
    return new StoredValue(
        relative(value.getKey()),
        text(value.getValue().getBytes()),
        value.getCreateRevision(),
        value.getModRevision(),
        value.getLease());
  }

  /**
   * Bytes that are no UTF-8 get U+FFFD in front, so that they never pass for the JSON that they
   * nearly are.
   */
  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return "\uFFFD" + new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private String relative(ByteSequence key) {
    return key.toString(StandardCharsets.UTF_8).substring(config.prefix().length() + 1);
  }

  private ByteSequence absolute(String key) {
    return bytes(config.prefix() + "/" + key);
  }

  /** The first key after all that begin with the prefix. Our prefixes end in an ASCII character. */
  private ByteSequence endOf(String keyPrefix) {
    String whole = config.prefix() + "/" + keyPrefix;
    char last = whole.charAt(whole.length() - 1);
    return bytes(whole.substring(0, whole.length() - 1) + (char) (last + 1));
  }

  private static ByteSequence after(ByteSequence key) {
    return key.concat(ByteSequence.from(new byte[] {0}));
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  private <T> T await(CompletableFuture<T> future) throws StoreUnavailableException {
    try {
      return future.get(config.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      future.cancel(true);
      throw new StoreUnavailableException(
          "etcd did not answer within " + config.requestTimeout().toMillis() + " ms", e);
    } catch (ExecutionException | CompletionException e) {
      Throwable cause = rootOf(e);
      throw new StoreUnavailableException("etcd: " + cause.getMessage(), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("interrupted", e);
    }
  }

  private static Throwable rootOf(Throwable error) {
    Throwable current = error;
    @Nullable Throwable cause = current.getCause();
    while ((current instanceof ExecutionException || current instanceof CompletionException)
        && cause != null) {
      current = cause;
      cause = current.getCause();
    }
    return current;
  }
}
