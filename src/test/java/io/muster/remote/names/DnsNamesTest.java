package io.muster.remote.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.inventory.Inventory;
import io.muster.remote.Environments;
import io.muster.remote.NameResolver;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;

class DnsNamesTest {

    private final NameResolver names = new DnsNames();
    private TestDns dns;
    private Inventory.Environment environment;

    @BeforeEach
    void serve() throws IOException {
        dns = new TestDns(
                "notes.sandbox.test A 127.77.1.3",
                "notes.sandbox.test A 127.77.1.4",
                "www.sandbox.test CNAME notes.sandbox.test.",
                "six.sandbox.test AAAA ::1",
                "sandbox.test MX 10 mail.sandbox.test.",
                "sandbox.test TXT \"v=spf1 \" \"-all\"",
                "sandbox.test NS ns.sandbox.test.",
                "_http._tcp.sandbox.test SRV 1 2 8080 notes.sandbox.test.",
                "3.1.77.127.in-addr.arpa PTR notes.sandbox.test.");
        environment = Environments.empty().resolver(dns.address()).build();
    }

    @AfterEach
    void stop() {
        dns.close();
    }

    @Test
    void asksTheEnvironmentsResolverForAddresses() throws Exception {
        assertThat(names.addresses(environment, "notes.sandbox.test"))
                .extracting(InetAddress::getHostAddress)
                .containsExactlyInAnyOrder("127.77.1.3", "127.77.1.4");
        assertThat(names.addresses(environment, "www.sandbox.test")).hasSize(2);
        assertThat(names.addresses(environment, "six.sandbox.test")).containsExactly(InetAddress.getByName("::1"));
    }

    @Test
    void addressesAreTakenAsTheyAre() {
        assertThat(names.addresses(environment, "127.5.6.7"))
                .extracting(InetAddress::getHostAddress)
                .containsExactly("127.5.6.7");
        assertThat(names.addresses(environment, "::1")).hasSize(1);
        assertThat(names.addresses(environment, "[::1]")).hasSize(1);
    }

    @Test
    void withoutAResolverTheMachineIsAsked() {
        Inventory.Environment none = Environments.empty().build();

        assertThat(names.addresses(none, "localhost")).isNotEmpty();
        assertThat(names.records(none, "localhost", "A", Optional.empty())).containsExactly("127.0.0.1");
    }

    @Test
    void aNameThatDoesNotExistIsRejectedNamingWhoWasAsked() {
        StepFailure failure =
                catchThrowableOfType(StepFailure.class, () -> names.addresses(environment, "nothing.sandbox.test"));

        assertThat(failure.reason()).isEqualTo("NameNotFound");
        assertThat(failure.kind()).isEqualTo(StepFailure.Kind.REJECTED);
        assertThat(failure).hasMessageContaining("nothing.sandbox.test").hasMessageContaining(dns.address());
    }

    @Test
    void recordsAreTextAsOperatorsWriteThem() {
        assertThat(records("notes.sandbox.test", "A")).containsExactly("127.77.1.3", "127.77.1.4");
        assertThat(records("www.sandbox.test", "CNAME")).containsExactly("notes.sandbox.test");
        assertThat(records("sandbox.test", "MX")).containsExactly("10 mail.sandbox.test");
        assertThat(records("sandbox.test", "TXT")).containsExactly("v=spf1 -all");
        assertThat(records("sandbox.test", "NS")).containsExactly("ns.sandbox.test");
        assertThat(records("_http._tcp.sandbox.test", "SRV")).containsExactly("1 2 8080 notes.sandbox.test");
        assertThat(records("127.77.1.3", "PTR")).containsExactly("notes.sandbox.test");
        assertThat(records("notes.sandbox.test", "MX")).isEmpty();
    }

    private java.util.List<String> records(String name, String type) {
        return names.records(Environments.empty().build(), name, type, Optional.of(dns.address()));
    }

    @Test
    void aNameServerThatRefusesIsATransientFailure() {
        dns.refuseWith(Rcode.REFUSED);
        StepFailure failure =
                catchThrowableOfType(StepFailure.class, () -> names.addresses(environment, "elsewhere.test"));

        assertThat(failure.reason()).isEqualTo(Reason.HOST_UNREACHABLE);
        assertThat(failure.kind()).isEqualTo(StepFailure.Kind.TRANSIENT);
    }

    @Test
    void aNameServerThatIsSilentIsATransientFailure() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            StepFailure failure = catchThrowableOfType(
                    StepFailure.class,
                    () -> names.records(environment, "x.test", "A", Optional.of("127.0.0.1:" + silent.getLocalPort())));

            assertThat(failure.reason()).isEqualTo(Reason.HOST_UNREACHABLE);
        }
    }

    @Test
    void whatIsNoRecordTypeOrResolverIsInvalid() {
        assertThat(catchThrowableOfType(
                                StepFailure.class, () -> names.records(environment, "x.test", "NOPE", Optional.empty()))
                        .reason())
                .isEqualTo(Reason.INVALID_INPUT);
        assertThat(catchThrowableOfType(
                                StepFailure.class,
                                () -> names.records(environment, "x.test", "A", Optional.of("127.0.0.1:port")))
                        .reason())
                .isEqualTo(Reason.INVALID_INPUT);
    }
}
