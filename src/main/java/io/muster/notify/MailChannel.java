package io.muster.notify;

import java.util.List;
import java.util.stream.Stream;
import org.springframework.mail.MailException;
import org.springframework.mail.SimpleMailMessage;
import org.springframework.mail.javamail.JavaMailSender;

/** Sends plain-text mail through the server that {@code SPRING_MAIL_HOST} names. */
final class MailChannel implements Channel {

    private final JavaMailSender sender;
    private final NotifyProperties properties;

    MailChannel(JavaMailSender sender, NotifyProperties properties) {
        this.sender = sender;
        this.properties = properties;
    }

    @Override
    public String name() {
        return "mail";
    }

    @Override
    public void send(Notification notification) {
        List<String> to = notification.urgent()
                ? Stream.concat(properties.mailTo().stream(), properties.escalationMailTo().stream())
                        .distinct()
                        .toList()
                : properties.mailTo();
        if (to.isEmpty()) {
            return;
        }
        SimpleMailMessage mail = new SimpleMailMessage();
        mail.setFrom(properties.mailFrom());
        mail.setTo(to.toArray(String[]::new));
        // One line: what somebody wrote could else add headers.
        mail.setSubject("Muster: " + notification.title().replaceAll("\\s+", " "));
        mail.setText(notification.text() + "\n\n" + notification.id() + "\n");
        try {
            sender.send(mail);
        } catch (MailException e) {
            throw new NotSent(
                    "Mail could not be sent (" + e.getClass().getSimpleName()
                            + "). Look at SPRING_MAIL_HOST and the addresses in MUSTER_NOTIFY_MAIL_TO.",
                    e);
        }
    }
}
