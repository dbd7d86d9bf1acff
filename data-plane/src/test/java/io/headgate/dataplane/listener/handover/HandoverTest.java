package io.headgate.dataplane.listener.handover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both ends over a real Unix socket; each end has a loop of its own. */
class HandoverTest {
  @TempDir Path directory;
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
  private final EventLoop old = group.next();
  private final EventLoop next = group.next();
  private final House house = new House();
  private Path path = Path.of("");
  private @Nullable HandoverGiver giver;

  /** What the old process has, and what it is told. */
  private static final class House implements HandoverGiver.Estate {
    final List<Lot> lots = new CopyOnWriteArrayList<>();
    final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
    final CompletableFuture<Void> left = new CompletableFuture<>();

    @Override
    public List<Lot> lots() {
      return lots;
    }

    @Override
    public void failed(String reason) {
      failures.add(reason);
    }

    @Override
    public CompletableFuture<Void> leave() {
      lots.forEach(lot -> lot.channel().close().awaitUninterruptibly(0));
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void left() {
      left.complete(null);
    }
  }

  @BeforeEach
  void listen() throws Exception {
    path = directory.resolve("handover");
    giver = HandoverGiver.listen(old, path, house);
  }

  @AfterEach
  void end() {
    giver().close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private HandoverGiver giver() {
    return Objects.requireNonNull(giver);
  }

  private Lot open() throws InterruptedException {
    Channel channel =
        new ServerBootstrap()
            .group(old)
            .channel(EpollServerSocketChannel.class)
            .childHandler(greeting("old"))
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
    Lot lot = new Lot((InetSocketAddress) channel.localAddress(), channel);
    house.lots.add(lot);
    return lot;
  }

  private static ChannelInboundHandlerAdapter greeting(String word) {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public boolean isSharable() {
        return true;
      }

      @Override
      public void channelActive(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(ByteBufUtil.writeUtf8(ctx.alloc(), word)).addListener(_ -> ctx.close());
      }
    };
  }

  private static String greetedBy(SocketAddress address) throws IOException {
    try (Socket client = new Socket()) {
      client.connect(address);
      return new String(client.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private HandoverTaker take() throws Exception {
    return HandoverTaker.take(next, path).orElseThrow();
  }

  @Test
  void socketsWithTheirAddressesGoOverAndLoseNoConnection() throws Exception {
    List<Lot> lots = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      lots.add(open());
    }
    HandoverTaker taker = take();
    assertThat(taker.inheritance().unclaimed()).isEqualTo(20);
    // Before the new one is ready the old one serves.
    assertThat(greetedBy(lots.getLast().address())).isEqualTo("old");
    List<Channel> taken = new ArrayList<>();
    for (Lot lot : lots) {
      FileDescriptor descriptor = Objects.requireNonNull(taker.inheritance().claim(lot.address()));
      taken.add(
          new ServerBootstrap()
              .group(next)
              .channelFactory(() -> new EpollServerSocketChannel(descriptor.intValue()))
              .childHandler(greeting("new"))
              .register()
              .sync()
              .channel());
    }
    taker.ready();
    assertThat(taker.ended().get(5, TimeUnit.SECONDS)).isEqualTo(HandoverTaker.Ending.LEFT);
    house.left.get(5, TimeUnit.SECONDS);
    for (Lot lot : lots) {
      assertThat(greetedBy(lot.address())).isEqualTo("new");
    }
    assertThat(house.failures).isEmpty();
    taken.forEach(Channel::close);
  }

  @Test
  void aProcessWithoutSocketsIsSucceededToo() throws Exception {
    HandoverTaker taker = take();
    taker.ready();
    assertThat(taker.ended().get(5, TimeUnit.SECONDS)).isEqualTo(HandoverTaker.Ending.LEFT);
  }

  @Test
  void whoDiesBeforeItIsReadyChangesNothing() throws Exception {
    Lot lot = open();
    take().close();
    assertThat(house.failures.poll(5, TimeUnit.SECONDS)).contains("hung up");
    assertThat(greetedBy(lot.address())).isEqualTo("old");
    // The seat is free again.
    try (HandoverTaker second = take()) {
      assertThat(second.inheritance().unclaimed()).isEqualTo(1);
    }
  }

  @Test
  void aThirdProcessIsRefusedWhileTheSecondTakesOver() throws Exception {
    open();
    try (HandoverTaker second = take()) {
      assertThatThrownBy(this::take)
          .isInstanceOf(HandoverException.class)
          .hasMessageContaining("another process is taking over");
      assertThat(second.ended()).isNotDone();
      second.ready();
      assertThat(second.ended().get(5, TimeUnit.SECONDS)).isEqualTo(HandoverTaker.Ending.LEFT);
    }
  }

  @Test
  void aListenerThatHasJustGoneEndsTheHandover() throws Exception {
    open().channel().close().sync();
    assertThatThrownBy(this::take)
        .isInstanceOf(HandoverException.class)
        .hasMessageContaining("its log says why");
    assertThat(house.failures.poll(5, TimeUnit.SECONDS)).contains("has just gone");
  }

  @Test
  void moreSocketsThanFitAreRefused() throws Exception {
    Lot one = open();
    for (int i = 0; i < Messages.MAX_SOCKETS; i++) {
      house.lots.add(one);
    }
    assertThatThrownBy(this::take)
        .isInstanceOf(HandoverException.class)
        .hasMessageContaining("129 sockets are more than 128");
  }

  @Test
  void asManySocketsAsAreAllowedFit() throws Exception {
    for (int i = 0; i < Messages.MAX_SOCKETS; i++) {
      open();
    }
    try (HandoverTaker taker = take()) {
      assertThat(taker.inheritance().unclaimed()).isEqualTo(Messages.MAX_SOCKETS);
    }
  }

  @Test
  void theSocketIsForItsOwnUserOnly() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
  }

  @Test
  void aFileThatNobodyListensAtIsNobody() throws Exception {
    giver().leave();
    await().until(() -> HandoverTaker.take(next, path), Optional::isEmpty);
    assertThat(path).exists();
    giver = HandoverGiver.listen(old, path, house);
    take().close();
    giver().close();
    assertThat(path).doesNotExist();
    assertThat(HandoverTaker.take(next, path)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "474554202f20485454502f312e310d0a, this is not the handover protocol",
    "484702010000, the peer speaks version 2",
    "48470107ffff, is too long",
    "484701090000, there is no message of kind 9",
    "48470101000161, a message of kind 1 has no text",
    "48470102000161, no address: a",
    "484701030000, an unexpected message: Take",
    "484701040000, an unexpected message: Ready"
  })
  void badInputIsRefusedWithItsReason(String hex, String reason) throws Exception {
    Lot lot = open();
    try (SocketChannel raw = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      raw.connect(UnixDomainSocketAddress.of(path));
      raw.write(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
      ByteBuffer answer = ByteBuffer.allocate(2000);
      while (raw.read(answer) >= 0) {
        // To its end.
      }
      assertThat(new String(answer.array(), 0, answer.position(), UTF_8)).contains(reason);
    }
    assertThat(house.failures.poll(5, TimeUnit.SECONDS)).contains(reason);
    assertThat(greetedBy(lot.address())).isEqualTo("old");
    take().close();
  }
}
