package io.epmesh.chaos;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.testcontainers.containers.GenericContainer;

/// A host that is a container. What runs on it enters its namespaces and its freezer's group, as
/// `docker exec` has it, without a round through the engine. Killed and started by one thread.
final class Container implements Entry {
    private static final int END_SECONDS = 20;
    private static final Path GROUPS = Path.of("/sys/fs/cgroup");
    private static final String INTO_GROUP = "echo $$ >\"$0\" && exec \"$@\"";

    private final GenericContainer<?> container;
    private volatile long pid; // 0 while it is off
    private boolean paused;

    Container(GenericContainer<?> container) {
        this.container = container;
    }

    /// Starts it for the first time.
    void create() {
        container.start();
        pid = runningPid();
    }

    /// Kills all that runs in it, as a host does that loses its power.
    void kill() {
        pid = 0;
        docker().killContainerCmd(id()).exec();
        docker().waitContainerCmd(id())
                .exec(new WaitContainerResultCallback())
                .awaitStatusCode(END_SECONDS, TimeUnit.SECONDS);
    }

    /// Starts it after [#kill], with the same address.
    void start() {
        docker().startContainerCmd(id()).exec();
        pid = runningPid();
    }

    boolean isOff() {
        return pid == 0;
    }

    /// Nothing in it goes on until [#unpause].
    void pause() {
        paused = true;
        docker().pauseContainerCmd(id()).exec();
    }

    /// Undoes [#pause]; false if there was none.
    boolean unpause() {
        boolean was = paused;
        if (was) {
            docker().unpauseContainerCmd(id()).exec();
            paused = false;
        }
        return was;
    }

    /// Ends and removes it.
    void remove() {
        pid = 0;
        container.stop();
    }

    @Override
    public List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("sh", "-c", INTO_GROUP, "" + group()));
        whole.addAll(List.of("nsenter", "--target", "" + pid));
        whole.addAll(List.of("--mount", "--uts", "--ipc", "--net", "--pid", "setsid"));
        whole.addAll(command);
        return whole;
    }

    /// The child of `nsenter`, which waits for it.
    @Override
    public ProcessHandle inside(Process launcher) {
        while (launcher.isAlive()) {
            Optional<ProcessHandle> child = launcher.children().findFirst();
            if (child.isPresent()) {
                return child.get();
            }
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
        return launcher.toHandle();
    }

    @Override
    public Path network() {
        return Path.of("/proc", "" + pid, "ns", "net");
    }

    private long runningPid() {
        Long running = docker().inspectContainerCmd(id()).exec().getState().getPidLong();
        if (running == null || running == 0) {
            throw new IllegalStateException("container " + id() + " has ended by itself");
        }
        return running;
    }

    /// The list of processes that are frozen together.
    private Path group() {
        try {
            Path group = GROUPS;
            for (String line : Files.readAllLines(Path.of("/proc", "" + pid, "cgroup"))) {
                String[] fields = line.split(":", 3);
                if (fields[1].equals("freezer")) {
                    return group.resolve("freezer" + fields[2] + "/cgroup.procs");
                }
                if (fields[1].isEmpty()) {
                    group = GROUPS.resolve(fields[2].substring(1));
                }
            }
            return group.resolve("cgroup.procs");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DockerClient docker() {
        return container.getDockerClient();
    }

    private String id() {
        return container.getContainerId();
    }
}
