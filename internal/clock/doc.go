// Package clock is the only place that reads the time. Everything else is given
// a Clock, so that a test or the demo can say what day it is.
package clock
