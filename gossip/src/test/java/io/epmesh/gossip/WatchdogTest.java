package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    private final Watchdog watchdog = new Watchdog();
    private final Pulse pulse = new Pulse();
    private final List<LogRecord> logged = new ArrayList<>();
    private final Logger logger = Logger.getLogger(Watchdog.class.getName());
    private final Handler handler =
            new Handler() {
                @Override
                public void publish(LogRecord record) {
                    logged.add(record);
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
        watchdog.watch(Thread.currentThread(), pulse);
    }

    @AfterEach
    void unlisten() {
        logger.removeHandler(handler);
    }

    @Test
    void work_thatDoesNotEnd_isToldOnceWithItsStack() {
        pulse.working();
        look(Watchdog.PATIENCE_SECONDS);
        assertThat(watchdog.stallCount()).isZero();
        look(1);
        assertThat(watchdog.stallCount()).isEqualTo(1);
        assertThat(logged)
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.getLevel()).isEqualTo(Level.SEVERE);
                    assertThat(record.getParameters()).contains(Thread.currentThread().getName());
                    assertThat(String.valueOf(record.getParameters()[2])).contains("WatchdogTest");
                });
        look(60);
        assertThat(watchdog.stallCount()).isEqualTo(1);
        assertThat(logged).hasSize(1);
    }

    @Test
    void work_thatEndsAfterAll_isToldAndWatchedAnew() {
        pulse.working();
        look(Watchdog.PATIENCE_SECONDS + 3);
        pulse.waiting();
        look(1);
        assertThat(logged).hasSize(2);
        assertThat(logged.getLast().getLevel()).isEqualTo(Level.INFO);
        pulse.working();
        look(Watchdog.PATIENCE_SECONDS + 1);
        assertThat(watchdog.stallCount()).isEqualTo(2);
    }

    @Test
    void work_afterWork_isNoStall() {
        for (int i = 0; i < 3 * Watchdog.PATIENCE_SECONDS; i++) {
            pulse.working();
            look(1);
            pulse.waiting();
        }
        assertThat(watchdog.stallCount()).isZero();
    }

    @Test
    void waiting_isNoStall() {
        pulse.working();
        pulse.waiting();
        look(60);
        assertThat(watchdog.stallCount()).isZero();
        assertThat(logged).isEmpty();
    }

    private void look(int seconds) {
        for (int i = 0; i < seconds; i++) {
            watchdog.look();
        }
    }
}
