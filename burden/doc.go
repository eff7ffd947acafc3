// Package burden says what the program itself asks of a cell: clicks, typed texts and
// minutes a month, and how many fields it filled so that nobody had to. It is shown to
// the committee that is about to ask for one more report.
//
// Words. An act is an entry of the audit on a meeting of the cell's month, its score or
// the tasks that came of it. What an act costs is rulebook data (burden.acts), measured
// by the journey in e2e. A load is the sum over the acts of a month.
//
// Invariants: only acts of people cost clicks; what the program did itself counts in
// Filled alone. Nobody is counted by name: a load belongs to a cell, never to a person.
// The row of a cell-month is computed anew when a meeting closes and when it goes up; the
// cell's own page looks at the records of the moment.
//
//	err := svc.Counted(ctx, meeting) // after meeting.Service.OnClosed and OnSent, in a job
//	v, err := svc.Of(ctx, actor, unit)
package burden
