package io.muster.steps.proxmox;

/** How a task succeeded. */
record TaskEnd(int warnings) {

    private static final String WARNINGS = "WARNINGS: ";

    static TaskEnd of(String exit) {
        String count =
                exit.startsWith(WARNINGS) ? exit.substring(WARNINGS.length()).strip() : "";
        return new TaskEnd(count.matches("\\d{1,9}") ? Integer.parseInt(count) : exit.startsWith(WARNINGS) ? 1 : 0);
    }
}
