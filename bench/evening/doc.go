// Package evening stages an evening on which cells meet, and has what plays it: rooms
// with their people, each of whom is signed in on a phone of one connection, and forms
// read from the pages as a browser does.
//
// Invariants:
//
//   - Meetings are prepared by the use cases (Convene, Agree, Invite), accounts and
//     sessions are made as signing in makes them. Only the passwords are never typed.
//   - A phone sends what the page it was given says: the hidden fields of a form, its
//     device id and version among them, come from the page.
//   - Nothing here knows a table.
package evening
