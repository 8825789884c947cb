/**
 * Who may come in over HTTP: accounts of the engine, by HTTP Basic or by the web apps' session, on every path but health
 * and the login. Whatever door it is, the engine knows the user while the request runs.
 */
package io.muster.web.security;
