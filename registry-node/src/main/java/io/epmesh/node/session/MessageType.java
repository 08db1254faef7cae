package io.epmesh.node.session;

/// Type numbers of requests; the answer to one is its number + [#ANSWER].
final class MessageType {
    static final int NAMES = 1;
    static final int LOOKUP = 2;
    static final int PEERS = 3;
    static final int MAPPINGS = 4;
    static final int ADD_MAPPING = 5;
    static final int REMOVE_MAPPING = 6;
    static final int STATUS = 7;
    static final int FORGET = 8;
    static final int LEAVE = 9;
    static final int CONFIG = 10;
    static final int PING = 11;
    static final int WATCH = 32;
    static final int UNWATCH = 33;
    static final int EVENTS = 34;
    static final int REGISTER = 40;
    static final int CUT = 48;
    static final int FIX = 49;
    static final int SLOW = 50;
    static final int CABLES = 51;
    static final int WAY = 52;

    static final int ANSWER = 128;
    static final int WELCOME = 128;
    static final int ERROR = 255;

    private MessageType() {}
}
