// Package fault is the one way an expected failure travels from a rule to a
// screen: a kind (what happened), a translation key with values (what to say),
// field errors (where), and the cause (for the log, never for the user).
//
// Invariants: an error is returned or logged, never both; only the outermost
// place (internal/web, the command line) turns a kind into a status. An error
// without a kind is Internal: the user sees a reference number, never its text.
//
//	var ErrAlreadyClosed = fault.New(fault.Conflict, "meeting.err.already_closed")
//	return fault.Field("day", "meeting.err.past")
package fault
