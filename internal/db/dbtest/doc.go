// Package dbtest gives tests a database: fresh, migrated, with a clock that stands at
// Day until the test moves it, gone after the test.
//
// SQLite is always there. PostgreSQL comes from CHIBO_TEST_PG (a superuser's
// address, see pgrun), else from the binaries of this machine; where there is neither,
// its tests are skipped, and fail when CHIBO_TEST_ALL is set. Migrations run once
// and the result is copied for each test. No TestMain is needed.
//
//	dbtest.Each(t, func(t *testing.T, d *db.DB) {
//		dbtest.Clock(d).Advance(24 * time.Hour)
//	})
package dbtest
