/** What all steps share; each feature's steps are in a package of their own below, and never use each other. */
package io.muster.steps;
