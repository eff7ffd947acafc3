// Package questionweb has the pages of what members and people ask: the own questions
// with their trail, the form to ask, a cell's list with what its committee enters, a
// committee's desk with counts by unit, and the page of one question on which whoever
// has it decides.
package questionweb
