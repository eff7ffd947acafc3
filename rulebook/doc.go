// Package rulebook has the rules of the field as dated data: every threshold,
// deadline, score sheet, agenda template, kind of paper and style, each with the
// day it came into force, its source and how sure that source is. A number of the
// field in Go code is a defect; it belongs here.
//
// Words. A Book is all rules of all days, read from the embedded files under
// data/. A Set is what is in force on one day for one unit. An Override is what an
// upper committee puts in the place of a rule, for itself and all units below; the
// nearest one wins. A Rule tells where a value comes from, so that a page can say
// "theo …".
//
// Invariants: a key has one meaning and one shape (data/keys.json); periods of a
// key do not overlap and are half-open (valid_to is the first day without); each
// entry names its source and the fact of rules.md it follows; a convention of our
// own is marked so. The rule of an act is that of the act's day, not of today.
//
//	set := book.At(meetingDay, cellPath)
//	if set.Ratio(rulebook.VoteOrdinary).Passes(yes, base) { … }
package rulebook
