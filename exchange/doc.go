// Package exchange brings lists into the register and out of it: members, units and
// posts.
//
// Words. A mapping says which column of a sheet is which field. An entry is a row of
// the sheet that speaks of somebody; titles, sums and signatures are none. What there
// is to say about a cell is an issue: a warning, a question, or an error. A question
// is a person of whom it is not certain whether the register, or an earlier row, has
// him already: it is put to a person and never guessed. A run is a sheet on its way
// through the pages; Load does the same in one step for the command line.
//
// Invariants: an import is one transaction, whatever is chosen: all entries or, with
// an error or an open question anywhere, none; or all good ones. A process that is
// killed leaves nothing half-done. The same sheet twice changes nothing: an entry is
// compared with the register field by field, and an empty cell never takes anything
// away. Nobody becomes a member of two cells. Facts that an election would be refused
// for are told with the rule's source and written: they have happened.
//
// What is uploaded is sealed and gone after use, or after a day; audit details hold
// counts; a person who may not read records sees none of the register's values.
//
//	report, err := svc.Load(ctx, access.System(), exchange.LoadIn{Kind: exchange.Members, Into: "38.168.053", …})
package exchange
