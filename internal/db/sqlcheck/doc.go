// Package sqlcheck finds the SQL of the module and holds it to the house: every
// statement a constant, understood by both engines, in the portable subset, and open
// to distribution by part_id. Its test runs over the whole module.
//
// A statement is what is given to Query, QueryRow, Exec, db.List, db.Many or db.Rehome. It may
// come through variables, parameters, fields and tables, as long as all that can
// arrive there are constants of the same package. A constant whose name ends with
// SQLite or Postgres is for that engine alone.
package sqlcheck
