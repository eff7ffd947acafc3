// Package meeting holds the life of a meeting: prepared, agreed by the cell
// committee, announced, held, closed with its papers, sent up.
//
// Words. A meeting belongs to a body (rules.md 1.33, 2.45): the cell, or the cell
// committee that meets before it. The plan is the agenda and the draft resolution.
// The roll has one row per member of the body on the day. An opinion is what a
// member wrote before or said during the meeting. A decision is one line of part III
// of the resolution and becomes a task.
//
// States run one way: preparing, agreed, invited, open, closed, sent. One that was
// announced and not begun may be called off: cancelled, and nothing changes it any more.
// Before that it is put off or given up.
//
// A thematic meeting may follow the regular one of the same evening (rules.md 2.03, 2.06).
// The two are agreed, announced, put off and called off together; each has its own agenda,
// roll, minutes, resolution and figures.
//
// A step of the month path that is late is told to its owner first; only when it stays so
// does the committee above see it.
//
// Invariants:
//
//   - One regular meeting of a body in a month, never convened for a past day; one that was
//     called off leaves the month free.
//   - A thematic meeting never stands instead of the regular one: it is called only where
//     the month has one, and one that follows it is opened only when it is closed.
//   - Another form than the whole cell in one room has the name of who allowed it; a
//     meeting by group keeps to its limits (2.43).
//   - A meeting by group is one meeting: each Party group meets for itself, the roll is one,
//     a vote is the sum of the groups, and it is closed when all have met (docs/adr/0023).
//   - The address of a room on the network is shown to those who take part and stands in no
//     paper, event or audit entry.
//   - Adjourn is one transaction: minutes and resolution are issued and frozen,
//     decisions become tasks, figures are put, and the state is closed; or nothing.
//   - Of two who close a meeting, the second gets ErrAlreadyClosed.
//   - The text of criticism leaves its own page nowhere; elsewhere stands a number
//     (docs/adr/0021). A later rule opens nothing that was said under a narrower one.
//   - A text of an open meeting is written by one person at a time, who holds its pen;
//     who is refused has lost nothing.
//   - From the moment the vote on the resolution opens, what was voted on does not
//     change any more, unless that vote fails.
//   - After closing only the sending changes the meeting, and a member's word that the
//     roll is wrong with its answer, which change no figure and no paper.
//   - Who is in the room follows from arrival and times away (Stay); it decides who may
//     cast, never the base, and is kept with each vote when it closes.
//   - The other papers (programme, invitation, conclusion, notice, report, extract) are made
//     of the same facts as the minutes, each at its stage; the lead signs them. What is
//     worded is data (rules "wording.*"), what is told is code.
//   - Names of members come from the register as it was on the day of the meeting.
//
// Example:
//
//	ref, err := svc.Convene(ctx, actor, meeting.ConveneIn{CellID: cell, Kind: meeting.Regular, Day: day, Hour: 19, Minute: 30})
//	_, err = svc.Agree(ctx, actor, ref, meeting.AgreeIn{PresentIDs: committee})
//	err = svc.Invite(ctx, actor, ref)
//	err = svc.OpenMeeting(ctx, actor, ref)
//	err = svc.Adjourn(ctx, actor, ref, version)
package meeting
