package io.headgate.deploy.backend;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps one host of a service registered in etcd, through etcd's JSON gateway.
 *
 * <p>The key {@code <prefix>/hosts/<namespace>/<service>/<instance>} hangs on a lease that is
 * renewed every third of its life; if it was lost, a new one is granted and the key is written
 * again. {@link #close()} leaves cleanly: the host is first written as draining, so that no new
 * request goes there, then its key is deleted.
 *
 * <p><i>Thread:</i> any; renewal has a thread of its own.
 */
public final class EtcdRegistration implements AutoCloseable {

  /** Seconds. A host that dies is gone after this. */
  private static final int LEASE_SECONDS = 15;

  /** Time for the fleet to learn that the host drains before its key goes. */
  private static final Duration DRAIN = Duration.ofSeconds(1);

  private static final Pattern LEASE_ID = Pattern.compile("\"ID\":\"(-?\\d+)\"");
  private static final Pattern LEASE_TTL = Pattern.compile("\"TTL\":\"(\\d+)\"");

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final ScheduledExecutorService renewal =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("etcd-lease").unstarted(task));
  private final String etcd;
  private final String key;
  private final String address;
  private volatile String lease = "";

  /**
   * Registers a host; returns once it is in etcd.
   *
   * @param etcd a client URL, for example {@code http://127.0.0.1:2379}
   * @param key the host's key in etcd
   * @param address {@code ip:port} that the proxies connect to
   * @throws IOException if etcd can't be reached or refuses
   */
  public EtcdRegistration(String etcd, String key, String address)
      throws IOException, InterruptedException {
    this.etcd = etcd;
    this.key = key;
    this.address = address;
    register();
    long period = LEASE_SECONDS * 1000L / 3;
    var _ = renewal.scheduleWithFixedDelay(this::renew, period, period, TimeUnit.MILLISECONDS);
  }

  private void register() throws IOException, InterruptedException {
    String granted = call("/v3/lease/grant", "{\"TTL\":\"" + LEASE_SECONDS + "\"}");
    Matcher id = LEASE_ID.matcher(granted);
    if (!id.find()) {
      throw new IOException("etcd granted no lease: " + granted);
    }
    lease = id.group(1);
    put(false);
  }

  private void put(boolean draining) throws IOException, InterruptedException {
    String value =
        "{\"Op\":0,\"Addr\":\"" + address + "\",\"Metadata\":{\"draining\":" + draining + "}}";
    call(
        "/v3/kv/put",
        "{\"key\":\""
            + base64(key)
            + "\",\"value\":\""
            + base64(value)
            + "\",\"lease\":\""
            + lease
            + "\"}");
  }

  private void renew() {
    try {
      String renewed = call("/v3/lease/keepalive", "{\"ID\":\"" + lease + "\"}");
      Matcher ttl = LEASE_TTL.matcher(renewed);
      if (!ttl.find() || Long.parseLong(ttl.group(1)) == 0) {
        register(); // the lease is gone, and the key with it
      }
    } catch (IOException e) {
      System.err.println(
          "cannot renew the lease of " + key + ", will try again: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String call(String path, String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(etcd + path))
            .timeout(Duration.ofSeconds(3))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(path + " answered " + response.statusCode() + ": " + response.body());
    }
    return response.body();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Leaves: draining first, then the key, then the lease. */
  @Override
  public void close() {
    renewal.shutdownNow();
    try {
      put(true);
      TimeUnit.MILLISECONDS.sleep(DRAIN.toMillis());
      call("/v3/kv/deleterange", "{\"key\":\"" + base64(key) + "\"}");
      call("/v3/lease/revoke", "{\"ID\":\"" + lease + "\"}");
    } catch (IOException e) {
      System.err.println(
          "cannot deregister " + key + "; its lease ends by itself: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    http.close();
  }
}
