package io.epmesh.node.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which `Host` and `Origin` are answered. A page whose host name was made to resolve to loopback
/// (DNS rebinding) sends its own name, and is refused.
///
/// @param configured the address on which the interface listens
record AllowedHosts(InetAddress configured) {
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)\\]|([A-Za-z0-9.-]+))(?::[0-9]{1,5})?");

    private static final Pattern FOUR = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    private static final String HTTP = "http://";

    /// Returns what is wrong with the headers; empty: nothing.
    Optional<String> objection(HttpHeaders headers) {
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() != 1 || !isAllowed(hosts.getFirst())) {
            return Optional.of(
                    "Host: %s (expected: one, loopback or the configured address)"
                            .formatted(String.join(", ", hosts)));
        }
        return headers.getAll(HttpHeaderNames.ORIGIN).stream()
                .filter(o -> !o.startsWith(HTTP) || !isAllowed(o.substring(HTTP.length())))
                .findFirst()
                .map(origin ->
                        "Origin: %s (expected: http://, loopback or the configured address)"
                                .formatted(origin));
    }

    private boolean isAllowed(String authority) {
        Matcher matcher = AUTHORITY.matcher(authority);
        if (!matcher.matches()) {
            return false;
        }
        boolean six = matcher.group(1) != null;
        String host = six ? matcher.group(1) : matcher.group(2);
        if (!six && !FOUR.matcher(host).matches()) {
            return host.equalsIgnoreCase("localhost");
        }
        try {
            InetAddress address = InetAddress.ofLiteral(host);
            return address.isLoopbackAddress() || address.equals(configured);
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }
}
