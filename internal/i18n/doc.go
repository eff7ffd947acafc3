// Package i18n turns keys into the words of a language, and numbers and days
// into the form its readers expect. Vietnamese is the first language, English
// the second.
//
// Catalogues are flat JSON files named after their language, one pair per
// feature: {"meeting.title": "Sinh hoạt {{.Name}}"}. A text may hold {{.Name}}
// and {{int .Name}} (a number with grouped thousands); nothing else. A key whose
// wording depends on a count has {"one": …, "other": …} and takes the count from
// the value named Count.
//
// Invariants: a key belongs to one catalogue; a missing key is shown as ⟦key⟧ and
// told to the hook, so that a test can fail on it.
//
//	b, err := i18n.Load(meetingweb.Texts, memberweb.Texts)
//	lang := b.Lang("vi") // then lang.T with a key and its values
package i18n
