/**
 * What every HTTP and TLS client here is made of: an environment's trust, client certificates, connection pools that look
 * names up as the environment does, and the words for what goes wrong on the way.
 */
package io.muster.remote.net;
