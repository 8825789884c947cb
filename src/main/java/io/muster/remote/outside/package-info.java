/** Services as hosts elsewhere see them. */
package io.muster.remote.outside;
