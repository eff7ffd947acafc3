// Package workday counts working days and knows the lunar calendar of Viet Nam.
//
// Working days are Monday to Friday without public holidays, plus the Saturdays
// worked in exchange for a bridge day. The holidays of a year are data: a file
// data/<year>.json where the year's list has been announced, else computed from
// data/rules.json (fixed days, days of the lunar calendar, and the next working
// day for one that falls on a weekend). Both name their source.
//
// Convention (rules.md 14.20): the day of the event is not counted, the last day is.
//
//	cal, err := workday.New()
//	due := cal.Add(received, 30) // within 30 working days
package workday
