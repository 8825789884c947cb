package io.muster.sandbox.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Lookup;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

class DnsServerTest {
    private static final List<String> REVERSE = List.of("77.127.in-addr.arpa");

    private final DnsServer server =
            new DnsServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), zones(records()));

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void everyTypeOfRecordIsAnswered() throws Exception {
        assertThat(answers("core-01.sandbox.test.", Type.A)).containsExactly("127.77.1.1");
        assertThat(answers("core-01.sandbox.test.", Type.AAAA)).containsExactly("0:0:0:0:0:0:0:1");
        assertThat(answers("sandbox.test.", Type.TXT)).containsExactly("\"a rehearsal\"");
        assertThat(answers("sandbox.test.", Type.MX)).containsExactly("10 core-01.sandbox.test.");
        assertThat(answers("_notes._tcp.sandbox.test.", Type.SRV)).containsExactly("0 0 8080 core-01.sandbox.test.");
        assertThat(answers("a-name.sandbox.test.", Type.A)).containsExactly("127.77.9.9");
        assertThat(answers("sandbox.test.", Type.NS)).containsExactly("ns.sandbox.test.");
    }

    @Test
    void anAliasIsAnsweredTogetherWithItsAddress() throws Exception {
        assertThat(answers("notes.sandbox.test.", Type.A)).containsExactly("core-01.sandbox.test.", "127.77.1.1");
    }

    @Test
    void addressesHavePointersAndAGivenPointerWins() throws Exception {
        assertThat(answers("1.1.77.127.in-addr.arpa.", Type.PTR)).containsExactly("core-01.sandbox.test.");
        assertThat(answers("9.9.77.127.in-addr.arpa.", Type.PTR)).containsExactly("other.sandbox.test.");
    }

    @Test
    void anUnknownNameIsNxdomainWithTheStartOfAuthority() throws Exception {
        Message answer = ask("nobody.sandbox.test.", Type.A, false);

        assertThat(answer.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(answer.getSection(Section.AUTHORITY))
                .singleElement()
                .extracting(Record::getType)
                .isEqualTo(Type.SOA);
        assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(answer.getHeader().getFlag(Flags.RA)).isFalse();
    }

    @Test
    void aKnownNameWithoutThatTypeIsAnEmptyAnswer() throws Exception {
        Message answer = ask("core-01.sandbox.test.", Type.MX, false);

        assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answer.getSection(Section.ANSWER)).isEmpty();
        assertThat(answer.getSection(Section.AUTHORITY)).hasSize(1);
    }

    @Test
    void otherZonesAndTransfersAreRefused() throws Exception {
        assertThat(ask("example.com.", Type.A, false).getRcode()).isEqualTo(Rcode.REFUSED);
        assertThat(ask("1.0.0.10.in-addr.arpa.", Type.PTR, false).getRcode()).isEqualTo(Rcode.REFUSED);
        // The resolver refuses to send AXFR by itself, so an incremental one stands for both.
        assertThat(ask("sandbox.test.", Type.IXFR, true).getRcode()).isEqualTo(Rcode.REFUSED);
    }

    @Test
    void tcpGivesTheSameAnswers() throws Exception {
        assertThat(ask("core-01.sandbox.test.", Type.A, true).getSection(Section.ANSWER))
                .extracting(Record::rdataToString)
                .containsExactly("127.77.1.1");
    }

    @Test
    void anAnswerTooLargeForADatagramIsFetchedOverTcp() throws Exception {
        List<DnsRecord> many = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            many.add(new DnsRecord("many", "A", "127.77.3." + i));
        }
        server.replace(zones(many));

        assertThat(ask("many.sandbox.test.", Type.A, false).getSection(Section.ANSWER))
                .hasSize(200);
    }

    @Test
    void replacedZonesAreServedAtOnce() throws Exception {
        server.replace(zones(List.of(new DnsRecord("core-01", "A", "127.77.1.99"))));

        assertThat(answers("core-01.sandbox.test.", Type.A)).containsExactly("127.77.1.99");
        assertThat(ask("notes.sandbox.test.", Type.A, false).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void aBrokenQueryGetsAFormatErrorAndTheServerGoesOn() throws Exception {
        byte[] broken = {0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 63};
        byte[] buffer = new byte[512];
        DatagramPacket reply = new DatagramPacket(buffer, buffer.length);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(5_000);
            socket.send(new DatagramPacket(broken, broken.length, server.address()));
            socket.receive(reply);
        }

        assertThat(buffer[0]).isEqualTo((byte) 0x12);
        assertThat(buffer[3] & 0xf).isEqualTo(Rcode.FORMERR);
        assertThat(answers("core-01.sandbox.test.", Type.A)).isNotEmpty();
    }

    @Test
    void anOrdinaryLookupUsesIt() throws Exception {
        Lookup lookup = new Lookup(Name.fromString("notes.sandbox.test."), Type.A);
        lookup.setResolver(resolver());
        lookup.setCache(null);

        assertThat(lookup.run()).extracting(Record::rdataToString).containsExactly("127.77.1.1");
    }

    @Test
    void recordsOutsideTheZonesAndMalformedOnesAreRefusedByName() {
        assertThatThrownBy(() -> zones(List.of(new DnsRecord("x.example.com.", "A", "127.0.0.1"))))
                .hasMessageContaining("'x.example.com.' lies in none of the zones");
        assertThatThrownBy(() -> zones(List.of(new DnsRecord("x", "A", "127.0.0"))))
                .hasMessageContaining("Bad data '127.0.0' of the DNS record 'x' A");
        assertThatThrownBy(() -> zones(List.of(new DnsRecord("x", "ADDRESS", "127.0.0.1"))))
                .hasMessageContaining("Unknown type 'ADDRESS'");
    }

    @Test
    void aTakenAddressIsNamed() {
        DnsServer second = new DnsServer(server.address(), zones(records()));

        assertThatThrownBy(second::start)
                .hasMessageContaining("cannot listen on")
                .hasMessageContaining(String.valueOf(server.address().getPort()));
    }

    private static Zones zones(List<DnsRecord> records) {
        return Zones.of("sandbox.test", REVERSE, records);
    }

    private static List<DnsRecord> records() {
        return List.of(
                new DnsRecord("core-01", "A", "127.77.1.1"),
                new DnsRecord("core-01", "AAAA", "::1"),
                new DnsRecord("also-core-01", "A", "127.77.1.1"),
                new DnsRecord("notes", "CNAME", "core-01"),
                new DnsRecord("@", "TXT", "\"a rehearsal\""),
                new DnsRecord("@", "MX", "10 core-01"),
                new DnsRecord("_notes._tcp", "SRV", "0 0 8080 core-01"),
                new DnsRecord("a-name.sandbox.test", "A", "127.77.9.9"),
                new DnsRecord("9.9.77.127.in-addr.arpa.", "PTR", "other"));
    }

    private List<String> answers(String name, int type) throws Exception {
        return ask(name, type, false).getSection(Section.ANSWER).stream()
                .map(Record::rdataToString)
                .toList();
    }

    private Message ask(String name, int type, boolean tcp) throws Exception {
        SimpleResolver resolver = resolver();
        resolver.setTCP(tcp);
        return resolver.send(Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN)));
    }

    private SimpleResolver resolver() {
        return new SimpleResolver(server.address());
    }
}
