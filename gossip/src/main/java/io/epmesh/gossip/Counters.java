package io.epmesh.gossip;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/// What was received and could not be used. Owned by the gossip thread.
final class Counters {
    private static final Logger LOG = System.getLogger(Counters.class.getName());

    private long malformed;
    private long unknown;

    void malformed(MalformedMessageException reason) {
        malformed++;
        if (Long.bitCount(malformed) == 1) { // the 1st, 2nd, 4th, 8th …: no flood
            LOG.log(
                    Level.WARNING,
                    "malformed messages: {0}, the last: {1}",
                    malformed,
                    reason.getMessage());
        }
    }

    void unknown(int type) {
        unknown++;
        if (Long.bitCount(unknown) == 1) {
            LOG.log(
                    Level.INFO,
                    "messages of unknown types: {0}, the last: {1}; a newer version speaks",
                    unknown,
                    type);
        }
    }

    long malformedCount() {
        return malformed;
    }

    long unknownCount() {
        return unknown;
    }
}
