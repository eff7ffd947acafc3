// Package admission keeps people on their way into the Party, from the first contact to
// the recognition as an official member (rules.md 4).
//
// Words. A dossier is one person's one attempt, from the day the cell began to track the
// person. The way is a list of steps of the rulebook; each names the steps before it, who
// acts and how it is decided. A record is a step that was done, with its own day. The step
// that waits is the first one that is not done and whose needs are. A clock is a deadline
// of a step, from the start that the rule of its day names. A condition is shown as met,
// missing, an exception with its paper, doubtful or not known.
//
// Invariants:
//
//   - A step is judged by the rules of its own day, never of today; a deadline by those of
//     the day it runs from. So a rule that changes in the middle changes nothing behind it.
//   - No step before those it needs, none before their days, none in the future. What was
//     noted by mistake is struck, the last one first; a row is never changed.
//   - The steps "cell resolution" are votes of a meeting: the vote's base and result are the
//     meeting's, and its closing moves the dossier (docs/adr/0033). A vote from before the
//     dossier was opened here may be copied from its paper.
//   - Conditions are a proposal. What the Charter does not leave open (age, citizenship,
//     education, introducers) must be met or excepted before the cell votes; over the rest a
//     person goes on with a reason that is kept.
//   - One person has one open dossier, wherever it is.
//   - Verification is a day and a state; of its papers only that they are there is kept, and
//     of no relative anything (5.24, 9.15).
//   - From the ceremony on the person is a reserve member of the register: dossier and
//     membership lie in the same cell, and a transfer takes both.
//   - A form is a pure function of facts; one with a number is issued once, by the unit that
//     decided, and read by those who read the dossier (docs/adr/0037).
//   - Names stand in no notice, address, event or audit entry; each reading is noted.
//
// Example:
//
//	ref, err := svc.Track(ctx, lead, admission.TrackIn{CellID: cell, Person: admission.Person{Name: "…"}, On: day})
//	err = svc.Record(ctx, lead, ref, admission.RecordIn{Step: "application", Day: day, Version: 3})
//	err = svc.PutOnAgenda(ctx, lead, ref, meeting)   // then the meeting votes
//	err = svc.Record(ctx, officer, ref, admission.RecordIn{Step: "decision", Day: day, Number: "12-QĐ/HU"})
package admission
