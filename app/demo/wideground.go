package demo

import (
	"context"
	"fmt"

	"chibo/account"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/member"
	"chibo/office"
	"chibo/org"
)

// Ids of a wide sample. The top is topID in every size.
const (
	provinceIDs = 10 // + number of the province, below the Centre
	communeIDs  = 1_000
	wideUnitIDs = 10_000
	wideCellIDs = 100_000
)

// newShape is when the shape province, commune began (rules.md 1.03). The sample has
// today's tree for all its months.
func newShape() civil.Date { return civil.Of(2025, 7, 1) }

func (w *wide) provinceID(p int) int64 {
	if !w.central {
		return topID
	}
	return provinceIDs + int64(p)
}

// wideGround makes the tree down to the communes, and the first commune whole.
func (f *Fill) wideGround(ctx context.Context, w *wide, hash string) error {
	err := f.once(ctx, "ground", func(tx *db.Tx) error { return f.upperUnits(ctx, tx, w) })
	if err != nil {
		return err
	}
	return f.once(ctx, communeStep(0), func(tx *db.Tx) error {
		g, err := f.settle(ctx, tx, w, 0)
		if err != nil {
			return err
		}
		return f.wideAccounts(ctx, tx, w, g, hash)
	})
}

func communeStep(c int) string { return fmt.Sprintf("commune %d", c) }

// upperUnits founds the top, the provinces and the communes.
func (f *Fill) upperUnits(ctx context.Context, tx *db.Tx, w *wide) error {
	set := f.Book.At(newShape(), "")
	var list []org.NewUnit
	if w.central {
		list = append(list, org.NewUnit{
			Set: set, ID: topID, Kind: org.KindCentral, Name: "Đảng bộ toàn quốc (dữ liệu mẫu)", Short: "Toàn quốc (mẫu)", Place: "Hà Nội", ValidFrom: founded(),
		})
	}
	for p := range w.provinces {
		in := org.NewUnit{
			Set: set, ID: w.provinceID(p), Kind: org.KindProvince, Name: "Đảng bộ " + lowerStart(provinceName(p)), Short: provinceName(p),
			Place: fmt.Sprintf("Mẫu %02d", p+1), Code: fmt.Sprintf("%02d", p+1), Seq: p + 1, ValidFrom: founded(),
		}
		if w.central {
			in.ParentID = topID
		}
		list = append(list, in)
	}
	for c := range w.communes {
		name, typ := w.nameOf(c), "commune"
		if isWard(c) {
			typ = "ward"
		}
		list = append(list, org.NewUnit{
			Set: set, ID: communeIDs + int64(c), ParentID: w.provinceID(w.provinceOf(c)), Kind: org.KindCommuneParty, Type: typ,
			Name: "Đảng bộ " + lowerStart(name), Short: name, Place: fmt.Sprintf("Mẫu %d", w.numberOf(c)),
			Code: w.codeOf(c), Seq: w.numberOf(c), ValidFrom: founded(),
		})
	}
	units, err := org.AddAll(ctx, tx, list)
	if err != nil {
		return err
	}
	terms := make([]office.Term, len(units))
	for i, u := range units {
		terms[i] = termOf(u)
	}
	return office.AddTerms(ctx, tx, terms)
}

// codeOf is an invented code in the form of rules.md 1.38.
func (w *wide) codeOf(c int) string {
	return fmt.Sprintf("%02d.%03d", w.provinceOf(c)+1, w.numberOf(c))
}

func termOf(u org.Unit) office.Term {
	return office.Term{Part: u.PartID, ID: termID(u.ID, true), OrgID: u.ID, Name: "2025-2030", From: termNow()}
}

func termPast(u org.Unit) office.Term {
	return office.Term{Part: u.PartID, ID: termID(u.ID, false), OrgID: u.ID, Name: "2020-2025", From: termBefore(), To: termNow()}
}

