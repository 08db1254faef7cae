package io.epmesh.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.naming.CutResult;
import io.epmesh.node.naming.Samples;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MeshOrdersTest extends SessionFixture {
    @Test
    void orders_reachTheMeshAndAreRemarkedOn() {
        welcome();
        Request.Sides sides = new Request.Sides(List.of("a@h1", "h3"), List.of("*@h2"));
        send(1, new Request.Cut(sides, true, Request.Cut.Treatment.STALL, Optional.of(60_000L)));
        send(2, new Request.Slow(sides, false, 50, 5, Optional.empty()));
        send(3, new Request.Fix(Optional.of(sides)));
        send(4, new Request.Fix(Optional.empty()));
        for (long request = 1; request <= 4; request++) {
            assertThat(answer(request)).isEqualTo(new Answer.Ordered(false, Samples.REMARKS));
        }
        assertThat(mesh.writes)
                .containsExactly(
                        "stall a@h1,*@h3 | *@h2 -> PT1M",
                        "slow 50 ms, jitter 5 ms a@h1,*@h3 | *@h2 <-> ever",
                        "fix a@h1,*@h3 | *@h2",
                        "fix all");
    }

    @Test
    void orders_withManyRemarks_areAnsweredInParts() {
        welcome();
        CutResult.Remark remark = Samples.REMARKS.getFirst();
        mesh.ordered =
                CompletableFuture.completedFuture(
                        new CutResult.Done(Collections.nCopies(150, remark)));
        send(1, new Request.Fix(Optional.empty()));
        assertThat(answer(1)).isEqualTo(new Answer.Ordered(true, Collections.nCopies(100, remark)));
        assertThat(answer(1)).isEqualTo(new Answer.Ordered(false, Collections.nCopies(50, remark)));
        mesh.ordered = CompletableFuture.completedFuture(new CutResult.Refused("no"));
        send(2, new Request.Fix(Optional.empty()));
        assertFailure(read(), 2, ErrorCode.REFUSED, "no");
        mesh.ordered = CompletableFuture.completedFuture(new CutResult.Unknown("slow"));
        send(3, new Request.Fix(Optional.empty()));
        assertFailure(read(), 3, ErrorCode.OUTCOME_UNKNOWN, "slow");
    }

    @Test
    void orders_thatMakeNoSense_areBadArguments() {
        welcome();
        Request.Sides apart = new Request.Sides(List.of("a@h1"), List.of("*@h2"));
        Request.Sides overlap = new Request.Sides(List.of("a@h1"), List.of("h1"));
        send(1, new Request.Fix(Optional.of(overlap)));
        send(2, new Request.Cut(apart, true, Request.Cut.Treatment.RESET, Optional.empty()));
        send(3, new Request.Slow(apart, true, 60_001, 0, Optional.empty()));
        send(4, new Request.Cut(apart, true, Request.Cut.Treatment.STALL, Optional.of(-1L)));
        for (long request = 1; request <= 4; request++) {
            assertThat(answer(request))
                    .isInstanceOfSatisfying(
                            Answer.Failure.class,
                            failure ->
                                    assertThat(failure.code())
                                            .isEqualTo(ErrorCode.BAD_ARGUMENT.number()));
        }
        assertThat(mesh.writes).isEmpty();
    }
}
