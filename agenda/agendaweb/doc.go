// Package agendaweb has the pages of agenda templates and guidance: what holds at a unit
// and whence it comes, a form with a preview that works without script, publishing, and
// which cells took a guidance up; with their texts in both languages.
package agendaweb
