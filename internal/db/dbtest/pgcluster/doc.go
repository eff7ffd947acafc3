// Package pgcluster starts a throw-away PostgreSQL for tests from the binaries of
// this machine: in a temporary folder, reached by a socket in it, without waiting for
// the disk. It goes away with the process that started it, however that ends.
//
//	c, err := pgcluster.Start()
//	defer c.Stop()
//	use(c.DSN)
package pgcluster
