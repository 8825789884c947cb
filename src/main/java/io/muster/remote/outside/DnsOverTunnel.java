package io.muster.remote.outside;

import io.muster.remote.OutsideProbe.NotSeen;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Questions to a DNS server over one connection, as DNS over TCP has them. */
final class DnsOverTunnel {

    private DnsOverTunnel() {}

    static List<String> addresses(Socket connection, String name) throws IOException, NotSeen {
        List<String> found = new ArrayList<>();
        for (int type : List.of(Type.A, Type.AAAA)) {
            Message answer = ask(connection, name, type);
            if (answer.getRcode() != Rcode.NOERROR) {
                throw new NotSeen("the resolver answers " + Rcode.string(answer.getRcode()) + " for " + name);
            }
            for (Record record : answer.getSection(Section.ANSWER)) {
                if (record instanceof ARecord four) {
                    found.add(four.getAddress().getHostAddress());
                } else if (record instanceof AAAARecord six) {
                    found.add(six.getAddress().getHostAddress());
                }
            }
        }
        return found;
    }

    private static Message ask(Socket connection, String name, int type) throws IOException {
        Name full = Name.fromString(name, Name.root);
        byte[] question =
                Message.newQuery(Record.newRecord(full, type, DClass.IN)).toWire();
        OutputStream out = connection.getOutputStream();
        out.write(ByteBuffer.allocate(2 + question.length)
                .putShort((short) question.length)
                .put(question)
                .array());
        out.flush();
        DataInputStream in = new DataInputStream(connection.getInputStream());
        byte[] answer = new byte[in.readUnsignedShort()];
        in.readFully(answer);
        return new Message(answer);
    }
}
