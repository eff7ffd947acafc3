// Package accountweb has the pages at the door: signing in and out, the first run,
// and a person's own sessions and password.
//
// Door is the middleware. It is made before the kit, because the kit runs it
// around every handler; the pages are made after it, because they need the kit.
//
//	door := accountweb.NewDoor(accountweb.DoorConfig{Accounts: accounts, Sessions: account.NewSessions(d)})
//	kit, err := web.NewKit(web.Config{Bundle: bundle, Session: door.Wrap, …})
//	_, err = accountweb.New(accountweb.Config{Kit: kit, Door: door, Accounts: accounts, Book: book, Clock: clk})
package accountweb
