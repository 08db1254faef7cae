package io.epmesh.chaos;

import java.util.List;
import java.util.stream.IntStream;

/// Who lives on the hosts of a run, and how their peers are set.
///
/// @param raw how many raw nodes there are on each host
/// @param erlang how many hosts have a real Erlang node, from the first
/// @param naming what raw nodes are called
/// @param settings lines of configuration of each peer
record Plan(int raw, int erlang, Naming naming, List<String> settings) {
    /// Full names of raw nodes.
    enum Naming {
        /// `r1@h3`
        OF_THEIR_HOST {
            @Override
            String name(Host host, int number) {
                return "r" + number + "@" + host.name();
            }
        },
        /// `r4@mesh`, of the mesh host: of so many nodes on a host, the names are those of its
        /// neighbours too.
        CONTENDED {
            @Override
            String name(Host host, int number) {
                int first = Integer.parseInt(host.name().substring(1));
                return "r" + (first + number) + "@mesh";
            }
        },
        /// `r1h3@mesh`: of the mesh host, each on one host alone.
        OF_THE_MESH {
            @Override
            String name(Host host, int number) {
                return "r" + number + host.name() + "@mesh";
            }
        };

        abstract String name(Host host, int number);
    }

    /// Copies.
    Plan {
        settings = List.copyOf(settings);
    }

    /// Nodes of their hosts, and peers as they come.
    Plan(int raw, int erlang) {
        this(raw, erlang, Naming.OF_THEIR_HOST, List.of());
    }

    /// Full names of the raw nodes of a host.
    List<String> raw(Host host) {
        return IntStream.rangeClosed(1, raw).mapToObj(number -> naming.name(host, number)).toList();
    }
}
