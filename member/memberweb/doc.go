// Package memberweb shows members: the list with its search, those admitted in a
// period, the search from every desk, the record of one, everything around a record: the own page with who looked
// at it, proposals of correction and their decision, whole numbers for a reason, lists
// of badges, records that may be one person's; and what changes: transfers, times in
// which a member is exempt or away, the monthly fee, leaving, and the registers of it.
//
// Words. A place is the unit whose members a page shows, with the proof that the
// reader may see lists there. Who has rights in several places that do not lie in
// each other chooses between them in the form.
//
// Invariants: another person's record is opened through member.Service.Open only,
// which notes it, and the page says so; a whole number stands only in the answer to a
// POST that nothing keeps; lists hold masked telephone numbers; no name
// stands in an address.
//
//	_, err := memberweb.New(memberweb.Config{Kit: kit, DB: d, Book: book, Clock: clk, Members: svc})
package memberweb
