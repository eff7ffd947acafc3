// Package audit remembers who did what, when, to which thing.
//
// A row is written in the transaction of the act, so an act without its row
// does not exist. Afterwards a job seals rows in blocks: each block's hash covers
// the hash before it, so a row that was changed, added or taken away later is
// found by Verify. Sealing lags behind on purpose; no lock stands in a write.
//
// Beside it lies the log of readings, which members see: who looked at their record,
// in which office, when, what and why. It is kept for a limited time.
//
// Invariants: Detail holds no personal data: ids, states and counts only.
package audit
