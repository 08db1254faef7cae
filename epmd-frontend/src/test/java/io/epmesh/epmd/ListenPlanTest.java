package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.ListenPlan.Need;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenPlanTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "'', ::? 0.0.0.0!",
                "::, ::? 0.0.0.0!",
                "192.0.2.1 ::, ::? 0.0.0.0!",
                "127.0.0.1, 127.0.0.1? ::1?",
                "192.0.2.1, 127.0.0.1? ::1? 192.0.2.1",
                "192.0.2.1 192.0.2.1, 127.0.0.1? ::1? 192.0.2.1",
                "127.0.0.1 127.0.0.2, 127.0.0.1? ::1? 127.0.0.2",
                "0.0.0.0, 0.0.0.0 ::1?",
                "0.0.0.0 192.0.2.1 2001:db8::1, 0.0.0.0 ::1? 2001:db8::1"
            })
    void of_addresses_bindsLoopbackFirst(String asked, String planned) throws Exception {
        List<InetAddress> addresses = new ArrayList<>();
        for (String each : asked.replace("'", "").split(" ", -1)) {
            if (!each.isEmpty()) {
                addresses.add(InetAddress.getByName(each));
            }
        }
        assertThat(ListenPlan.of(addresses)).isEqualTo(plan(planned));
    }

    private static List<ListenPlan.Binding> plan(String text) throws UnknownHostException {
        List<ListenPlan.Binding> plan = new ArrayList<>();
        for (String each : text.split(" ", -1)) {
            Need need =
                    each.endsWith("?")
                            ? Need.OPTIONAL
                            : each.endsWith("!") ? Need.INSTEAD : Need.REQUIRED;
            InetAddress address = InetAddress.getByName(each.replaceAll("[?!]", ""));
            plan.add(new ListenPlan.Binding(address, need));
        }
        return plan;
    }
}
