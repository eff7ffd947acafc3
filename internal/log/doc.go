// Package log sets up the log: lines of text for people, JSON for machines, with the
// id of the request they belong to.
//
// Invariant: no personal data in the log. Callers log ids, kinds and counts. A guard
// hides what slips through by its name (a password, a login, a name, a text) or by its
// form (a whole struct); it is a net, not a permission.
//
//	logger := log.New(os.Stderr, log.Options{})
//	ctx = log.With(ctx, requestID)
//	logger.InfoContext(ctx, "meeting adjourned", "meeting", id)
package log
