package demo

import (
	"context"
	"encoding/json"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// founded is when the sample's units begin, before all its history.
func founded() civil.Date { return civil.Of(2011, 3, 1) }

// Ids of the sample are small fixed numbers, so that an address stays the same
// from day to day: the top is 1, the organisations follow, then the cells.
const (
	topID   = 1
	unitIDs = 100  // + index of the organisation
	cellIDs = 1000 // + index of the cell
)

// ground is the district as it was written, for the steps that follow.
type ground struct {
	top   org.Unit   // above the organisations: the district, a commune
	units []org.Unit // by index of shape
	cells []cell     // by index of plan
	base  int        // number of the first cell

	grouped *cell // the one that has Party groups
	heads   []int // of its groups, by place among its people
}

// cell is a planned cell with its unit in the tree and its members' ids.
type cell struct {
	cellPlan
	unit    org.Unit
	upper   org.Unit
	members []int64 // membership of each person, in the plan's order
	persons []int64
	lead    []int // indexes of secretary, deputy, further committee members
}

// Ground makes what pages can be shown of: of a district units, people, offices,
// terms and accounts; of a larger sample the tree down to the communes, and the first
// of them.
func (f *Fill) Ground(ctx context.Context) error {
	hash, err := f.Accounts.Hash(ctx, Password)
	if err != nil {
		return err
	}
	if e, ok := extentOf(f.Size); ok {
		return f.wideGround(ctx, wideOf(e, f.Today), hash)
	}
	return f.once(ctx, "ground", func(tx *db.Tx) error {
		g, err := f.units(ctx, tx)
		if err != nil {
			return err
		}
		if err := f.register(ctx, tx, g); err != nil {
			return err
		}
		if err := f.lives(ctx, tx, g); err != nil {
			return err
		}
		if err := f.offices(ctx, tx, g); err != nil {
			return err
		}
		if err := f.groups(ctx, tx, g); err != nil {
			return err
		}
		if err := f.admissions(ctx, tx, g); err != nil {
			return err
		}
		if err := f.agendas(ctx, tx, g); err != nil {
			return err
		}
		if err := f.works(ctx, tx, g); err != nil {
			return err
		}
		if err := f.campaigns(ctx, tx, g); err != nil {
			return err
		}
		if err := f.accounts(ctx, tx, g, hash); err != nil {
			return err
		}
		if err := f.province(ctx, tx, hash); err != nil {
			return err
		}
		return f.keepShape(ctx, tx)
	})
}

// keepShape is the dated override by which the district lives on after
// 01/7/2025; the district's home says so (rules.md 1.03).
func (f *Fill) keepShape(ctx context.Context, tx *db.Tx) error {
	value, err := json.Marshal(rulebook.ShapeDistrict)
	if err != nil {
		return err
	}
	return f.Book.Override(ctx, tx, 0, rulebook.Override{
		OrgID: topID, Key: rulebook.ShapeKey, Value: value, ValidFrom: civil.Of(2025, 7, 1),
		Source: "Dữ liệu mẫu giữ hình dạng cấp huyện của bài báo",
	})
}

func (f *Fill) units(ctx context.Context, tx *db.Tx) (*ground, error) {
	set := f.Book.At(founded(), "")
	g := &ground{}
	above, err := f.above(ctx, tx)
	if err != nil {
		return nil, err
	}
	g.top, err = org.Add(ctx, tx, org.NewUnit{
		Set: set, ID: topID, ParentID: above, Kind: org.KindDistrict, Name: "Đảng bộ huyện Đức Thọ", Short: "Huyện Đức Thọ", Place: "Đức Thọ", ValidFrom: founded(),
	})
	if err != nil {
		return nil, err
	}
	for i, u := range shape() {
		in := org.NewUnit{
			Set: set, ID: unitIDs + int64(i), ParentID: topID, Kind: org.KindGrassrootsParty, Type: u.typ,
			Name: "Đảng bộ " + lowerFirst(u.name), Short: u.short, Place: u.place, Seq: i + 1, ValidFrom: founded(),
		}
		if u.grassrootsCell() {
			in.Kind, in.Type, in.Name, in.Hall = org.KindGrassrootsCell, u.kinds[0], "Chi bộ "+u.name, "Phòng họp cơ quan"
		}
		unit, err := org.Add(ctx, tx, in)
		if err != nil {
			return nil, err
		}
		g.units = append(g.units, unit)
	}
	return g, f.cells(ctx, tx, g, set)
}

func (f *Fill) cells(ctx context.Context, tx *db.Tx, g *ground, set rulebook.Set) error {
	for i, p := range plan(f.Today) {
		c := cell{cellPlan: p, unit: g.units[p.unit], upper: g.top}
		if p.index >= 0 {
			var err error
			c.upper = g.units[p.unit]
			c.unit, err = org.Add(ctx, tx, org.NewUnit{
				Set: set, ID: cellIDs + int64(i), ParentID: c.upper.ID, Kind: org.KindCell, Type: p.kind,
				Name: p.name, Short: p.short, Hall: hallOf(p), Seq: p.index + 1, ValidFrom: founded(),
			})
			if err != nil {
				return err
			}
		}
		c.lead = leaders(p, f.Today)
		g.cells = append(g.cells, c)
	}
	return nil
}

// lowerFirst writes "Xã An Dũng" inside a name: "Đảng bộ xã An Dũng".
func lowerFirst(s string) string {
	for from, to := range map[string]string{"Xã ": "xã ", "Thị trấn ": "thị trấn "} {
		if len(s) > len(from) && s[:len(from)] == from {
			return to + s[len(from):]
		}
	}
	return s
}

func hallOf(p cellPlan) string {
	if p.kind == residential {
		return "Nhà văn hóa " + p.short
	}
	return "Phòng họp " + p.short
}

// register writes persons, memberships and spells, and each cell's state.
func (f *Fill) register(ctx context.Context, tx *db.Tx, g *ground) error {
	cells := make([]member.Cell, len(g.cells))
	for i, c := range g.cells {
		cells[i] = member.Cell{Part: c.unit.PartID, ID: c.unit.ID}
	}
	if err := member.AddAll(ctx, tx, f.people(g)); err != nil {
		return err
	}
	return member.RefreshStates(ctx, tx, cells, f.Today)
}

// number notes the ids of all members.
func (g *ground) number() {
	for i := range g.cells {
		c := &g.cells[i]
		for k := range c.people {
			// A person and the own membership may share a number: they are different tables.
			id := personID(g.base+i, k)
			c.members, c.persons = append(c.members, id), append(c.persons, id)
		}
	}
}

// people gives persons, memberships and spells of all cells, and notes their ids.
func (f *Fill) people(g *ground) member.Batch {
	g.number()
	b := member.Batch{Keys: f.Keys}
	for i := range g.cells {
		c := &g.cells[i]
		for k, p := range c.people {
			id := c.persons[k]
			b.Persons = append(b.Persons, personOf(p, c.unit.PartID, g.base+i, k))
			from, origin := p.admitted, member.OriginAdmission
			if from.Before(founded()) { // admitted elsewhere, before the sample begins
				from, origin = founded(), member.OriginTransfer
			}
			b.Memberships = append(b.Memberships, member.Membership{
				Part: c.unit.PartID, ID: id, PersonID: id, CellID: c.unit.ID, Kind: member.KindHome, Name: p.name,
				From: from, Origin: origin, AdmittedOn: p.admitted, OfficialOn: p.official,
			})
			if p.spell != "" {
				b.Spells = append(b.Spells, member.Spell{
					Part: c.unit.PartID, ID: id, MembershipID: id, Kind: p.spell, From: p.spellOn, Reason: reasonOf(p.spell), Place: p.place,
					ReportOn: reportOn(p, f.Today),
				})
			}
		}
	}
	return b
}

// personID gives the id of the k-th person of the i-th cell.
func personID(i, k int) int64 { return int64(100_000 + i*1000 + k) }

func sexOf(p personPlan) string {
	if p.female {
		return "f"
	}
	return "m"
}

func reasonOf(spell string) string {
	switch spell {
	case member.SpellExempt:
		return "Tuổi cao, sức yếu"
	case member.SpellTempOut:
		return "Sinh hoạt tạm thời nơi làm việc"
	}
	return "Đi làm ăn xa"
}

// leaders picks who leads the cell: secretary, deputy, and from nine official
// members on a committee of three or five (rules.md 1.21).
func leaders(p cellPlan, today civil.Date) []int {
	if p.story {
		return []int{castSecretary, castDeputy, castClerk}
	}
	var fit []int
	for k, q := range p.people {
		if !q.official.IsZero() && q.spell == "" && !q.official.After(today.AddMonths(-historyMonths-6)) {
			fit = append(fit, k)
		}
	}
	want := 2
	if len(p.people) >= 30 {
		want = 5
	} else if len(p.people) >= 9 {
		want = 3
	}
	return fit[:min(want, len(fit))]
}
