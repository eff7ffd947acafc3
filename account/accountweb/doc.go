// Package accountweb has the pages at the door: signing in and out, the first run,
// a person's own sessions and password; and those of who looks after accounts: who has
// one, printed slips, resets, blocking. While somebody still has the first password, Door
// opens no page but the one that asks for an own one.
//
// Door is the middleware. It is made before the kit, because the kit runs it
// around every handler; the pages are made after it, because they need the kit.
//
//	door := accountweb.NewDoor(accountweb.DoorConfig{Accounts: accounts, Sessions: account.NewSessions(d)})
//	kit, err := web.NewKit(web.Config{Bundle: bundle, Session: door.Wrap, …})
//	_, err = accountweb.New(accountweb.Config{Kit: kit, DB: d, Door: door, Accounts: accounts, Book: book, Clock: clk})
package accountweb
