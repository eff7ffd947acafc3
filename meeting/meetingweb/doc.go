// Package meetingweb holds the pages of a cell's meetings: the list, the month path,
// convening, the plan, the cell committee's agreement, the invitation with its slips,
// and the meeting itself with roll, votes and the hall's screen.
//
// Words. Preparing is everything until the meeting opens, running is the rest. The plan
// page is one form: whatever its buttons do, everything typed goes along, so that it
// works without script and loses nothing.
//
// Invariants: a page is made from one read of the domain (meeting.Service.Get), so that
// what it says belongs together; a button that the viewer may not use is not drawn, and
// the domain refuses it all the same.
package meetingweb
