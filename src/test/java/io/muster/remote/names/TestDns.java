package io.muster.remote.names;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A name server on UDP loopback that knows some records, and that everything else does not exist. */
public final class TestDns implements AutoCloseable {

    private final DatagramSocket socket;
    private final List<Record> records = new CopyOnWriteArrayList<>();
    private volatile int refusal = Rcode.NXDOMAIN;

    public TestDns(String... zoneLines) throws IOException {
        socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        for (String line : zoneLines) {
            String[] parts = line.split(" ", 3);
            Name name = Name.fromString(parts[0], Name.root);
            records.add(Record.fromString(name, Type.value(parts[1]), DClass.IN, 0, parts[2], Name.root));
        }
        Thread thread = new Thread(this::serve, "test-dns");
        thread.setDaemon(true);
        thread.start();
    }

    public String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    void refuseWith(int rcode) {
        refusal = rcode;
    }

    private void serve() {
        byte[] buffer = new byte[4096];
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
                byte[] answer = answer(new Message(Arrays.copyOf(buffer, packet.getLength())));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                // Closed, or a question that is none.
            }
        }
    }

    private byte[] answer(Message question) {
        Record asked = question.getQuestion();
        Message answer = new Message(question.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.addRecord(asked, Section.QUESTION);
        List<Record> named = records.stream()
                .filter(one -> one.getName().equals(asked.getName()))
                .toList();
        named.stream()
                .filter(one -> one.getType() == asked.getType() || one.getType() == Type.CNAME)
                .forEach(one -> answer.addRecord(one, Section.ANSWER));
        if (named.isEmpty()) {
            answer.getHeader().setRcode(refusal);
        }
        return answer.toWire();
    }

    @Override
    public void close() {
        socket.close();
    }
}
