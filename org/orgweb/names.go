package orgweb

import (
	"chibo/internal/civil"
	"chibo/internal/i18n"
	"chibo/internal/tree"
	"chibo/org"
	"chibo/rulebook"
)

// namer says the words of the rulebook in the reader's language.
type namer struct {
	lang *i18n.Lang
	book *rulebook.Book
	set  rulebook.Set
}

func (n namer) kind(u org.Unit) string { return n.set.OrgKind(u.Kind).Title.In(n.lang.Code()) }

// typ gives what a unit of the type is: a cell's type (rules.md 1.34) or that of a
// grassroots organisation (1.35); "" for one the rulebook does not know.
func (n namer) typ(code string) string {
	for _, list := range [][]rulebook.Choice{n.set.CellTypes(), n.set.Choices("unit.types")} {
		for _, c := range list {
			if c.Code == code {
				return c.Title.In(n.lang.Code())
			}
		}
	}
	return ""
}

func (n namer) title(kind, code string) string {
	if o, ok := n.set.Office(kind, code); ok {
		return o.Title.In(n.lang.Code())
	}
	return n.lang.T("org.office.other")
}

// grade gives the words and the colour of a grade given in the month, by the sheet
// that was in force then.
func (n namer) grade(path tree.Path, month civil.Month, code string) (title, tone string) {
	if code == "" {
		return "", ""
	}
	bands := n.book.At(month.Last(), path).Sheet("regular").Bands
	for i, b := range bands {
		if b.Code == code {
			return b.Title.In(n.lang.Code()), tones(len(bands))[i]
		}
	}
	for i, b := range n.set.Bands() { // the unit used another sheet then
		if b.Code == code {
			return b.Title.In(n.lang.Code()), tones(len(n.set.Bands()))[i]
		}
	}
	return "", ""
}

// tones gives the colours of so many grades, best first.
func tones(n int) []string {
	switch n {
	case 2:
		return []string{"ok", "bad"}
	case 3:
		return []string{"ok", "info", "bad"}
	}
	out := []string{"ok", "info", "warn"}
	for len(out) < n {
		out = append(out, "bad")
	}
	return out
}
