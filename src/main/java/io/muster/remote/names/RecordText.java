package io.muster.remote.names;

import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;

/** Records as operators write them: names without the root's dot, texts without quotes and in one piece. */
final class RecordText {

    static String of(Record record) {
        if (record instanceof TXTRecord text) {
            return String.join("", text.getStrings());
        }
        String data = record.rdataToString();
        return data.endsWith(".") ? data.substring(0, data.length() - 1) : data;
    }

    private RecordText() {}
}
