// Package officetest gives tests a small district with people in posts, whose rights
// come from the database as in the program.
//
//	w := officetest.New(t, d)
//	lead := w.Actor(t, officetest.Secretary)
package officetest
