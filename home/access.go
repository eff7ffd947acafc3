package home

// Who sees which first page, in words:
//
//   - Whoever leads a cell, serves in its committee or is its member has its desk; the
//     parts of the desk are those of the person: only the lead and the committee see
//     the month's path and the work of the others. Who holds several has the desk of
//     the office, and somebody else's only where there is no own one.
//   - The wall of a unit, and the high page of one above very many cells, is for who
//     reads figures there: the officers and keepers of that unit and above it, the lead
//     and committee of a cell for their own. It names cells and whom to call, no
//     member's record, and no task of a cell that keeps its tasks.
//   - The follower sees the cells followed. The administrator sees the first steps of
//     the program and no figures of persons.
//   - Nothing is written here; each link asks for rights of its own.
