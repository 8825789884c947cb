package io.muster.remote.ssh;

import io.muster.remote.DurableCommands;

/** An open attachment to a command: what it says, and what it is told. */
record Line(
        Reach reach,
        DurableCommands.Command command,
        ShellScript script,
        Attachment attachment,
        Conversation conversation,
        RemoteScripts.Attached attached)
        implements AutoCloseable {

    Execution execution() {
        return attached.execution();
    }

    @Override
    public void close() {
        conversation.close();
        attached.close();
    }
}