// settle writes one commune: units, people with their states, terms, posts, and the
// months of cells whose meetings are not made.
func (f *Fill) settle(ctx context.Context, tx *db.Tx, w *wide, c int) (*ground, error) {
	p := w.commune(c)
	g, err := f.settleUnits(ctx, tx, w, &p)
	if err != nil {
		return nil, err
	}
	if err := member.AddAll(ctx, tx, f.people(g)); err != nil {
		return nil, err
	}
	states := make([]figure.CellState, len(g.cells))
	for i := range g.cells {
		states[i] = stateOf(&g.cells[i], f.Today)
	}
	if err := figure.PutStates(ctx, tx, states); err != nil {
		return nil, err
	}
	if err := f.widePosts(ctx, tx, w, g, c); err != nil {
		return nil, err
	}
	if c < w.full {
		return g, nil
	}
	if err := figure.PutCellMonths(ctx, tx, f.sketch(w, g)); err != nil {
		return nil, err
	}
	return g, f.sumUp(ctx, tx, w, g)
}

// sumUp makes a commune's sums of all months.
func (f *Fill) sumUp(ctx context.Context, tx *db.Tx, w *wide, g *ground) error {
	last := f.Today.Month()
	return figure.RebuildPart(ctx, tx, g.top.ID, last.Add(1-w.months), last)
}

func (f *Fill) settleUnits(ctx context.Context, tx *db.Tx, w *wide, p *communePlan) (*ground, error) {
	top, err := org.ByID(ctx, tx, communeIDs+int64(p.index))
	if err != nil {
		return nil, err
	}
	list := w.newUnits(p, f.Book.At(newShape(), ""))
	units, err := org.AddAll(ctx, tx, list)
	if err != nil {
		return nil, err
	}
	return w.groundOf(p, top, units, f.Today), nil
}

// groundOf puts the units of a commune, organisations first, beside their plan.
func (w *wide) groundOf(p *communePlan, top org.Unit, units []org.Unit, today civil.Date) *ground {
	g := &ground{top: top, units: units[:len(p.units)], base: p.cell0}
	next := len(p.units)
	for _, q := range p.cells {
		c := cell{cellPlan: q, unit: g.units[q.unit], upper: top, lead: leaders(q, today)}
		if q.index >= 0 {
			c.upper, c.unit = g.units[q.unit], units[next]
			next++
		}
		g.cells = append(g.cells, c)
	}
	return g
}

// stateOf counts a planned cell as member.RefreshState does.
func stateOf(c *cell, today civil.Date) figure.CellState {
	s := figure.State{Cells: 1}
	for _, p := range c.people {
		s.Members++
		if p.official.IsZero() || p.official.After(today) {
			s.Reserves++
		} else {
			s.Officials++
		}
		switch p.spell {
		case member.SpellExempt:
			s.Exempt++
		case member.SpellTempOut, member.SpellAway:
			s.Away++
		}
		if !p.admitted.Before(founded()) && p.admitted.After(s.LastAdmitted) {
			s.LastAdmitted = p.admitted
		}
	}
	return figure.CellState{Part: c.unit.PartID, CellID: c.unit.ID, State: s}
}

// widePosts gives terms and posts. In each organisation a secretary and an officer
// come from its first cell, those of the commune from the office's second.
func (f *Fill) widePosts(ctx context.Context, tx *db.Tx, w *wide, g *ground, c int) error {
	var terms []office.Term
	term := func(u org.Unit) {
		terms = append(terms, termOf(u))
		if c < w.full {
			terms = append(terms, termPast(u))
		}
	}
	for _, u := range g.units {
		if u.Kind == org.KindGrassrootsParty {
			term(u)
		}
	}
	var posts []office.NewOffice
	for i := range g.cells {
		cell := &g.cells[i]
		term(cell.unit)
		posts = append(posts, cellPosts(cell)...)
		if cell.index < 0 {
			continue
		}
		fit := fitFor(&cell.cellPlan)
		if w.speaks(g, cell) {
			posts = append(posts, post(cell, fit[0], cell.upper, office.Secretary, office.BodyCommittee),
				post(cell, fit[1], cell.upper, office.Staff, office.BodyCommittee))
		}
		if cell.unit.ParentID == g.units[0].ID && cell.index == 1 {
			posts = append(posts, post(cell, fit[0], g.top, office.Secretary, office.BodyCommittee),
				post(cell, fit[1], g.top, office.Staff, ""))
		}
		if c == 0 {
			upper, err := w.upperPosts(ctx, tx, g, cell, fit)
			if err != nil {
				return err
			}
			posts = append(posts, upper...)
		}
	}
	if err := office.AddTerms(ctx, tx, terms); err != nil {
		return err
	}
	_, err := office.AppointAll(ctx, tx, posts)
	return err
}

