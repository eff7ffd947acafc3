// Package blob keeps frozen files in the database under the SHA-256 of their
// bytes.
//
// Invariants: a file is never changed, and the same bytes are kept once; Get
// computes the hash again, so a file that was damaged or altered in the database
// is reported and never shown.
//
//	hash, err := blob.Put(ctx, tx, pdf)
//	pdf, err = blob.Get(ctx, q, hash)
package blob
