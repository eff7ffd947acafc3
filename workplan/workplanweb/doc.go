// Package workplanweb has the pages of the yearly work plan: the plan of a cell, one item,
// what is offered for a draft, and how the plans below a committee stand.
package workplanweb
