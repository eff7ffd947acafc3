// Package document issues papers: it gives the number, keeps what the paper was
// made from, freezes the files, and proves later that nothing was changed.
//
// Words. A paper is of a kind ("NQ", "BB": rules.md 7.18) and belongs to an owner,
// the act that it tells of (a meeting). Its model is the paper.Document as JSON;
// from it the page, the PDF and the DOCX are made. Freezing keeps the two files
// themselves; a paper that is not frozen is made anew each time it is opened.
//
// Invariants:
//
//   - Numbers run from 01 per kind and term of the unit's committee, not per year,
//     without gaps (rules.md 7.06, 7.07): number and paper are written in one
//     transaction.
//   - A unit issues a kind only when the rules of the paper's day allow it
//     (rules.md 7.19, 14.27).
//   - A paper is never changed. Model and files are checked against their SHA-256
//     whenever they are read.
//   - A correction is a later version with the same number: frozen, with a reason and who
//     signed it. All versions stay; the highest is in force. What two of them say
//     differently is computed from their texts.
//   - Who may read the unit (access.CellRead) may read its papers; an addressee may read
//     the paper that was made for it. Nobody else. A paper of a guarded act is read by whom
//     its feature lets read, and stands in no list, search or reading duty (Guard).
//   - Having opened a paper and confirming to have read it are two things; the second
//     counts for one version.
//
// Example:
//
//	doc, err := documents.Issue(ctx, tx, document.IssueIn{
//		Unit: cell, Kind: "NQ", Subject: subject, Owner: "meeting", OwnerID: id, On: day, By: actor.AccountID,
//		Build: func(symbol string) (paper.Document, error) { return resolution(facts, symbol), nil },
//		Freeze: true,
//	})
package document
