// Package db is the one door to the database: SQLite in a file, or PostgreSQL.
//
// Words. Read gives a snapshot that cannot write. Recall is Read that answers a statement
// from memory while nothing was written of what it reads. Write is one transaction that
// sees all earlier ones and is retried when the database asks for it. WriteGrouped
// is Write for small hot writes (a check-in, a vote): what waits together is
// committed together, and a bad one is refused alone. Tx.Send and Together are for
// statements whose answers need not be waited for one by one (docs/adr/0044). Direct runs statements that
// commit one by one; only the job queue needs it.
//
// Invariants:
//
//   - A write that returned nil is on the disk (SQLite: WAL, synchronous FULL, unless
//     Options.Bulk said otherwise and Durable was not called yet).
//   - What a Recall shows is what a Read would show, of one moment. Which tables, and
//     which parts of them, an answer was made from is read in the statements themselves
//     (docs/adr/0040); writes of other processes are seen after 15 seconds.
//   - A callback may run more than once, so it has no effect outside the database;
//     what must happen after the commit is given to Tx.OnCommit.
//   - No Write inside of a Write: on SQLite the inner one would wait for the outer one
//     for ever. Store functions take a Q or a Tx, use cases open the transaction.
//   - A Q is for one goroutine, and for one open result at a time: close the rows
//     before the next statement. List does it for you.
//   - After a statement failed, a transaction can only be rolled back, on both
//     engines; Tx.Try lets one part fail alone.
//   - What Tx.Erase noted is unreadable in the engine's files when its note is gone, and not
//     before (docs/adr/0030); on PostgreSQL a VACUUM alone proves nothing.
//   - SQL is a constant with $1..$n, written once for both engines;
//     internal/db/sqlcheck holds the module to it.
//
// Example:
//
//	err := d.Write(ctx, func(tx *db.Tx) error {
//		_, err := tx.Exec(ctx, `INSERT INTO note (part_id, id, text) VALUES ($1, $2, $3)`, part, tx.ID(), text)
//		return err
//	})
package db
