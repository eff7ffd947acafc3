package exchange

import (
	"context"
	"hash/maphash"
	"slices"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/viet"
	"chibo/member"
	"chibo/org"
)

// entry is a person that the register, or an earlier row, has.
type entry struct {
	row int // of the sheet; 0: of the register

	part, person, membership, cell int64
	name, fold                     string
	other, phone, card, mac        string
	sex                            byte
	birth, admitted, official      civil.Date
	spell                          string
	spellID                        int64
	reckoned                       bool // official was not said, only that it is so
	used                           int  // row that was matched with it; 0 none

	nextHere, nextBirth, nextName int32 // the next entry with the same key, -1 none
}

// register holds the people among whom a row may be: those of the target unit, and
// the rows before.
type register struct {
	list  []entry
	card  map[string]int32
	mac   map[string]int32
	here  map[uint64]int32 // by cell and folded name
	birth map[uint64]int32 // by cell and day of birth
	name  map[uint64]int32 // by folded name and day of birth, in any cell
	seed  maphash.Seed
}

func newRegister() *register {
	return &register{
		card: map[string]int32{}, mac: map[string]int32{}, here: map[uint64]int32{}, birth: map[uint64]int32{},
		name: map[uint64]int32{}, seed: maphash.MakeSeed(),
	}
}

// load reads the people of the scope.
func (g *register) load(ctx context.Context, q db.Q, scope access.Scope, day civil.Date) error {
	return member.EachKnown(ctx, q, scope, day, func(k member.Known) error {
		sex := byte(0)
		if k.Person.Sex != "" {
			sex = k.Person.Sex[0]
		}
		g.add(entry{
			part: k.Membership.Part, person: k.Person.ID, membership: k.Membership.ID, cell: k.Membership.CellID,
			name: k.Person.Name, fold: viet.Fold(k.Person.Name), other: k.Person.OtherName, phone: k.Person.Phone, card: k.Person.Card,
			mac: k.IDNoMAC, sex: sex, birth: k.Person.Birth, admitted: k.Membership.AdmittedOn, official: k.Membership.OfficialOn,
			spell: k.Spell, spellID: k.SpellID,
		})
		return nil
	})
}

func (g *register) key(cell int64, text string) uint64 {
	var h maphash.Hash
	h.SetSeed(g.seed)
	maphash.WriteComparable(&h, cell)
	h.WriteString(text) //nolint:errcheck // never fails (hash/maphash)
	return h.Sum64()
}

func (g *register) add(e entry) int32 {
	at := int32(len(g.list)) //nolint:gosec // below Limits.Rows and a province's members
	link := func(m map[uint64]int32, key uint64) int32 {
		next, ok := m[key]
		if !ok {
			next = -1
		}
		m[key] = at
		return next
	}
	e.nextHere = link(g.here, g.key(e.cell, e.fold))
	e.nextBirth, e.nextName = -1, -1
	if e.birth.IsDay() {
		day := e.birth.String()
		e.nextBirth = link(g.birth, g.key(e.cell, day))
		e.nextName = link(g.name, g.key(0, e.fold+day))
	}
	if _, ok := g.card[e.card]; e.card != "" && !ok {
		g.card[e.card] = at
	}
	if _, ok := g.mac[e.mac]; e.mac != "" && !ok {
		g.mac[e.mac] = at
	}
	g.list = append(g.list, e)
	return at
}

// chain gives the entries of a key, the latest first. A name and birth that very many
// have tells nobody apart: no more than chainMost are looked at.
func (g *register) chain(m map[uint64]int32, key uint64, next func(*entry) int32, fn func(*entry)) {
	at, ok := m[key]
	for n := 0; ok && at >= 0 && n < chainMost; n++ {
		e := &g.list[at]
		fn(e)
		at = next(e)
	}
}

const chainMost = 64

// sameHere gives who in the cell has the folded name.
func (g *register) sameHere(cell int64, fold string) (out []*entry) {
	g.chain(g.here, g.key(cell, fold), func(e *entry) int32 { return e.nextHere }, func(e *entry) {
		if e.cell == cell && e.fold == fold {
			out = append(out, e)
		}
	})
	return out
}

// nearHere gives who in the cell was born on the day and has almost that name.
func (g *register) nearHere(cell int64, fold string, day civil.Date) (out []*entry) {
	if !day.IsDay() {
		return nil
	}
	g.chain(g.birth, g.key(cell, day.String()), func(e *entry) int32 { return e.nextBirth }, func(e *entry) {
		if e.cell == cell && e.birth == day && e.fold != fold && near(e.fold, fold) {
			out = append(out, e)
		}
	})
	return out
}

// elsewhere gives who has the name and the day of birth in another cell.
func (g *register) elsewhere(cell int64, fold string, day civil.Date) (out []*entry) {
	if !day.IsDay() {
		return nil
	}
	g.chain(g.name, g.key(0, fold+day.String()), func(e *entry) int32 { return e.nextName }, func(e *entry) {
		if e.cell != cell && e.fold == fold && e.birth == day {
			out = append(out, e)
		}
	})
	return out
}

