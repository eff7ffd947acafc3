// Package home gathers what a person sees first: what must I do now, and is
// everything all right?
//
// A Desk is the first page of a cell's lead and committee, a Wall that of a
// committee: today's truth about the cells below, each line with since when, the
// rule, whom to call and the next step. A High is that of a committee above very many
// cells: the units right below with the number of their cells in each matter, from
// their sums. Figures come from the roll-ups, names and meetings from their features. An
// Act is what a committee did about a line: reminded, planned a visit, offered help.
//
// Invariants: cells are shown, not ranked; a line that accuses says the rule it
// follows; every number opens the list it counts; an act is kept, so that nobody is reminded twice a
// day and a line says what was done about it.
package home
