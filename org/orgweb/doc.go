// Package orgweb shows the tree of units: the outline with its search, the grassroots
// organisations, the cells, and the page of one unit with its people in office, its
// cells, its months and its history; the forms to found and to edit one; and each of
// them on a past day (web.Look), by the tree of that day or by today's.
//
// Words. A place is the unit at the top of what a page shows, with the proof that
// the reader may see it. Who has rights in several places that do not lie in each
// other chooses between them by tabs.
//
// Figures come from figure and member as they are; nothing is counted here.
//
//	_, err := orgweb.New(orgweb.Config{Kit: kit, DB: d, Book: book, Units: units, Clock: clk})
package orgweb