// near says that two folded names differ by at most two letters, or in the order of
// their words.
func near(a, b string) bool {
	if d := len(a) - len(b); d > 2 || d < -2 {
		return false
	}
	prev, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(prev[j]+cost, prev[j+1]+1, row[j]+1)
		}
		prev, row = row, prev
	}
	return prev[len(b)] <= 2
}

// cells finds a cell of the target unit by what people write for it.
type places struct {
	target org.Unit
	byID   map[int64]*org.Unit
	byWord map[string][]*org.Unit // code, folded name, folded short name, without the kind's word
}

func (p *places) add(u org.Unit) *org.Unit {
	at := &u
	p.byID[u.ID] = at
	p.index(at)
	return at
}

// index makes a unit findable under its names of now, beside those it had.
func (p *places) index(at *org.Unit) {
	for _, w := range namesOf(*at) {
		if w != "" && !slices.Contains(p.byWord[w], at) {
			p.byWord[w] = append(p.byWord[w], at)
		}
	}
}

// namesOf gives the words under which a unit is found: its code, and each of its names
// as a whole and bare.
func namesOf(u org.Unit) []string {
	out := []string{viet.Fold(u.Code)}
	for _, n := range []string{u.Name, u.Short} {
		whole := canon(viet.Fold(n))
		own := bare(whole, vocabulary().UnitWords)
		out = append(out, whole, own, bare(own, vocabulary().Places))
	}
	return out
}

// canon writes shortened words out and numbers without zeros before them, so that
// "TDP 02" is "to dan pho 2".
func canon(folded string) string {
	words := strings.Fields(folded)
	for i, w := range words {
		if long, ok := vocabulary().Short[w]; ok {
			words[i] = long
		}
		if n := strings.TrimLeft(w, "0"); n != "" && n[0] >= '0' && n[0] <= '9' {
			words[i] = n
		}
	}
	return strings.Join(words, " ")
}

// bare takes one of the words off the front.
func bare(name string, words []string) string {
	for _, w := range words {
		if rest, ok := strings.CutPrefix(name, w+" "); ok {
			return rest
		}
	}
	return name
}

func loadPlaces(ctx context.Context, q db.Q, scope access.Scope, target org.Unit, day civil.Date) (*places, error) {
	p := &places{target: target, byID: map[int64]*org.Unit{}, byWord: map[string][]*org.Unit{}}
	after := ""
	for {
		list, err := org.List(ctx, q, scope, org.Filter{Day: day, Limit: placesPage, After: after})
		if err != nil {
			return nil, err
		}
		for _, u := range list {
			p.add(u)
		}
		if len(list) < placesPage {
			return p, nil
		}
		after = list[len(list)-1].Cursor()
	}
}

const placesPage = 2000

// find gives the units that a text means, those whom fits lets pass: by code or whole
// name, else by the name without the kind's word. A path "Đảng bộ xã A / Chi bộ Thôn 2"
// is followed from its end.
func (p *places) find(text string, fits func(org.Unit) bool) []*org.Unit {
	steps := splitPath(text)
	if len(steps) == 0 {
		return nil
	}
	last := canon(viet.Fold(steps[len(steps)-1]))
	own := bare(last, vocabulary().UnitWords)
	for _, word := range []string{viet.Fold(steps[len(steps)-1]), last, own, bare(own, vocabulary().Places)} {
		var out []*org.Unit
		for _, u := range p.byWord[word] {
			if fits(*u) && p.under(*u, steps[:len(steps)-1]) {
				out = append(out, u)
			}
		}
		if len(out) > 0 {
			return exactFirst(out, last)
		}
	}
	return nil
}

// exactFirst keeps those whose whole name or code it is, where there are any.
func exactFirst(list []*org.Unit, word string) []*org.Unit {
	var out []*org.Unit
	for _, u := range list {
		if canon(viet.Fold(u.Name)) == word || canon(viet.Fold(u.Code)) == word {
			out = append(out, u)
		}
	}
	if len(out) > 0 {
		return out
	}
	return list
}

// under says that the steps of a path name units above u, the nearest last.
func (p *places) under(u org.Unit, steps []string) bool {
	for i := len(steps) - 1; i >= 0; i-- {
		word, found := canon(viet.Fold(steps[i])), false
		for id := u.ParentID; id != 0 && !found; {
			up, ok := p.byID[id]
			if !ok {
				return false
			}
			for _, n := range namesOf(*up) {
				found = found || n == word || n == bare(word, vocabulary().UnitWords)
			}
			id = up.ParentID
			if found {
				u = *up
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// splitPath cuts "A / B" and "A > B" into steps.
func splitPath(text string) (out []string) {
	from := 0
	add := func(to int) {
		if s := viet.Clean(text[from:to]); s != "" {
			out = append(out, s)
		}
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c == '>' || c == '\\' || c == '/' && i > 0 && i+1 < len(text) && text[i-1] == ' ' && text[i+1] == ' ':
			add(i)
			from = i + 1
		}
	}
	add(len(text))
	return out
}
