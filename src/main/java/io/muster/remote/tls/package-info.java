/**
 * Certificates judged by what an environment trusts: TLS contexts made in memory from its PEM texts, refusals that say
 * which certificate, which name and why, and the probes of ports and of certificates.
 */
package io.muster.remote.tls;
