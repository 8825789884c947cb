/** Muster's own HTTP: the REST API and the plugins of the web apps. */
package io.muster.web;
