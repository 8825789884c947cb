/** The data of services on their hosts: recorded, checked, copied, archived and removed. */
package io.muster.steps.volume;
