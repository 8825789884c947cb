package io.muster.database;

import java.sql.SQLException;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.jdbc.support.SQLStateSQLExceptionTranslator;

/** A failure of plain JDBC as Spring names it: whoever runs steps tells a database that is away from one that refuses. */
public final class DatabaseFailure {

    private static final SQLExceptionTranslator TRANSLATOR = new SQLStateSQLExceptionTranslator();

    private DatabaseFailure() {}

    /** @param what could not be done, as a sentence */
    public static DataAccessException of(String what, SQLException e) {
        return of(what, null, e);
    }

    /** @param sql the statement, null where it says nothing more */
    public static DataAccessException of(String what, String sql, SQLException e) {
        DataAccessException known = TRANSLATOR.translate(what, sql, e);
        return known != null ? known : new UncategorizedSQLException(what, sql, e);
    }
}
