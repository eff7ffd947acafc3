// Find measures the search for members on a database that is already filled, best one
// of `chibo demo --size nation`:
//
//	go run ./bench/find -db /path/to/nation.db
//	go run ./bench/find -db postgres://… -rounds 5
//
// One process asks, as a page does, through member.Find in a read transaction: fixed
// texts that are hard (one letter, "nguyen", words that nearly all share), names drawn
// from the scope, and their first letters as they are typed. Judged is the 95th
// percentile over all of them for a commune, a province and the whole tree, in the
// middle one of the rounds. Beside it stands the plain way, LIKE over all names of the
// scope in the order of names, in the same run.
//
// A database without the index of names gets it first; how long that takes and how much
// space the file gains is printed.
package main
