package io.epmesh.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The manifests for Kubernetes: that it takes them, and that a peer takes what they tell it.
final class KubernetesManifestsTest {
    private static final Path DIRECTORY = Path.of("..", "packaging", "kubernetes");

    /// Those of a pod that a manifest does not know yet.
    private static final Map<String, String> FIELDS = Map.of("status.podIP", "10.1.2.3");

    private static final HostFacts FACTS =
            new HostFacts(
                    List.of("app-0", "app-0.app.default.svc.cluster.local"),
                    List.of(InetAddress.ofLiteral("10.1.2.3")),
                    Map.of(),
                    Path.of("/state/epmesh"));

    static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(DIRECTORY)) {
            return all.filter(it -> it.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    @Test
    void directory_hasManifests() throws IOException {
        assertThat(files()).hasSizeGreaterThanOrEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("files")
    void manifest_isWhatKubernetesKnows(Path file) throws IOException {
        List<JsonObject> objects = Manifests.parse(Files.readString(file));
        objects.forEach(Manifests::check);
        assertThat(objects).isNotEmpty();
    }

    /// Without these the test above would prove nothing.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                      hostNetwork: true       | hostNetwrok: true            | hostNetwrok
                      maxUnavailable: 1       | maxMissing: 1                | maxMissing
                      port: http, path        | port: http, paths            | paths
                      terminationGracePeriodSeconds: 15 | terminationGracePeriodSeconds: soon | soon
                      memory: 128Mi           | memory: 128Mx                | suffix
                      {drop: [ALL]}           | {drop: ALL}                  | drop
                    selector:               | xselector:                   | selector
                      kind: DaemonSet         | kind: DemonSet               | DemonSet
                    """)
    void brokenManifest_isRefusedWithWhatIsWrong(String right, String wrong, String named)
            throws IOException {
        String text = Files.readString(DIRECTORY.resolve("daemonset.yaml"));
        assertThat(text).contains(right);
        List<JsonObject> objects = Manifests.parse(text.replace(right, wrong));
        assertThatThrownBy(() -> objects.forEach(Manifests::check)).hasMessageContaining(named);
    }

    @ParameterizedTest
    @MethodSource("files")
    void peer_isToldWhatItTakes(Path file) throws Exception {
        JsonObject peer = peer(file);
        Map<String, String> environment = environment(peer);
        Configuration configuration =
                Configuration.of(Sources.read(Map.of(), Optional.empty(), environment), FACTS);

        Map<String, Integer> ports =
                Manifests.at(peer, "ports")
                        .map(JsonElement::getAsJsonObject)
                        .collect(
                                Collectors.toMap(
                                        it -> it.get("name").getAsString(),
                                        it -> it.get("containerPort").getAsInt()));
        assertThat(ports)
                .containsEntry("epmd", configuration.epmd().port())
                .containsEntry("gossip", configuration.gossip().port());
        int http = configuration.http().orElseThrow().getPort();
        assertThat(ports.getOrDefault("http", http)).isEqualTo(http);
        assertThat(mounts(peer))
                .containsExactlyInAnyOrder(
                        configuration.dataDir(),
                        configuration.gossip().keyFile().orElseThrow().getParent());
        assertThat(configuration.gossip().insecure()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("files")
    void joinedService_isThereBeforeThePeersAreReady(Path file) throws Exception {
        String join = environment(peer(file)).get(Key.JOIN.variable());
        JsonObject service = named(file, "Service");
        assertThat(join).isEqualTo("dns:" + text(service, "metadata.name"));
        assertThat(text(service, "spec.clusterIP")).isEqualTo("None");
        assertThat(text(service, "spec.publishNotReadyAddresses")).isEqualTo("true");
        assertThat(Manifests.at(service, "spec.selector"))
                .containsExactlyElementsOf(
                        Manifests.at(workload(file), "spec.template.metadata.labels").toList())
                .containsExactlyElementsOf(
                        Manifests.at(workload(file), "spec.selector.matchLabels").toList());
    }

    /// What Kubernetes' server would refuse, and a model cannot know.
    @ParameterizedTest
    @MethodSource("files")
    void names_areThoseOfSomething(Path file) throws Exception {
        JsonObject pod = pod(file);
        assertThat(containers(pod).flatMap(it -> Manifests.at(it, "volumeMounts.name")))
                .isSubsetOf(Manifests.at(pod, "volumes.name").toList());
        JsonObject peer = peer(file);
        assertThat(
                        Stream.of("startupProbe", "readinessProbe", "livenessProbe")
                                .flatMap(it -> Manifests.at(peer, it + ".httpGet.port")))
                .isSubsetOf(Manifests.at(peer, "ports.name").toList());
        String guide = Files.readString(Path.of("..", "docs", "operating.md"));
        Stream.of("startupProbe", "readinessProbe", "livenessProbe")
                .flatMap(it -> Manifests.at(peer, it + ".httpGet.path"))
                .forEach(it -> assertThat(guide).contains("| `" + it.getAsString() + "` |"));
        assertThat(Manifests.at(named(file, "Service"), "spec.ports.targetPort"))
                .isSubsetOf(Manifests.at(peer, "ports.name").toList());
    }

    @ParameterizedTest
    @MethodSource("files")
    void peer_hasNoMoreRightsThanItNeeds(Path file) throws Exception {
        assertThat(text(pod(file), "securityContext.runAsNonRoot")).isEqualTo("true");
        assertThat(text(pod(file), "enableServiceLinks")).isEqualTo("false");
        JsonObject peer = peer(file);
        assertThat(text(peer, "securityContext.allowPrivilegeEscalation")).isEqualTo("false");
        assertThat(text(peer, "securityContext.readOnlyRootFilesystem")).isEqualTo("true");
        assertThat(text(peer, "securityContext.capabilities.drop")).isEqualTo("ALL");
        assertThat(Manifests.at(peer, "securityContext.capabilities.add")).isEmpty();
    }

    private static JsonObject named(Path file, String kind) throws IOException {
        return Manifests.parse(Files.readString(file)).stream()
                .filter(it -> kind.equals(text(it, "kind")))
                .findAny()
                .orElseThrow();
    }

    private static JsonObject workload(Path file) throws IOException {
        return Manifests.parse(Files.readString(file)).stream()
                .filter(it -> Manifests.at(it, "spec.template.spec").findAny().isPresent())
                .findAny()
                .orElseThrow();
    }

    private static JsonObject pod(Path file) throws IOException {
        return Manifests.at(workload(file), "spec.template.spec")
                .findAny()
                .orElseThrow()
                .getAsJsonObject();
    }

    private static Stream<JsonObject> containers(JsonObject pod) {
        return Stream.concat(Manifests.at(pod, "initContainers"), Manifests.at(pod, "containers"))
                .map(JsonElement::getAsJsonObject);
    }

    private static JsonObject peer(Path file) throws IOException {
        return containers(pod(file))
                .filter(it -> "epmesh".equals(text(it, "name")))
                .findAny()
                .orElseThrow();
    }

    private static Map<String, String> environment(JsonObject container) {
        Map<String, String> values = new HashMap<>();
        Manifests.at(container, "env")
                .map(JsonElement::getAsJsonObject)
                .forEach(it ->
                        values.put(
                                text(it, "name"),
                                it.has("value")
                                        ? text(it, "value")
                                        : FIELDS.get(text(it, "valueFrom.fieldRef.fieldPath"))));
        return values;
    }

    private static List<Path> mounts(JsonObject container) {
        return Manifests.at(container, "volumeMounts.mountPath")
                .map(it -> Path.of(it.getAsString()))
                .toList();
    }

    private static String text(JsonObject start, String path) {
        return Manifests.at(start, path).findAny().orElseThrow().getAsString();
    }
}
