/** Several servers, as processes of their own, on one PostgreSQL: what they do when one of them, or it, dies or freezes. */
package io.muster.servers;
