/**
 * The SSH server of each host: public-key authentication, commands and shells inside its jail, and SFTP on its files.
 * It listens exactly while the host runs.
 */
package io.muster.sandbox.ssh;
