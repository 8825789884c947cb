/**
 * What keeps runs from harming one another or a system at rest: locks on what a run changes, and freezes of environments. Its
 * rules are functions of the database, because several servers share them; here they are called and put into words.
 */
package io.muster.safety;
