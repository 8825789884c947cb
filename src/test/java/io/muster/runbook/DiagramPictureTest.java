package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DiagramPictureTest {

    private static final String ONE =
            """
            <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:b="http://www.omg.org/spec/BPMN/20100524/DI"
                         xmlns:d="http://www.omg.org/spec/DD/20100524/DC">
              <process id="p" name="A &amp; B"><userTask id="t" name="Look at &lt;img src=x onerror=alert(1)&gt;"/></process>
              <b:BPMNDiagram><b:BPMNPlane>
                <b:BPMNShape bpmnElement="t"><d:Bounds x="100" y="50" width="100" height="80"/></b:BPMNShape>
              </b:BPMNPlane></b:BPMNDiagram>
            </definitions>""";

    @Test
    void namesAreTextAndElementsCanBeFound() throws Exception {
        String svg = svg(ONE);
        assertThat(svg)
                .contains("<title>A &amp; B</title>")
                .contains("<g class=\"userTask\" data-element=\"t\">")
                .contains("viewBox=\"80 30 140 120\"")
                .doesNotContain("<img");
        assertThat(XmlReader.read(svg.getBytes(StandardCharsets.UTF_8)).tree().count())
                .isGreaterThan(5);
    }

    @Test
    void everyElementOfEveryRunbookIsDrawn() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("processes"))) {
            List<Path> diagrams =
                    files.filter(it -> it.toString().endsWith(".bpmn")).toList();
            assertThat(diagrams).isNotEmpty();
            for (Path diagram : diagrams) {
                String bpmn = Files.readString(diagram);
                String svg = svg(bpmn);
                java.util.regex.Pattern.compile("bpmnElement=\"([^\"]+)\"")
                        .matcher(bpmn.replaceAll("<bpmndi:BPMNPlane[^>]*>", ""))
                        .results()
                        .forEach(found -> assertThat(svg)
                                .as("%s: %s", diagram, found.group(1))
                                .contains("data-element=\"" + found.group(1) + "\""));
            }
        }
    }

    @Test
    void whatIsNotXmlIsRefusedAndAnEmptyDiagramIsAnEmptyPicture() {
        assertThatThrownBy(() -> svg("<definitions>"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Not XML");
        assertThat(svg("<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\"/>"))
                .contains("viewBox=\"-20 -20 40 40\"");
    }

    private static String svg(String bpmn) {
        return DiagramPicture.svg(bpmn.getBytes(StandardCharsets.UTF_8));
    }
}
