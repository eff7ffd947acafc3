package db

// Trips counts the round trips to PostgreSQL; false on SQLite.
func Trips(d *DB) (int64, bool) {
	e, ok := d.eng.(*pgEngine)
	if !ok {
		return 0, false
	}
	return e.trips.Load(), true
}
