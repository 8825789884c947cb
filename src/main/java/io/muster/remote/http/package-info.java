/**
 * HTTP as an environment sees it, by Apache HttpClient: names through its resolver, certificates against its trust, one
 * time limit over everything, and failures that say how far a request came.
 */
package io.muster.remote.http;
