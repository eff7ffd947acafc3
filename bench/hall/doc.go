// Package hall is the server side of the check-in measurement: one large meeting in
// a database of its own, and a plain line protocol over a loopback connection, so
// that the load generator can be another process without a web server's cost on top
// of what is measured.
//
// Invariants:
//
//   - The database is opened as `chibo serve` opens it: WAL, synchronous FULL.
//   - A check-in is the use case itself, meeting.Service.CheckIn, with its rights,
//     its roll, its audit entry and its word to the live screens.
//   - The two ways of a pair run the same code. Only how many of them may wait for
//     the disk together differs.
package hall
