package io.muster.engine;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;

/** Tells a database that did not answer from one that answered that something is wrong. */
final class DatabaseAway {

    private DatabaseAway() {}

    static boolean in(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof SQLTransientConnectionException
                    || t instanceof SQLRecoverableException
                    || t instanceof SQLException sql && away(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /** Connection exceptions; a shutdown, a crash, a server that comes up; a transaction that said nothing for too long. */
    private static boolean away(String state) {
        return state != null && (state.startsWith("08") || state.startsWith("57P0") || state.equals("25P03"));
    }
}
