/**
 * What Muster says to people who are not looking at it: one port, a channel for each way (webhook, mail). What is said carries an
 * id, so that a receiver can tell a repetition.
 */
package io.muster.notify;
