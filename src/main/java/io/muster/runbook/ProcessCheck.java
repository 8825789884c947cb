package io.muster.runbook;

/** The process itself: its id, name and the attributes the engine wants. */
final class ProcessCheck implements DiagramCheck {

    static final String KEBAB = "[a-z][a-z0-9]*(-[a-z0-9]+)*";
    static final String TIME_TO_LIVE = "P\\d+D|\\d+";

    private final String file;

    ProcessCheck(String file) {
        this.file = file;
    }

    @Override
    public void check(Diagram diagram, Findings findings) {
        XmlNode process = diagram.process();
        String wanted = RunbookFiles.baseName(file);
        if (!process.id().matches(KEBAB)) {
            findings.add(
                    Rule.PROCESS_ID,
                    process,
                    "The process id '" + process.id() + "' is not in kebab-case.",
                    "Name it in lower case with hyphens, and the file after it: 'service-deployment' in"
                            + " 'service-deployment.bpmn'.");
        } else if (!process.id().equals(wanted)) {
            findings.add(
                    Rule.PROCESS_ID,
                    process,
                    "The process id '" + process.id() + "' is not the file's name.",
                    "Set the id to '" + wanted + "', or rename the file to '" + process.id() + ".bpmn'.");
        }
        attributes(process, findings);
        diagram.nodes("startEvent")
                .filter(start -> start.has("camunda:initiator"))
                .forEach(start -> findings.add(
                        Rule.INITIATOR,
                        start,
                        "The start event keeps its starter in the variable '" + start.attribute("camunda:initiator")
                                + "', which anyone can set.",
                        "Remove camunda:initiator. Who started a run is known from authentication."));
    }

    private static void attributes(XmlNode process, Findings findings) {
        if (process.attribute("name").isBlank()) {
            findings.add(
                    Rule.PROCESS_NAME, process, "The process has no name.", "Name it as operators call the runbook.");
        }
        if (!Diagram.isTrue(process, "isExecutable")) {
            findings.add(
                    Rule.EXECUTABLE,
                    process,
                    "The process is not executable, so the engine would ignore it.",
                    "Set isExecutable=\"true\" (in Modeler: tick Executable).");
        }
        if (!process.attribute("camunda:historyTimeToLive").matches(TIME_TO_LIVE)) {
            findings.add(
                    Rule.HISTORY_TIME_TO_LIVE,
                    process,
                    process.has("camunda:historyTimeToLive")
                            ? "The time to live of its history is '" + process.attribute("camunda:historyTimeToLive")
                                    + "', which is not a number of days."
                            : "The process does not say how long its history is kept.",
                    "Set camunda:historyTimeToLive in days, for example \"P365D\".");
        }
    }
}
