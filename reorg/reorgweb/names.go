package reorgweb

import (
	"context"
	"strings"

	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/org"
	"chibo/reorg"
	"chibo/rulebook"
)

// namer says what a step does in a sentence, with the names of units.
type namer struct {
	q     db.Q
	lang  *i18n.Lang
	set   rulebook.Set
	names map[int64]string
}

func newNamer(q db.Q, lang *i18n.Lang, set rulebook.Set, a reorg.Act) namer {
	n := namer{q: q, lang: lang, set: set, names: map[int64]string{}}
	for _, s := range a.Steps {
		if s.Kind == reorg.Found {
			n.names[s.New.ID] = s.New.Name
		}
	}
	return n
}

// unit gives the name of a unit; one that is nowhere any more has a word for that.
func (n namer) unit(ctx context.Context, id int64) (string, error) {
	if name, ok := n.names[id]; ok {
		return name, nil
	}
	u, err := org.ByID(ctx, n.q, id)
	if fault.KindOf(err) == fault.NotFound {
		return n.lang.T("reorg.unit_gone"), nil
	}
	n.names[id] = u.Name
	return u.Name, err
}

func (n namer) kind(code string) string { return n.set.OrgKind(code).Word.In(n.lang.Code()) }

// say gives the text of a key with its numbers as people write them.
func (n namer) say(key string, args map[string]any) string {
	out := make(map[string]any, len(args))
	for k, v := range args {
		if number, ok := v.(int); ok {
			v = n.lang.Int(number)
		}
		out[k] = v
	}
	return n.lang.T(key, out)
}

// namesMost is how many units a sentence names before it counts the rest.
const namesMost = 3

// stepLine is a step as a line of a page.
type stepLine struct {
	reorg.Step
	No       int
	Text     string // what it does
	Detail   string // further names
	Edit     string // address of its form
	Problems []string
}

func (n namer) step(ctx context.Context, s reorg.Step) (l stepLine, err error) {
	l.Step = s
	var units []string
	for _, id := range s.Units {
		name, err := n.unit(ctx, id)
		if err != nil {
			return l, err
		}
		units = append(units, name)
	}
	to := ""
	if s.To != 0 {
		if to, err = n.unit(ctx, s.To); err != nil {
			return l, err
		}
	}
	args := []any{"Units", strings.Join(units, ", "), "Count", len(units), "To", to, "Name", s.New.Name, "Kind", n.kind(s.New.Kind), "Members", len(s.Members)}
	if len(units) > namesMost {
		args[1] = n.lang.T("reorg.units_count", "Count", len(units))
		l.Detail = strings.Join(units, "; ")
	}
	key := "reorg.step." + s.Kind
	if s.Kind == reorg.Dissolve && s.To == 0 {
		key = "reorg.step.dissolve_all"
	}
	l.Text = n.lang.T(key, args...)
	return l, nil
}

// problem says a problem in the reader's language.
func (n namer) problem(p reorg.Problem) string { return n.say(p.Key, p.Args) }
