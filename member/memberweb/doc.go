// Package memberweb shows members: the list with its search, those admitted in a
// period, the record of one, and the search for members and units from every desk.
//
// Words. A place is the unit whose members a page shows, with the proof that the
// reader may see lists there. Who has rights in several places that do not lie in
// each other chooses between them in the form.
//
// Invariants: another person's record is opened through member.Service.Open only,
// which logs it, and the page says so; lists hold masked telephone numbers; no name
// stands in an address.
//
//	_, err := memberweb.New(memberweb.Config{Kit: kit, DB: d, Book: book, Clock: clk, Members: svc})
package memberweb
