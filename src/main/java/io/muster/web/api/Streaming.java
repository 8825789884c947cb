package io.muster.web.api;

import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.web.servlet.config.annotation.AsyncSupportConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Answers that are written while a step runs: they last as long as it does, where Tomcat would end them after 30 s, and each
 * has a thread of its own, so that no number of followers keeps another one waiting.
 */
@Configuration(proxyBeanMethods = false)
class Streaming implements WebMvcConfigurer {

    private static final long NO_LIMIT = -1;

    @Override
    public void configureAsyncSupport(AsyncSupportConfigurer async) {
        SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("stream-");
        threads.setDaemon(true);
        async.setDefaultTimeout(NO_LIMIT).setTaskExecutor(threads);
    }
}
