// Package visitweb has the pages of observers' cards: of a cell, of a committee, one card,
// and the form that leaves one.
package visitweb
