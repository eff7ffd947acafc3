// Bench measures what docs/dev/performance.md promises, one command each:
//
//	go run ./bench            # everything
//	go run ./bench pages      # server time of the meeting page and the district home
//	go run ./bench checkins   # check-ins by group commit against one transaction each
//	go run ./bench demo       # from start to the first page and to the complete district
//	go run ./bench memory     # resident memory after 1,000 pages
//	go run ./bench import     # 150,000 rows of a workbook into the register, and out again
//	go run ./bench evening    # the district meets: check-ins and votes a second, pages, screens
//	go run ./bench wall       # walls of committees, and their figures against the plain recursive query
//	go run ./bench scores     # scores saved with their roll-up a second
//	go run ./bench secret     # secret ballots a second, sealed and durable
//	go run ./bench admission  # boards of dossiers, and the nation's alarms; -db postgres://… for PostgreSQL
//	go run ./bench -size nation -db nation.db levels   # pages of each level of reader against a district's
//	go run ./bench -size nation -db nation.db move     # a commune moved, against the whole tree computed anew
//
// The program is built, started as its own process and asked over the loopback
// interface: load generator and server never share a process. What depends on the
// machine's speed is also given as a ratio against a baseline of the same run, and as
// processor time, which other programs on the machine disturb least.
//
// A broken limit is told in the table; with -strict it is also the exit code.
package main
