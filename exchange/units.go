package exchange

import (
	"context"
	"strings"

	"chibo/internal/viet"
	"chibo/org"
	"chibo/rulebook"
)

// unitTaker takes the rows of a list of units. Rows may come in any order: a unit
// waits until the one above it is there.
type unitTaker struct {
	*pass
	rows   []*unitRow
	byWord map[string][]*unitRow // by folded code and name
}

type unitRow struct {
	*line
	name, code, kind, parent string
	state                    int // 0 not looked at, 1 being looked at, 2 settled
	unit                     *org.Unit
	out                      outcome
	changes                  []Change
}

func (t *unitTaker) take(_ context.Context, l *line) error {
	t.rows = append(t.rows, &unitRow{line: l, name: l.text("name"), code: l.text("code"), kind: l.text("kind"), parent: l.text("parent")})
	return nil
}

func (t *unitTaker) end(ctx context.Context) error {
	t.twice()
	for _, r := range t.rows {
		if err := t.settle(ctx, r); err != nil {
			return err
		}
	}
	for _, r := range t.rows {
		t.done(r.line, r.out)
		for _, c := range r.changes {
			t.rep.change(c)
		}
	}
	return nil
}

// twice notes codes that two rows have.
func (t *unitTaker) twice() {
	codes := map[string]*unitRow{}
	t.byWord = map[string][]*unitRow{}
	for _, r := range t.rows {
		key := viet.Fold(r.code)
		for _, w := range []string{key, viet.Fold(r.name)} {
			if w != "" {
				t.byWord[w] = append(t.byWord[w], r)
			}
		}
		if key == "" {
			continue
		}
		if first := codes[key]; first != nil {
			r.bad("code", "exchange.err.code_twice", "Row", first.row.N)
		} else {
			codes[key] = r
		}
	}
}

// settle decides a row, after the row of the unit above it.
func (t *unitTaker) settle(ctx context.Context, r *unitRow) error {
	switch r.state {
	case 2:
		return nil
	case 1:
		r.bad("parent", "exchange.err.cycle")
		return nil
	}
	r.state = 1
	defer func() { r.state = 2 }()
	if r.name == "" {
		r.bad("name", "org.err.name_empty")
	}
	parent, err := t.above(ctx, r)
	if err != nil {
		return err
	}
	from := r.date("from", t.day)
	if from.After(t.day) {
		r.bad("from", "exchange.err.future")
	}
	if r.worst() > Warning || parent == nil {
		r.out = failed
		return nil
	}
	if r.unit = t.known(r, parent); r.unit != nil {
		return t.amend(ctx, r, parent)
	}
	if !from.IsDay() {
		from = t.day
	}
	set := t.svc.Book.At(from, parent.Path)
	kind := kindOf(r.kind, r.name, parent.Kind, set)
	if kind == "" {
		r.bad("kind", "exchange.err.unit_kind")
		r.out = failed
		return nil
	}
	return t.found(ctx, r, parent, org.NewUnit{
		Set: set, ParentID: parent.ID, Kind: kind, Type: typeOf(r.text("type"), set), Name: r.name, Short: r.text("short"),
		Place: r.text("place"), Hall: r.text("hall"), Code: r.code, Seq: t.seq(r), ValidFrom: from,
	})
}

// found founds the unit, or says why it cannot be founded. What only looks puts it
// among the places under an id that no unit has.
func (t *unitTaker) found(ctx context.Context, r *unitRow, parent *org.Unit, in org.NewUnit) error {
	if !in.Set.OrgKind(in.Kind).MayStandUnder(parent.Kind) {
		r.bad("kind", "exchange.err.kind_place", "Kind", in.Set.OrgKind(in.Kind).Title.Vi, "Parent", in.Set.OrgKind(parent.Kind).Title.Vi)
		r.out = failed
		return nil
	}
	r.out = fresh
	var u org.Unit
	if t.writes() && parent.ID > 0 {
		err := t.tx.Try(ctx, func() (err error) {
			if u, err = org.Add(ctx, t.tx, in); err != nil {
				return err
			}
			return org.NoteFound(ctx, t.tx, t.actor, u)
		})
		if err != nil {
			if r.fail(err, "name"); r.issues[len(r.issues)-1].Key == "err.internal" {
				return err
			}
			r.out = failed
			return nil
		}
	} else {
		id := -int64(r.row.N)
		u = org.Unit{ID: id, ParentID: parent.ID, Kind: in.Kind, Name: viet.Clean(in.Name), Short: viet.Clean(in.Short), Code: in.Code, Path: parent.Path}
	}
	r.unit = t.places.add(u)
	return nil
}

// above finds the unit that the row stands under: the target when nothing is said, a
// unit that is there, or one of another row, which is settled first.
func (t *unitTaker) above(ctx context.Context, r *unitRow) (*org.Unit, error) {
	if r.parent == "" {
		return t.places.byID[t.target.ID], nil
	}
	word := viet.Fold(r.parent)
	if steps := splitPath(r.parent); len(steps) > 1 {
		word = viet.Fold(steps[len(steps)-1])
	}
	for _, o := range t.byWord[word] {
		if o.state == 2 || o == r && len(t.byWord[word]) > 1 {
			continue
		}
		if err := t.settle(ctx, o); err != nil {
			return nil, err
		}
	}
	for _, i := range r.issues { // the rows stand under each other
		if i.Key == "exchange.err.cycle" {
			return nil, nil
		}
	}
	found := t.places.find(r.parent, func(u org.Unit) bool { return u.Kind != org.KindPartyGroup })
	switch len(found) {
	case 0:
		r.bad("parent", "exchange.err.parent_unknown", "Unit", t.target.Name)
		return nil, nil
	case 1:
		return found[0], nil
	}
	r.bad("parent", "exchange.err.parent_several", "Count", len(found))
	return nil, nil
}

