// Package seal closes the few values that nobody may read from the database alone,
// such as an identity number (rules.md 9.14), with keys that lie outside of it.
//
// Words. A Ring is all versions of the key; the newest seals, each opens what it
// sealed. A binding says whose value it is: what was sealed for one person does not
// open for another. A MAC is a keyed hash under which equal values are found without
// opening any.
//
// Invariants: AES-256-GCM with a random nonce for each value; the keys for sealing
// and for hashing are derived from the version's secret (HKDF-SHA256); a key file is
// made once, readable by its owner only, and never overwritten; the database keeps a
// print of each version it was used with, so that a wrong or missing file is told
// before anything is written with it.
//
//	ring, err := seal.Load(ctx, d, "/etc/chibo/chibo.key")
//	box, err := ring.Seal(number, "person.idno/7")
//	number, err := ring.Open(box, "person.idno/7")
package seal
