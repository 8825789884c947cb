package io.muster.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.mail.javamail.JavaMailSenderImpl;

class ChannelsTest {

    private static final Notification URGENT =
            new Notification("id-1", "escalation", "Approve\r\nBcc: thief@example.org", "It waits.", Map.of(), true);

    @Test
    void mailGoesToAllWhomEscalationsGoToAndASubjectAddsNoHeader() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> said = CompletableFuture.supplyAsync(() -> smtp(socket));
            mail(socket.getLocalPort()).send(URGENT);
            String conversation = said.get();
            assertThat(conversation)
                    .contains("RCPT TO:<ops@example.org>")
                    .contains("RCPT TO:<boss@example.org>")
                    .contains("Subject: Muster: Approve Bcc: thief@example.org")
                    .contains("It waits.")
                    .doesNotContain("RCPT TO:<thief@example.org>");
        }
    }

    @Test
    void aMailServerThatIsAwayIsSaid() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThatThrownBy(() -> mail(port).send(URGENT))
                .isInstanceOf(Channel.NotSent.class)
                .hasMessageContaining("SPRING_MAIL_HOST");
    }

    @Test
    void aWebhookThatIsAwayIsSaidWithoutItsPath() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThatThrownBy(() -> TestChannels.webhook("http://127.0.0.1:" + port + "/hook/token")
                        .send(URGENT))
                .isInstanceOf(Channel.NotSent.class)
                .hasMessageContaining("The webhook at 127.0.0.1")
                .hasMessageNotContaining("token");
    }

    private static MailChannel mail(int port) {
        JavaMailSenderImpl sender = new JavaMailSenderImpl();
        sender.setHost("127.0.0.1");
        sender.setPort(port);
        return new MailChannel(
                sender,
                new NotifyProperties(
                        "", List.of("ops@example.org"), "muster@example.org", List.of("boss@example.org")));
    }

    /** One conversation of SMTP. */
    private static String smtp(ServerSocket socket) {
        try (Socket client = socket.accept();
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
                PrintWriter out = new PrintWriter(client.getOutputStream(), true, StandardCharsets.UTF_8)) {
            StringBuilder said = new StringBuilder();
            out.print("220 test\r\n");
            out.flush();
            boolean data = false;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                said.append(line).append('\n');
                if (data && !line.equals(".")) {
                    continue;
                }
                data = line.equals("DATA");
                out.print(line.startsWith("QUIT") ? "221 bye\r\n" : data ? "354 go on\r\n" : "250 ok\r\n");
                out.flush();
            }
            return said.toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
