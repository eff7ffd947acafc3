// Package notify keeps what a person is told inside the program: "you are invited",
// "a task is yours", with the page where it is done.
//
// A notice is stored as a kind and values, never as a sentence: the sentence is the
// translation of "notify.<kind>", in the language of whoever reads it. The feature
// that sends a kind brings the translation.
//
// Invariants: a notice is written in the transaction of the act that it tells of;
// it is read by its person only; values keep their type, so a day is shown as
// days are shown in the reader's language.
//
//	err := notify.Send(ctx, tx, notify.Notice{
//		Kind: "meeting.invited", Href: "/meetings/" + ref.String(),
//		Args: map[string]any{"Cell": cell.Name, "Day": day},
//	}, notify.To{Part: part, PersonID: person})
package notify
