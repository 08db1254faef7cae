package io.epmesh.epmd;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.epmesh.epmd.EpmdResponse.Alive2Result;
import io.epmesh.epmd.EpmdResponse.DumpListing;
import io.epmesh.epmd.EpmdResponse.NamesListing;
import io.epmesh.epmd.EpmdResponse.PortFound;
import io.epmesh.epmd.EpmdResponse.PortNotFound;
import io.epmesh.epmd.EpmdResponse.Word;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The bytes of replies. Big-endian, without a length; the end of the connection ends them, save
/// for a successful ALIVE2. Each is written as one buffer: clients parse what one read gives them.
///
/// ```text
/// ALIVE2_X_RESP = 118 Result:8 Creation:32                 to HighestVersion 6 and above
/// ALIVE2_RESP   = 121 Result:8 Creation:16                 to those below
/// PORT2_RESP    = 119 0 PortNo:16 NodeType:8 Protocol:8 HighestVersion:16 LowestVersion:16
///                     Nlen:16 NodeName[Nlen] Elen:16 Extra[Elen]
///               | 119 1
/// NAMES_RESP    = EPMDPortNo:32 *("name " NodeName " at port " PortNo LF)
/// DUMP_RESP     = EPMDPortNo:32
///                 *("active name     <" NodeName "> at port " PortNo ", fd = " id LF NUL)
///                 *("old/unused name <" NodeName ">, port = " PortNo ", fd = " id " " LF NUL)
/// KILL_RESP     = "OK" | "NO"              STOP_RESP = "STOPPED" | "NOEXIST"
/// ```
final class ResponseCodec {
    private static final int ALIVE2_X_RESP = 118;
    private static final int PORT2_RESP = 119;
    private static final int ALIVE2_RESP = 121;
    private static final int PORT2_FIXED = 14;
    private static final Pattern NAMES_LINE = Pattern.compile("name (.+) at port (\\d{1,5})");

    private ResponseCodec() {}

    static void encode(EpmdResponse response, ByteBuf out) {
        switch (response) {
            case Alive2Result result -> alive2(result, out);
            case PortFound(NodeName name, PortInfo info) -> port2(name, info, out);
            case PortNotFound() -> out.writeByte(PORT2_RESP).writeByte(1);
            case NamesListing(int epmdPort, List<NamedPort> names) -> {
                out.writeInt(epmdPort);
                names.forEach(each -> line(each, out));
            }
            case DumpListing(int epmdPort, List<Registration> active, List<FreedName> unused) -> {
                out.writeInt(epmdPort);
                active.forEach(each -> active(each, out));
                unused.forEach(each -> unused(each, out));
            }
            case Word word -> out.writeCharSequence(word.name(), US_ASCII);
        }
    }

    private static void alive2(Alive2Result reply, ByteBuf out) {
        if (reply.isExtended()) {
            out.writeByte(ALIVE2_X_RESP).writeByte(reply.result()).writeInt((int) reply.creation());
        } else {
            out.writeByte(ALIVE2_RESP).writeByte(reply.result()).writeShort((int) reply.creation());
        }
    }

    private static void port2(NodeName name, PortInfo info, ByteBuf out) {
        byte[] bytes = name.toBytes();
        out.writeByte(PORT2_RESP).writeByte(0).writeShort(info.port());
        out.writeByte(info.nodeType()).writeByte(info.protocol());
        out.writeShort(info.highestVersion()).writeShort(info.lowestVersion());
        out.writeShort(bytes.length).writeBytes(bytes);
        out.writeShort(info.extra().length());
        info.extra().writeTo(out);
    }

    private static void line(NamedPort each, ByteBuf out) {
        text("name " + each.name().printable() + " at port " + each.port() + "\n", out);
    }

    private static void active(Registration each, ByteBuf out) {
        text(
                "active name     <%s> at port %d, fd = %d\n\0"
                        .formatted(each.name(), each.info().port(), each.id()),
                out);
    }

