// Command pgrun starts one throw-away PostgreSQL, tells its address to a command in
// CHIBO_TEST_PG, runs the command, stops the server, and ends as the command did. The
// tests of all packages share it then, which is much faster than one for each.
//
//	go run ./internal/db/dbtest/pgrun -- go test ./...
package main
