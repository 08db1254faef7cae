package io.epmesh.gossip.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeshKeyTest {
    @TempDir static Path keys;
    private static Path first;
    private static Path second;

    @TempDir Path directory;

    @BeforeAll
    static void make() throws IOException {
        first = keys.resolve("first");
        second = keys.resolve("second");
        MeshKey.create(first);
        MeshKey.create(second);
    }

    @Test
    void create_newFile_isReadableByItsOwnerOnly() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first)))
                .isEqualTo("rw-------");
        assertThat(MeshKey.read(first)).isNotEqualTo(MeshKey.read(second));
    }

    @Test
    void create_existingFile_isRefusedAndKept() throws IOException {
        String before = Files.readString(first);
        assertThatThrownBy(() -> MeshKey.create(first)).isInstanceOf(IOException.class);
        assertThat(Files.readString(first)).isEqualTo(before);
    }

    @Test
    void forClient_afterManyConnections_keepsHardlyASession() throws IOException {
        MeshKey key = MeshKey.read(first);
        SslContext client = key.forClient();
        SslContext server = key.forServer();
        for (int i = 0; i < 10; i++) {
            connect(client, server);
        }
        assertThat(Collections.list(client.sessionContext().getIds())).hasSizeLessThan(2);
    }

    /// Lets two ends shake hands, and take the tickets that come after that.
    private static void connect(SslContext client, SslContext server) {
        SslHandler opening = client.newHandler(ByteBufAllocator.DEFAULT);
        EmbeddedChannel one = new EmbeddedChannel(opening);
        EmbeddedChannel other = new EmbeddedChannel(server.newHandler(ByteBufAllocator.DEFAULT));
        for (int turn = 0; turn < 10; turn++) {
            pass(one, other);
            pass(other, one);
        }
        assertThat(opening.handshakeFuture().isSuccess()).isTrue();
        one.finishAndReleaseAll();
        other.finishAndReleaseAll();
    }

    private static void pass(EmbeddedChannel from, EmbeddedChannel to) {
        for (Object bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            to.writeInbound(bytes);
        }
    }

    @Test
    void read_unusableFiles_areRefusedInASentence() throws IOException {
        Path open = write("open", Files.readString(first));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> MeshKey.read(open)).hasMessageContaining("everybody may read it");
        assertThatThrownBy(() -> MeshKey.read(directory.resolve("none")))
                .hasMessageContaining("no such file");
        Path empty = write("empty", "");
        assertThatThrownBy(() -> MeshKey.read(empty)).hasMessageContaining("0 keys");
        Path torn = write("torn", Files.readString(first).replaceFirst("\nM[^\n]{20}", "\n"));
        assertThatThrownBy(() -> MeshKey.read(torn)).isInstanceOf(IOException.class);
        Path other =
                write("other", "-----BEGIN EC PARAMETERS-----\nAAAA\n-----END EC PARAMETERS-----");
        assertThatThrownBy(() -> MeshKey.read(other)).hasMessageContaining("EC PARAMETERS");
    }

    @Test
    void peers_sameKey_exchangeMessages() throws Exception {
        try (TestPeer one = peer(1, first);
                TestPeer two = peer(2, first, one.address())) {
            one.awaitMembers(2);
            two.awaitReceived("hello", () -> one.send(two.id, "hello"));
        }
    }

    @Test
    void peers_otherKeyOrNone_neverMeet() throws Exception {
        try (TestPeer one = peer(1, first);
                TestPeer other = peer(2, second, one.address());
                TestPeer open = TestPeer.start(settings(3, Optional.empty(), one.address()));
                TestPeer friend = peer(4, first, one.address())) {
            one.awaitMembers(2); // the friend; whoever came before him has had his time
            friend.awaitReceived("hello", () -> one.send(friend.id, "hello"));
            assertThat(one.members()).doesNotContain(other.id, open.id);
            assertThat(other.members()).doesNotContain(one.id);
            assertThat(open.members()).doesNotContain(one.id);
        }
    }

    @Test
    void peers_otherKey_areWarnedOfOnce() throws Exception {
        try (Warnings warnings = Warnings.of(Mismatches.class);
                TestPeer one = peer(1, first);
                TestPeer other = peer(2, second, one.address());
                TestPeer friend = peer(3, first, one.address())) {
            friend.awaitMembers(2);
            other.awaitMembers(1);
            other.awaitDropped(0);
            friend.awaitReceived("hello", () -> one.send(friend.id, "hello"));
            assertThat(warnings.lines())
                    .containsExactlyInAnyOrder(
                            "gossip: 127.0.0.1 presents another mesh's key (expected: the same"
                                    + " key-file on all hosts)",
                            "gossip: 127.0.0.1 does not know this mesh's key (expected: the same"
                                    + " key-file on all hosts)");
        }
    }

    @Test
    void join_manySilentStrangersAtTheTlsPort_isNotHeldUp() throws Exception {
        try (TestPeer one = peer(1, first)) {
            List<Socket> strangers = new ArrayList<>();
            try {
                for (int i = 0; i < 100; i++) {
                    strangers.add(new Socket(one.address().getAddress(), one.address().getPort()));
                }
                try (TestPeer two = peer(2, first, one.address())) {
                    two.awaitMembers(2);
                }
            } finally {
                for (Socket stranger : strangers) {
                    stranger.close();
                }
            }
        }
    }

    @Test
    void peers_midwayThroughARotation_trustEachOther() throws Exception {
        String old = Files.readString(first);
        String fresh = Files.readString(second);
        try (TestPeer behind = peer(1, write("behind", old + fresh));
                TestPeer ahead = peer(2, write("ahead", fresh + old), behind.address())) {
            behind.awaitMembers(2);
            ahead.awaitReceived("to ahead", () -> behind.send(ahead.id, "to ahead"));
            behind.awaitReceived("to behind", () -> ahead.send(behind.id, "to behind"));
        }
    }

    @Test
    void keyFile_replacedWhileRunning_isUsedWithoutRestart() throws Exception {
        Path file = write("file", Files.readString(first));
        try (TestPeer one = peer(1, file);
                TestPeer old = peer(2, first, one.address());
                TestPeer fresh = peer(3, second, one.address())) {
            one.awaitMembers(2);
            assertThat(fresh.members()).doesNotContain(one.id);
            Files.writeString(file, Files.readString(second));
            fresh.awaitReceived("hello", () -> one.send(fresh.id, "hello"));
            old.awaitMembers(1);
        }
    }

    @Test
    void keyFile_spoiledWhileRunning_keepsTheLastGoodKey() throws Exception {
        Path file = write("spoiled", Files.readString(first));
        KeyFile watched = KeyFile.open(file);
        MeshKey good = watched.key();
        Files.writeString(file, "no key at all");
        assertThat(watched.isChanged()).isFalse();
        assertThat(watched.key()).isEqualTo(good);
    }

    private Path write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    private static TestPeer peer(int number, Path key, InetSocketAddress... seeds)
            throws Exception {
        return TestPeer.start(settings(number, Optional.of(key), seeds));
    }

    private static JGroupsSettings settings(
            int number, Optional<Path> key, InetSocketAddress... seeds) {
        return TestPeer.settings(
                "test", number, InetAddress.getLoopbackAddress(), 0, List.of(seeds), key);
    }
}