// known gives the unit that the row is: by code, else by name under the same unit.
func (t *unitTaker) known(r *unitRow, parent *org.Unit) *org.Unit {
	if r.code != "" {
		for _, u := range t.places.byWord[viet.Fold(r.code)] {
			if strings.EqualFold(u.Code, r.code) {
				return u
			}
		}
	}
	for _, u := range t.places.byWord[canon(viet.Fold(r.name))] {
		if u.ParentID == parent.ID && canon(viet.Fold(u.Name)) == canon(viet.Fold(r.name)) && (r.code == "" || u.Code == "" || u.Code == r.code) {
			return u
		}
	}
	return nil
}

// amend changes a unit that is there where the sheet has it otherwise, from the day of
// the list on: names, code, type and places. What stands above it, and its kind, change
// by a reorganisation. A unit found by its name keeps it: the sheet may write it short.
func (t *unitTaker) amend(ctx context.Context, r *unitRow, parent *org.Unit) error {
	r.out = unchanged
	u := r.unit
	if u.ID <= 0 { // of another row
		return nil
	}
	if u.ParentID != parent.ID && r.parent != "" {
		r.warn("parent", "exchange.warn.unit_parent", "Unit", u.Name)
	}
	set := t.svc.Book.At(t.day, u.Path)
	code, _ := org.ParseCode(set, r.code)
	byCode := code != "" && u.Code == code
	in := u.Asked()
	in.Day = t.day
	for _, c := range []struct {
		field, old, now string
		to              *string
		may             bool
	}{
		{"name", u.Name, r.name, &in.Name, byCode},
		{"short", u.Short, r.text("short"), &in.Short, true},
		{"place", u.Place, r.text("place"), &in.Place, true},
		{"hall", u.Hall, r.text("hall"), &in.Hall, true},
		{"code", u.Code, or(code, r.code), &in.Code, true},
		{"type", u.Type, typeOf(r.text("type"), set), &in.Type, true},
	} {
		if c.may && c.now != "" && viet.SortKey(c.now) != viet.SortKey(c.old) {
			*c.to = c.now
			r.changes = append(r.changes, Change{Row: r.row.N, Name: u.Name, Field: c.field, Old: c.old, New: c.now})
		}
	}
	if len(r.changes) == 0 {
		return nil
	}
	r.out = changed
	next := *u
	next.Name, next.Code, next.Type = in.Name, in.Code, in.Type
	if t.writes() {
		err := t.tx.Try(ctx, func() (err error) {
			var fields []string
			if next, fields, err = org.Amend(ctx, t.tx, t.svc.Book, in); err != nil || len(fields) == 0 {
				return err
			}
			return org.Note(ctx, t.tx, t.actor, *u, in, fields)
		})
		if err != nil {
			if r.fail(err, "name"); r.issues[len(r.issues)-1].Key == "err.internal" {
				return err
			}
			r.out, r.changes = failed, nil
			return nil
		}
	}
	*u = next
	t.places.index(u)
	return nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// seq gives the place among siblings: that of the sheet.
func (t *unitTaker) seq(r *unitRow) int { return r.row.N }

// kindOf finds the kind of a unit: by what the sheet says, else by how its name begins
// and what stands above.
func kindOf(said, name, above string, set rulebook.Set) string {
	may := func(kind string) bool { return set.OrgKind(kind).MayStandUnder(above) }
	if said != "" {
		folded := viet.Fold(said)
		for _, k := range set.OrgKinds() {
			if viet.Fold(k.Title.Vi) == folded || viet.Fold(k.Title.En) == folded || k.Code == said {
				return k.Code
			}
		}
		if code, ok := oneOf(vocabulary().Kinds, said); ok && (may(code) || folded != "chi bo") {
			return code
		}
	}
	folded := viet.Fold(name)
	tries := []string{org.KindGrassrootsParty, org.KindCommuneParty, org.KindDistrict}
	switch {
	case strings.HasPrefix(folded, "chi bo"):
		tries = []string{org.KindCell, org.KindGrassrootsCell}
	case strings.HasPrefix(folded, "dang bo bo phan"):
		tries = []string{org.KindSectional}
	case strings.HasPrefix(folded, "to dang"):
		tries = []string{org.KindPartyGroup}
	case strings.HasPrefix(folded, "dang bo xa"), strings.HasPrefix(folded, "dang bo phuong"), strings.HasPrefix(folded, "dang bo dac khu"):
		tries = []string{org.KindCommuneParty, org.KindGrassrootsParty}
	case !strings.HasPrefix(folded, "dang bo"):
		return ""
	}
	for _, k := range tries {
		if may(k) {
			return k
		}
	}
	return ""
}

// typeOf finds the type of a cell or unit by its title (rules.md 1.34, 1.35).
func typeOf(text string, set rulebook.Set) string {
	folded := viet.Fold(text)
	if folded == "" {
		return ""
	}
	for _, c := range append(set.CellTypes(), set.Choices("unit.types")...) {
		if viet.Fold(c.Title.Vi) == folded || viet.Fold(c.Title.En) == folded || c.Code == text {
			return c.Code
		}
	}
	return ""
}
