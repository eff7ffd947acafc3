// Package qualityweb shows a meeting's score sheet and takes what people add to it.
//
// One address, /meetings/{ref}/score, for everybody: the cell committee finds the
// proposal with its evidence and answers what the records do not say, the lead
// confirms it for the cell, the committee above decides, a member reads. What the
// cell gave and what was decided stand side by side (rules.md 3.05, 3.07).
package qualityweb