// speaks says whether the organisation's secretary and officer are of this cell: the
// first, in the story's organisation the last.
func (w *wide) speaks(g *ground, c *cell) bool {
	if c.upper.ID == wideUnitIDs+1 {
		return c.short == "Cơ quan khu phố"
	}
	return c.index == 0
}

// upperPosts gives the posts above the first commune and the one that follows the
// story's cell.
func (w *wide) upperPosts(ctx context.Context, tx *db.Tx, g *ground, c *cell, fit [2]int) ([]office.NewOffice, error) {
	var at int64
	switch {
	case c.short == "Cơ quan khu phố":
		for i := range g.cells {
			if g.cells[i].story {
				return []office.NewOffice{post(c, fit[1], g.cells[i].unit, office.Follower, "")}, nil
			}
		}
	case c.unit.ParentID == g.units[0].ID && c.index == 2:
		at = w.provinceID(0)
	case c.unit.ParentID == g.units[0].ID && c.index == 3 && w.central:
		at = topID
	}
	if at == 0 {
		return nil, nil
	}
	u, err := org.ByID(ctx, tx, at)
	return []office.NewOffice{post(c, fit[1], u, office.Staff, "")}, err
}

// wideAccounts makes the people a visitor can be: the story's cell, its organisation,
// and an organisation officer at each level.
func (f *Fill) wideAccounts(ctx context.Context, tx *db.Tx, w *wide, g *ground, hash string) error {
	add := func(c *cell, k int, login, post, unit string, sample bool) error {
		_, err := f.Accounts.Create(ctx, tx, account.NewAccount{
			Login: login, Hash: hash, Sample: sample, Office: post, Unit: unit, PersonID: c.persons[k], PartID: c.unit.PartID, Name: c.people[k].name,
		})
		return err
	}
	for i := range g.cells {
		c := &g.cells[i]
		fit := fitFor(&c.cellPlan)
		office := c.unit.ParentID == g.units[0].ID
		var err error
		switch {
		case c.story:
			err = storyAccounts(c, add)
		case c.short == "Cơ quan khu phố":
			if err = add(c, fit[0], "bithu.thitran", "Bí thư Đảng ủy", c.upper.Name, true); err == nil {
				err = add(c, fit[1], "danguy.thitran", "Đảng ủy viên theo dõi Chi bộ Hòa Bình", c.upper.Name, true)
			}
		case office && c.index == 1:
			err = add(c, fit[1], "tochuc.xa", "Cán bộ tổ chức của Đảng ủy", g.top.Name, true)
		case office && c.index == 2:
			err = add(c, fit[1], "tochuc.tinh", "Chuyên viên Ban Tổ chức tỉnh ủy", "Đảng bộ "+lowerStart(provinceName(0)), true)
		case office && c.index == 3 && w.central:
			err = add(c, fit[1], "tochuc.tw", "Chuyên viên Ban Tổ chức Trung ương", "Đảng bộ toàn quốc (dữ liệu mẫu)", true)
		}
		if err != nil {
			return err
		}
	}
	_, err := f.Accounts.Create(ctx, tx, account.NewAccount{
		Login: "quantri", Hash: hash, Sample: true, Office: "Quản trị hệ thống", Unit: "Toàn hệ thống", Name: "Người quản trị", PartID: topID,
	})
	return err
}
