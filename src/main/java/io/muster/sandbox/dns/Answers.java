package io.muster.sandbox.dns;

import java.util.List;
import java.util.Optional;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SetResponse;
import org.xbill.DNS.Type;
import org.xbill.DNS.Zone;

/** Answers queries from zones alone. */
final class Answers {
    private static final int PAYLOAD = 1232;
    private static final int LONGEST_ALIAS_CHAIN = 8;

    private Answers() {}

    static Message to(Message query, Zones zones) {
        Header asked = query.getHeader();
        Message answer = new Message(asked.getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setOpcode(asked.getOpcode());
        if (asked.getFlag(Flags.RD)) {
            answer.getHeader().setFlag(Flags.RD);
        }
        if (query.getOPT() != null) {
            answer.addRecord(new OPTRecord(PAYLOAD, 0, 0), Section.ADDITIONAL);
        }
        Record question = query.getQuestion();
        if (asked.getOpcode() != Opcode.QUERY) {
            answer.getHeader().setRcode(Rcode.NOTIMP);
        } else if (question == null || asked.getCount(Section.QUESTION) != 1) {
            answer.getHeader().setRcode(Rcode.FORMERR);
        } else {
            answer.addRecord(question, Section.QUESTION);
            answer(question, zones, answer);
        }
        return answer;
    }

    private static void answer(Record question, Zones zones, Message answer) {
        Optional<Zone> zone = zones.responsibleFor(question.getName());
        boolean transfer = question.getType() == Type.AXFR || question.getType() == Type.IXFR;
        if (zone.isEmpty() || question.getDClass() != DClass.IN || transfer) {
            answer.getHeader().setRcode(Rcode.REFUSED);
            return;
        }
        answer.getHeader().setFlag(Flags.AA);
        resolve(question.getName(), question.getType(), zones, answer, LONGEST_ALIAS_CHAIN);
    }

    /** Follows aliases as far as they stay in these zones; the asker resolves the rest. */
    private static void resolve(Name name, int type, Zones zones, Message answer, int aliasesLeft) {
        Optional<Zone> zone = zones.responsibleFor(name);
        if (zone.isEmpty() || aliasesLeft == 0) {
            return;
        }
        SetResponse found = zone.get().findRecords(name, type);
        if (found.isSuccessful()) {
            add(found.answers(), answer, Section.ANSWER);
        } else if (found.isCNAME()) {
            CNAMERecord alias = found.getCNAME();
            answer.addRecord(alias, Section.ANSWER);
            resolve(alias.getTarget(), type, zones, answer, aliasesLeft - 1);
        } else {
            if (found.isNXDOMAIN()) {
                answer.getHeader().setRcode(Rcode.NXDOMAIN);
            }
            answer.addRecord(zone.get().getSOA(), Section.AUTHORITY);
        }
    }

    private static void add(List<RRset> sets, Message answer, int section) {
        sets.forEach(set -> set.rrs().forEach(record -> answer.addRecord(record, section)));
    }
}
