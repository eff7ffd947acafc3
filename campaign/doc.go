// Package campaign has what a committee asks of many units below in steps with days: a
// congress in each organisation, the yearly review, a change of cards.
//
// Words. A campaign belongs to a committee; it has steps, each with its day, and says
// which kinds of unit take part. A unit reports a step with proof: a note, a file, or
// both. The committee accepts the report or sends it back with the reason. A step of a
// unit is done once it was reported and not sent back, and late from the day after its
// own.
//
// Invariants:
//
//   - Who takes part is never stored: it is the living units of those kinds under the
//     committee, as the tree stands. So a merged unit drops out, a founded one comes in for
//     the steps that are due after it was founded, and one that moves away leaves.
//   - Reports lie in the part of their unit and go with it; a unit that has ended keeps
//     its own.
//   - Nothing is overwritten: each word about a report stays.
//   - "72/73" and the list of the one that has not are counted by the same condition.
//
// Example:
//
//	id, err := campaigns.Begin(ctx, actor, campaign.BeginIn{OrgID: district, Title: "…", Kinds: …, Steps: …})
//	err = campaigns.Report(ctx, actor, campaign.ReportIn{Campaign: id, Step: step, OrgID: unit, Note: "…"})
package campaign
