// Package taskweb shows what members were given to do: the own tasks with a word
// on how far they are, and the tasks of a cell.
//
// /tasks is a person's own desk over all cells he or she is in; /cells/{id}/tasks
// is for whoever may read the cell. Nothing is judged here: a meeting does.
package taskweb
