// Package officeweb shows who holds which post in a unit, now and before, and records
// elections, appointments, posts given and ended, and terms.
//
// What the rules say against the posts on record stands on the page with its source; a
// new election against them is refused by office.
package officeweb
