package io.muster.web.security;

import io.muster.engine.Roles;
import io.muster.journal.DecisionJournal;
import jakarta.servlet.DispatcherType;
import java.time.Clock;
import java.util.Arrays;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ProcessEngine;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.PropertySource;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Two doors: Camunda's web apps with their own login, and everything else. */
@Configuration(proxyBeanMethods = false)
@PropertySource("classpath:io/muster/web/security/security.properties")
class SecurityConfiguration implements WebMvcConfigurer {

    private static final String[] MONITORS = {Roles.ADMINS, Roles.AUDITORS};

    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        registry.addRedirectViewController("/", "/camunda/app/tasklist/");
    }

    @Bean
    EngineUsers engineUsers(IdentityService identity, ObjectProvider<Clock> clock) {
        return new EngineUsers(identity, clock.getIfAvailable(Clock::systemUTC));
    }

    /**
     * The web apps have filters of their own for login, session, XSRF tokens and headers; they let the login page, its
     * resources and the names of engines through. Creating a first administrator is closed here in any case.
     */
    @Bean
    @Order(1)
    SecurityFilterChain webApps(HttpSecurity http) throws Exception {
        return common(http.securityMatcher(new OrRequestMatcher(paths("/camunda", "/camunda/**"))))
                .headers(headers -> headers.cacheControl(cache -> cache.disable())
                        .frameOptions(frame -> frame.sameOrigin())
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.SAME_ORIGIN)))
                .authorizeHttpRequests(requests -> requests.requestMatchers(paths("/camunda/api/admin/setup/**"))
                        .denyAll()
                        .anyRequest()
                        .permitAll())
                .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain everythingElse(
            HttpSecurity http,
            EngineUsers users,
            IdentityService identity,
            ProcessEngine engine,
            DecisionJournal decisions)
            throws Exception {
        EngineAuthenticationFilter authentication =
                new EngineAuthenticationFilter(users, new WebappSession(engine.getName()), identity, new Errors());
        RunReaders readers = new RunReaders(engine);
        Deciders deciders = new Deciders(readers, decisions);
        return common(http)
                .headers(headers -> headers.contentSecurityPolicy(
                                policy -> policy.policyDirectives("default-src 'none'; frame-ancestors 'none'"))
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER)))
                .addFilterAt(authentication, BasicAuthenticationFilter.class)
                .authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(
                                DispatcherType.ASYNC, DispatcherType.ERROR, DispatcherType.FORWARD)
                        .permitAll()
                        // The login page looks whether a welcome application is installed.
                        .requestMatchers(paths("/", "/favicon.ico", "/error", "/camunda-welcome"))
                        .permitAll()
                        .requestMatchers("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness")
                        .permitAll()
                        .requestMatchers(paths("/actuator", "/actuator/**"))
                        .hasAnyAuthority(MONITORS)
                        .requestMatchers(paths("/api/runs/**", "/api/drills/**"))
                        .access((caller, request) -> readers.judge(caller.get()))
                        .requestMatchers(paths("/api/decisions/{task}"))
                        .access((caller, request) -> deciders.judge(
                                caller.get(), request.getVariables().get("task")))
                        .requestMatchers(HttpMethod.POST, "/api/recovery/**")
                        .hasAnyAuthority(Roles.OPERATORS, Roles.ADMINS)
                        .anyRequest()
                        .authenticated())
                .build();
    }

    /**
     * Patterns for the whole path. Given as strings, Spring Security would match them against the path below the servlet,
     * and the web apps and Camunda's REST API are servlets of their own.
     */
    private static RequestMatcher[] paths(String... patterns) {
        return Arrays.stream(patterns)
                .map(PathPatternRequestMatcher.withDefaults()::matcher)
                .toArray(RequestMatcher[]::new);
    }

    private static HttpSecurity common(HttpSecurity http) throws Exception {
        Errors errors = new Errors();
        return http.csrf(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                // The session is the web apps'; they renew its id at the login. To renew it at each request would end
                // the
                // login, because a page's other requests are still on their way with the old one.
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS)
                        .sessionFixation(fixation -> fixation.none()))
                .exceptionHandling(
                        handling -> handling.authenticationEntryPoint(errors).accessDeniedHandler(errors));
    }
}
