package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TransportTest {
    @Test
    void hasHungUp_clientClosesAndNobodyReads_isTrue() throws Exception {
        assumeTrue(Epoll.isAvailable(), "skipped: no native epoll on this system");
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, Transport.EPOLL.ioHandlers());
        try {
            Promise<Channel> accepted = group.next().newPromise();
            Channel listener =
                    new ServerBootstrap()
                            .group(group)
                            .channelFactory(() -> Transport.EPOLL.listener(true))
                            .handler(
                                    new ChannelInboundHandlerAdapter() {
                                        @Override
                                        public void channelRead(
                                                ChannelHandlerContext ctx, Object child) {
                                            accepted.setSuccess((Channel) child);
                                            ctx.fireChannelRead(child);
                                        }
                                    })
                            .childOption(ChannelOption.AUTO_READ, false)
                            .childHandler(new ChannelHandlerAdapter() {})
                            .bind(InetAddress.getLoopbackAddress(), 0)
                            .sync()
                            .channel();
            int port = ((InetSocketAddress) listener.localAddress()).getPort();
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                Channel child = accepted.sync().getNow();
                assertThat(Transport.hasHungUp(child)).isFalse();
                client.shutdownOutput();
                assertThat(Transport.hasHungUp(child)).isTrue();
            }
        } finally {
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }

    @Test
    void hasHungUp_whereItCannotBeKnown_isFalse() {
        assertThat(Transport.hasHungUp(new EmbeddedChannel())).isFalse();
    }
}
