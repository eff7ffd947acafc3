package meeting

import (
	"strings"
	"unicode/utf8"

	"chibo/internal/fault"
)

// Limits of what people type, in characters, and of how far ahead a meeting is called.
// They guard the program against slips, they are no rules of the field; the forms say the
// same.
const (
	maxShort   = 200   // a place, a theme
	maxReason  = 300   // a reason of absence, a remark on a task, the product of a decision
	maxTitle   = 500   // what an item, a decision, a vote is about
	maxOpinion = 2000  // one opinion
	maxLong    = 10000 // a text of the papers
	maxNote    = 60000 // the note on an item: ten thousand words

	maxDaysAhead = 366
)

// fits adds an error at the field when the text has more characters than most.
func fits(f *fault.Fields, field, text string, most int) {
	if utf8.RuneCountInString(strings.TrimSpace(text)) > most {
		f.Add(field, "meeting.err.too_long", "Most", most)
	}
}

// fit is fits for a text that is saved alone.
func fit(field, text string, most int) error {
	var f fault.Fields
	fits(&f, field, text, most)
	return f.Err()
}
