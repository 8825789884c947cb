/** Names as an environment sees them: through its own name server where it has one, else through the machine's. */
package io.muster.remote.names;
