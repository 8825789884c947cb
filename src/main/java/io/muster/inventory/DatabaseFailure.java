package io.muster.inventory;

import java.sql.SQLException;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.support.SQLStateSQLExceptionTranslator;

/** A failure of plain JDBC as Spring names it: whoever runs steps tells a database that is away from one that refuses. */
public final class DatabaseFailure {

    private DatabaseFailure() {}

    /** @param what could not be done, as a sentence */
    public static DataAccessException of(String what, SQLException e) {
        DataAccessException known = new SQLStateSQLExceptionTranslator().translate(what, null, e);
        return known != null ? known : new UncategorizedSQLException(what, null, e);
    }
}
