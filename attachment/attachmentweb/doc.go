// Package attachmentweb shows the files of a meeting or a task, takes new ones in and
// serves them, each only to who may see what it belongs to.
//
// A file is sent with a policy under which nothing in it can run; only photographs are
// shown in place.
package attachmentweb
