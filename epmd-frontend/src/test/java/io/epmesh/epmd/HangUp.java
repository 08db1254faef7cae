package io.epmesh.epmd;

import java.io.IOException;

/// The ways in which a node's connection may end.
enum HangUp {
    END {
        @Override
        void apply(Wire wire) throws IOException {
            wire.hangUp();
        }
    },
    RESET {
        @Override
        void apply(Wire wire) throws IOException {
            wire.reset();
        }
    },
    BYTE {
        @Override
        void apply(Wire wire) throws IOException {
            wire.sendIfOpen(new byte[] {0});
        }
    },
    HALF_CLOSE {
        @Override
        void apply(Wire wire) throws IOException {
            wire.endOutputIfOpen();
        }
    };

    abstract void apply(Wire wire) throws IOException;
}
