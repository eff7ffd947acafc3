// Package tree has the place of an organisation among the others, written as
// the ids from the top down, each closed by a dot: "1.34.345.". The ids are
// those of table org, so a path says every unit above without a query.
//
// Invariants: in plain byte order all units below p follow p, before anything
// else; the subtree of p is therefore the half-open range [p, p with its last
// dot turned into a slash). The columns that hold paths compare bytes
// (COLLATE "C" in PostgreSQL). The empty path is "above everything".
//
//	lo, hi := p.Range() // path >= $1 AND path < $2
package tree
