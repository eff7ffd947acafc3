// Package ical writes calendar files (RFC 5545) that phones and desks read.
//
// Invariants: instants are written in UTC, so no time zone has to be described; lines end
// in CRLF and are folded at 75 bytes between letters; commas, semicolons, backslashes and
// line breaks of a text are escaped. An event keeps its UID for its whole life, a later
// state has a higher Seq.
//
//	b, err := ical.Write(ical.Calendar{Name: "Lịch họp", Stamp: now, Events: events})
package ical
