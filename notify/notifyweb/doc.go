// Package notifyweb has the page where a person reads the own notices.
//
// A notice is shown as the text of its key "notify.<kind>"; the texts of the kinds
// that the program sends stand in this catalogue. A kind without a text (of a
// newer program, say) is shown as a plain pointer to its page, so that nothing that was
// told is lost.
package notifyweb
