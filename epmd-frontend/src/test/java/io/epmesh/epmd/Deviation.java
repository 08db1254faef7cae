package io.epmesh.epmd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;

/// Where ours answers otherwise than the C program, on purpose: the rows of the table in
/// `docs/epmd-protocol.md` that a client's bytes can show. [DeviationTest] asserts each on both.
enum Deviation {
    /// A look-up of a name of 255 characters is dropped there and answered here.
    LONGEST_NAME_IS_FOUND {
        @Override
        boolean explains(Exchange exchange, Outcome theirs, Outcome ours) {
            return exchange.opcode() == RequestCodec.PORT_PLEASE2
                    && codePoints(exchange.onlyName()) == NodeName.MAX_CODE_POINTS
                    && theirs.equals(Outcome.CLOSED)
                    && ours.hex().startsWith("77");
        }
    },
    /// An empty name is registered there and refused here.
    EMPTY_NAME_IS_REFUSED {
        @Override
        boolean explains(Exchange exchange, Outcome theirs, Outcome ours) {
            return exchange.opcode() == RequestCodec.ALIVE2
                    && (theirs.isRegistered() || theirs.isRefused())
                    && ours.isRefused()
                    && exchange.aliveName().length == 0;
        }
    },
    /// A full name is registered there and refused here.
    FULL_NAME_IS_REFUSED {
        @Override
        boolean explains(Exchange exchange, Outcome theirs, Outcome ours) {
            return exchange.opcode() == RequestCodec.ALIVE2
                    && theirs.isRegistered()
                    && ours.isRefused()
                    && new String(exchange.aliveName(), UTF_8).contains("@");
        }
    },
    /// STOP of an unknown name replies two words there and one here.
    STOP_OF_UNKNOWN_IS_ONE_WORD {
        @Override
        boolean explains(Exchange exchange, Outcome theirs, Outcome ours) {
            return exchange.opcode() == RequestCodec.STOP
                    && theirs.hex().equals(hex("NOEXISTSTOPPED"))
                    && ours.hex().equals(hex("NOEXIST"));
        }
    };

    /// Whether this is why the outcomes of an exchange differ.
    abstract boolean explains(Exchange exchange, Outcome theirs, Outcome ours);

    static String hex(String ascii) {
        return HexFormat.of().formatHex(ascii.getBytes(UTF_8));
    }

    private static int codePoints(byte[] name) {
        String text = new String(name, UTF_8);
        return text.codePointCount(0, text.length());
    }
}
