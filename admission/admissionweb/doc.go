// Package admissionweb has the pages of the way into the Party: the people whom a cell
// tracks, the page of one dossier with its path and the one next action, its papers, the
// board of a committee with where dossiers wait, and the yearly plan of a unit.
package admissionweb
