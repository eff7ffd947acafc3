package demo

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/member"
)

// lives makes a small part of the register lively: in the cells of the town some
// transfers are under way, two of them late; members are away, some of whom should have
// reported; the fee of the year is noted, with one member who has not paid for months.
// Members away in other cells get a day for their next report. Figures of the report
// do not change: nobody has left a cell.
func (f *Fill) lives(ctx context.Context, tx *db.Tx, g *ground) error {
	if err := member.AddTransfers(ctx, tx, f.transfers(g)); err != nil {
		return err
	}
	for i := range g.cells {
		if c := &g.cells[i]; c.unit.PartID == g.units[0].PartID {
			if err := member.AddFees(ctx, tx, f.fees(i, c)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Places of people in their cells' plans who have a part in these stories; the cast of
// the visitor's story is not among them.
const (
	lifeMoves  = 19 // of the visitor's cell: is to move to another cell of the town
	lifeStudy  = 20
	lifeUnpaid = 21
)

// transfers gives what is under way around the visitor's cell on the demo's day.
func (f *Fill) transfers(g *ground) []member.Transfer {
	story := g.story()
	home, next := &g.cells[story], &g.cells[story+1]
	far := &g.cells[len(g.cells)/2]
	ago := func(days int) civil.Date { return f.Today.AddDays(-days) }
	out := func(c *cell, k, n int) member.Transfer {
		return member.Transfer{
			Ref: ident.Ref{Part: c.unit.PartID, ID: int64(10 + n)}, State: member.Announced, PersonID: c.persons[k],
			Name: c.people[k].name, FromCell: c.unit.ID, FromMembership: c.members[k],
		}
	}
	internal := out(home, lifeMoves, 0)
	internal.Kind, internal.ToCell, internal.Basis, internal.BasisOn = member.TransferInternal, next.unit.ID, "Đơn đề nghị ngày "+ago(6).Vi(), ago(6)
	study := out(home, lifeStudy, 1)
	study.Kind, study.ToText, study.Study = member.TransferTemporary, "Đảng bộ Trường Đại học (tỉnh bạn)", true
	study.Basis, study.BasisOn, study.UntilOn = "QĐ cử đi học số 41", ago(10), f.Today.AddMonths(10)
	late := out(next, lifeMoves%len(next.people), 2)
	late.Kind, late.ToText, late.Hold = member.TransferOfficial, "Đảng bộ phường bên sông", "complaint"
	late.Basis, late.BasisOn = "118-QĐ", ago(100)
	arriving := member.Transfer{
		Ref: ident.Ref{Part: home.unit.PartID, ID: 13}, Kind: member.TransferOfficial, State: member.Announced, Name: "Hồ Viết Lãm",
		FromText: "Đảng bộ xã miền núi", ToCell: home.unit.ID, Basis: "GTSHĐ 052", BasisOn: ago(70), IntroducedOn: ago(62),
	}
	soon := member.Transfer{
		Ref: ident.Ref{Part: home.unit.PartID, ID: 14}, Kind: member.TransferOfficial, State: member.Announced, Name: "Bùi Thị Nhàn",
		FromText: "Đảng bộ phường ven biển", ToCell: home.unit.ID, Basis: "GTSHĐ 077", BasisOn: ago(12), IntroducedOn: ago(9),
	}
	elsewhere := out(far, len(far.people)-3, 5)
	elsewhere.Kind, elsewhere.ToText = member.TransferOfficial, "Đảng bộ cơ quan tỉnh"
	elsewhere.Basis, elsewhere.BasisOn = "9-QĐ", ago(20)
	return []member.Transfer{internal, study, late, arriving, soon, elsewhere}
}

// story gives the index of the visitor's cell.
func (g *ground) story() int {
	for i := range g.cells {
		if g.cells[i].story {
			return i
		}
	}
	return 0
}

// fees gives who has settled the months of this year in a cell: nearly everybody, the
// month under way not yet.
func (f *Fill) fees(i int, c *cell) []member.Fee {
	var out []member.Fee
	for m := civil.Month(f.Today.Year()*100 + 1); m < f.Today.Month(); m = m.Add(1) {
		r := chance(i, m, 7)
		for k, p := range c.people {
			forgot := r.IntN(60) == 0 && m.Num()%4 == 1
			if c.story && k == lifeUnpaid && m.Num() >= 4 && m.Num() <= 7 {
				forgot = true
			}
			if !forgot && !p.admitted.After(m.Last()) {
				out = append(out, member.Fee{Part: c.unit.PartID, CellID: c.unit.ID, MembershipID: c.members[k], Month: m})
			}
		}
	}
	return out
}

// reportOn gives the day on which a member away reports next: mostly ahead, for some
// it has passed.
func reportOn(p personPlan, today civil.Date) civil.Date {
	if p.spell != member.SpellAway {
		return civil.Date{}
	}
	return today.AddDays(p.birth.MonthNum()*8 - 20)
}
