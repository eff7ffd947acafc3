package demo

import (
	"context"
	"fmt"

	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/office"
	"chibo/org"
)

// Terms of the sample: the present one began with the congresses of 2025.
func termBefore() civil.Date { return civil.Of(2020, 5, 20) }
func termNow() civil.Date    { return civil.Of(2025, 5, 20) }

// termID and its neighbour number a unit's two terms.
func termID(unit int64, now bool) int64 {
	if now {
		return unit*10 + 2
	}
	return unit*10 + 1
}

func (f *Fill) offices(ctx context.Context, tx *db.Tx, g *ground) error {
	var terms []office.Term
	var posts []office.NewOffice
	term := func(u org.Unit) {
		terms = append(terms,
			office.Term{Part: u.PartID, ID: termID(u.ID, false), OrgID: u.ID, Name: "2020-2025", From: termBefore(), To: termNow()},
			office.Term{Part: u.PartID, ID: termID(u.ID, true), OrgID: u.ID, Name: "2025-2030", From: termNow()})
	}
	term(g.top)
	for _, u := range g.units {
		if u.Kind == org.KindGrassrootsParty {
			term(u)
		}
	}
	for i := range g.cells {
		c := &g.cells[i]
		term(c.unit)
		posts = append(posts, cellPosts(c)...)
		posts = append(posts, unitPosts(g, c)...)
	}
	if err := office.AddTerms(ctx, tx, terms); err != nil {
		return err
	}
	_, err := office.AppointAll(ctx, tx, posts)
	return err
}

func cellPosts(c *cell) []office.NewOffice {
	titles := []string{office.Secretary, office.Deputy, office.CommitteeMember, office.CommitteeMember, office.CommitteeMember}
	body := ""
	if len(c.lead) > 2 {
		body = office.BodyCellCommittee
	}
	var out []office.NewOffice
	for n, k := range c.lead {
		out = append(out, post(c, k, c.unit, titles[n], body))
	}
	return out
}

func post(c *cell, k int, unit org.Unit, title, body string) office.NewOffice {
	n := office.NewOffice{
		Unit: unit, PersonID: c.persons[k], Name: c.people[k].name, Title: title, Body: body, From: termBefore(), How: office.Elected,
	}
	if title == office.Staff || title == office.Follower {
		n.How = office.Appointed
	}
	if unit.ID == c.unit.ID {
		n.MembershipID = c.members[k]
	}
	return n
}

// unitPosts gives the offices above the cell that its people hold: in each
// grassroots organisation a secretary and an officer come from its last cell, the
// district's officer from the organisation department's cell.
func unitPosts(g *ground, c *cell) []office.NewOffice {
	last := len(c.people) - 1
	switch {
	case c.index < 0:
		return nil
	case c.short == districtOffice:
		return []office.NewOffice{post(c, last, g.top, office.Staff, "")}
	case c.short == townOffice:
		out := []office.NewOffice{
			post(c, last, c.upper, office.Secretary, office.BodyCommittee),
			post(c, last-1, c.upper, office.Staff, office.BodyCommittee),
		}
		for i := range g.cells { // the town's officer follows the story's cell, rules.md 2.09
			if g.cells[i].story {
				follow := post(c, last-1, g.cells[i].unit, office.Follower, "")
				follow.Unit = g.cells[i].unit
				out = append(out, follow)
			}
		}
		return out
	case c.index == 0 && c.upper.Name != "Đảng bộ "+lowerFirst(storyUnit):
		return []office.NewOffice{
			post(c, last, c.upper, office.Secretary, office.BodyCommittee),
			post(c, last-1, c.upper, office.Staff, office.BodyCommittee),
		}
	}
	return nil
}

// accounts makes the people a visitor can be, and one for each member of the
// story's cell.
func (f *Fill) accounts(ctx context.Context, tx *db.Tx, g *ground, hash string) error {
	add := func(c *cell, k int, login, post, unit string, sample bool) error {
		n := account.NewAccount{Login: login, Hash: hash, Sample: sample, Office: post, Unit: unit}
		if c != nil {
			n.PersonID, n.PartID, n.Name = c.persons[k], c.unit.PartID, c.people[k].name
		} else {
			n.Name, n.PartID = "Người quản trị", topID
		}
		_, err := f.Accounts.Create(ctx, tx, n)
		return err
	}
	for i := range g.cells {
		c := &g.cells[i]
		last := len(c.people) - 1
		var err error
		switch {
		case c.story:
			err = storyAccounts(c, add)
		case c.short == townOffice:
			if err = add(c, last, "bithu.thitran", "Bí thư Đảng ủy", c.upper.Name, true); err == nil {
				err = add(c, last-1, "danguy.thitran", "Đảng ủy viên theo dõi Chi bộ Hòa Bình", c.upper.Name, true)
			}
		case c.short == districtOffice:
			err = add(c, last, "tochuc.huyen", "Chuyên viên Ban Tổ chức", g.top.Name, true)
		}
		if err != nil {
			return err
		}
	}
	if err := groupAccounts(g, add); err != nil {
		return err
	}
	return add(nil, 0, "quantri", "Quản trị hệ thống", g.top.Name, true)
}

// addAccount makes the account of somebody in a cell.
type addAccount func(c *cell, k int, login, post, unit string, sample bool) error

// groupAccounts lets a visitor hold a meeting by group: as the secretary of the cell that
// has groups, and as the head of each group.
func groupAccounts(g *ground, add addAccount) error {
	c := g.grouped
	if c == nil {
		return nil
	}
	err := add(c, c.lead[0], "bithu.binhminh", "Bí thư Chi bộ", c.unit.Name, true)
	for n, k := range g.heads {
		if err == nil {
			err = add(c, k, fmt.Sprintf("to%d.binhminh", n+1), fmt.Sprintf("Tổ trưởng Tổ đảng số %d", n+1), c.unit.Name, true)
		}
	}
	return err
}

func storyAccounts(c *cell, add addAccount) error {
	known := map[int][2]string{
		castSecretary: {"bithu.hoabinh", "Bí thư Chi bộ"},
		castDeputy:    {"phobithu.hoabinh", "Phó Bí thư Chi bộ"},
		castClerk:     {"chiuy.hoabinh", "Chi ủy viên, thư ký"},
		castElder:     {"thom.hoabinh", "Đảng viên"},
		castYoung:     {"nghia.hoabinh", "Đảng viên"},
	}
	order := []int{castSecretary, castDeputy, castClerk, castElder, castYoung}
	for k := range c.people {
		if _, ok := known[k]; !ok {
			order = append(order, k)
		}
	}
	for _, k := range order {
		login, post := fmt.Sprintf("dv%02d.hoabinh", k+1), "Đảng viên"
		who, sample := known[k]
		if sample {
			login, post = who[0], who[1]
		}
		if err := add(c, k, login, post, c.unit.Name, sample); err != nil {
			return err
		}
	}
	return nil
}
