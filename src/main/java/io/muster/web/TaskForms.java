package io.muster.web;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Forms of tasks that Muster asks in any run: no diagram's deployment holds them. */
@Configuration(proxyBeanMethods = false)
class TaskForms implements WebMvcConfigurer {

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/forms/decision/**").addResourceLocations("classpath:/forms/decision/");
    }
}
