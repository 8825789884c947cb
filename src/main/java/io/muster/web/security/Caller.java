package io.muster.web.security;

import java.util.List;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** An authenticated account with its groups, which are its authorities. */
public final class Caller extends AbstractAuthenticationToken {

    private static final long serialVersionUID = 1L;

    private final String user;
    private final List<String> groups;

    Caller(String user, List<String> groups) {
        super(groups.stream().map(SimpleGrantedAuthority::new).toList());
        this.user = user;
        this.groups = List.copyOf(groups);
        setAuthenticated(true);
    }

    public String user() {
        return user;
    }

    public List<String> groups() {
        return groups;
    }

    @Override
    public Object getCredentials() {
        return "";
    }

    @Override
    public Object getPrincipal() {
        return user;
    }
}