    private static void unused(FreedName each, ByteBuf out) {
        text(
                "old/unused name <%s>, port = %d, fd = %d \n\0"
                        .formatted(each.name(), each.port(), each.id()),
                out);
    }

    private static void text(String line, ByteBuf out) {
        out.writeCharSequence(line, UTF_8);
    }

    /// Bytes of the ALIVE2 reply that starts so; the C program of OTP 22 and older always sends the
    /// short one.
    static int alive2ResponseLength(int tag) {
        return tag == ALIVE2_X_RESP ? 6 : 4;
    }

    /// @throws ProtocolViolation if these are no bytes of an ALIVE2 reply
    static Alive2Result decodeAlive2(ByteBuf in) {
        int size = in.readableBytes();
        int tag = size == 0 ? -1 : in.readUnsignedByte();
        if (tag == ALIVE2_X_RESP && size == 6) {
            return new Alive2Result(6, in.readUnsignedByte(), in.readUnsignedInt());
        }
        if (tag == ALIVE2_RESP && size == 4) {
            return new Alive2Result(5, in.readUnsignedByte(), in.readUnsignedShort());
        }
        throw new ProtocolViolation("ALIVE2 reply: tag %d, %d bytes".formatted(tag, size));
    }

    /// @throws ProtocolViolation if these are no bytes of a PORT2_RESP
    static EpmdResponse.Port2 decodePort2(ByteBuf in) {
        if (in.readableBytes() < 2 || in.readUnsignedByte() != PORT2_RESP) {
            throw new ProtocolViolation("PORT2_RESP: it is none");
        }
        if (in.readUnsignedByte() != 0) {
            return new PortNotFound();
        }
        if (in.readableBytes() < PORT2_FIXED - 2) {
            throw new ProtocolViolation("PORT2_RESP: cut short");
        }
        int port = in.readUnsignedShort();
        int nodeType = in.readUnsignedByte();
        int protocol = in.readUnsignedByte();
        int highest = in.readUnsignedShort();
        int lowest = in.readUnsignedShort();
        int nlen = in.readUnsignedShort();
        int nameAt = in.readerIndex();
        if (in.readableBytes() < nlen + 2) {
            throw new ProtocolViolation("PORT2_RESP: cut short in NodeName");
        }
        int elen = in.getUnsignedShort(nameAt + nlen);
        if (in.readableBytes() < nlen + 2 + elen || elen > Extra.MAX_BYTES) {
            throw new ProtocolViolation("PORT2_RESP: Elen %d".formatted(elen));
        }
        NodeName name =
                NodeName.decode(in, nameAt, nlen)
                        .orElseThrow(() -> new ProtocolViolation("PORT2_RESP: no NodeName"));
        Extra extra = Extra.of(in, nameAt + nlen + 2, elen);
        return new PortFound(name, new PortInfo(port, nodeType, protocol, highest, lowest, extra));
    }

    /// @throws ProtocolViolation if a line is none of NAMES_RESP
    static NamesListing decodeNames(ByteBuf in) {
        if (in.readableBytes() < 4) {
            throw new ProtocolViolation("NAMES_RESP: cut short");
        }
        int epmdPort = in.readInt();
        List<NamedPort> names = new ArrayList<>();
        in.toString(UTF_8).lines().forEach(line -> names.add(namesLine(line)));
        return new NamesListing(epmdPort, List.copyOf(names));
    }

    private static NamedPort namesLine(String line) {
        Matcher matcher = NAMES_LINE.matcher(line);
        if (!matcher.matches()) {
            throw new ProtocolViolation("NAMES_RESP: line \"%s\"".formatted(line));
        }
        try {
            return new NamedPort(
                    new NodeName(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        } catch (IllegalArgumentException bad) {
            throw new ProtocolViolation("NAMES_RESP: " + bad.getMessage());
        }
    }
}
