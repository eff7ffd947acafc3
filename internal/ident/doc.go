// Package ident makes ids: integers that any machine can make before a row is
// written, that sort by time, and that JavaScript can hold exactly.
//
// An id is 53 bits: 41 bits of milliseconds since 2024-01-01 UTC (room until
// September 2093), 6 bits of node number, 6 bits of sequence. A Maker gives each id
// once and in rising order. When more than 64 ids are asked for in one millisecond,
// or the clock stands still or goes back, it runs ahead of the clock; whoever starts
// a Maker must therefore start it after the last id of its node. internal/db keeps
// that mark in the database and leases the node number (see db.Options.IDs).
//
// Ids are not secrets. What nobody may guess, and what is made on a device without
// a network, is NewDevice: 128 random bits.
//
//	m := ident.New(0, clock.System())
//	id := m.Next()
package ident
