package io.epmesh.gossip.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// The disk under a journal as a test wants it: full, broken or slow. Safe for any thread.
public final class FaultyDisk {
    private volatile Optional<CountDownLatch> stuck = Optional.empty();
    private volatile boolean broken;

    /// Creates a disk that is well.
    public FaultyDisk() {}

    /// Opens a journal on this disk.
    ///
    /// @param file as in [Journal#open]
    /// @return the journal
    /// @throws IOException as there
    public Journal.Opened open(Path file) throws IOException {
        return Journal.open(file, Channel::new);
    }

    /// From now on a sync does not return.
    public void hang() {
        stuck = Optional.of(new CountDownLatch(1));
    }

    /// Syncs return again, those that hang too.
    public void recover() {
        stuck.ifPresent(CountDownLatch::countDown);
        stuck = Optional.empty();
        broken = false;
    }

    /// From now on syncs fail.
    public void breakSyncs() {
        broken = true;
    }

    private void force() throws IOException {
        Optional<CountDownLatch> latch = stuck;
        if (latch.isPresent()) {
            try {
                latch.get().await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (broken) {
            throw new IOException("injected: the sync failed");
        }
    }

    private final class Channel extends FileChannel {
        private final FileChannel file;

        Channel(FileChannel file) {
            this.file = file;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            FaultyDisk.this.force();
            file.force(metaData);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            return file.write(source);
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
            return file.write(sources, offset, length);
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            return file.write(source, position);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return file.read(target);
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
            return file.read(targets, offset, length);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            file.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            file.truncate(size);
            return this;
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target)
                throws IOException {
            return file.transferTo(position, count, target);
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count)
                throws IOException {
            return file.transferFrom(source, position, count);
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
            return file.map(mode, position, size);
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) throws IOException {
            return file.lock(position, size, shared);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }
    }
}
