// Package exchangeweb has the pages that bring lists into the register and out of it:
// four calm steps for an import (choose a file, check its columns, look and correct,
// store), and for an export one page that asks why.
//
// Invariants: every step is a page of its own, reached by the run's address, and works
// without script; nothing that names a person stands in an address; what was typed is
// kept when a step is refused; a file is read into memory, never laid down unsealed.
//
//	_, err := exchangeweb.New(exchangeweb.Config{Kit: kit, DB: d, Exchange: svc})
package exchangeweb
