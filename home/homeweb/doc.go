// Package homeweb has the first page of each kind of person: the cell's lead and
// committee see the month's path, a member the next meeting and own tasks, a
// committee its wall, or above very many cells the units right below.
package homeweb
