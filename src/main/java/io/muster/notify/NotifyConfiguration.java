package io.muster.notify;

import io.muster.inventory.Secrets;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mail.javamail.JavaMailSender;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({NotifyProperties.class, Links.class})
class NotifyConfiguration {

    @Bean
    Channels channels(NotifyProperties properties, Secrets secrets, ObjectProvider<JavaMailSender> mail) {
        List<Channel> channels = new ArrayList<>();
        if (!properties.webhook().isEmpty()) {
            channels.add(new WebhookChannel("webhook", properties.webhook(), "MUSTER_NOTIFY_WEBHOOK", secrets));
        }
        JavaMailSender sender = mail.getIfAvailable();
        boolean addressed =
                !properties.mailTo().isEmpty() || !properties.escalationMailTo().isEmpty();
        if (addressed && sender != null) {
            channels.add(new MailChannel(sender, properties));
        } else if (addressed) {
            LoggerFactory.getLogger(NotifyConfiguration.class)
                    .warn("MUSTER_NOTIFY_MAIL_TO is set and SPRING_MAIL_HOST is not: no mail is sent");
        }
        return new Channels(channels);
    }
}
