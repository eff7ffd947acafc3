package meeting

import (
	"context"
	"slices"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
)

// officers are who leads the cell on the day, as memberships in it.
type officers struct {
	kind string          // of the cell
	list []office.Holder // secretary, deputies, committee
}

func officersOf(ctx context.Context, q db.Q, u org.Unit, day civil.Date) (officers, error) {
	list, err := office.Committee(ctx, q, u.PartID, u.ID, day)
	return officers{u.Kind, list}, err
}

// first gives the first holder of a title, 0 when nobody has it.
func (o officers) first(title string) int64 {
	for _, h := range o.list {
		if h.Title == title {
			return h.MembershipID
		}
	}
	return 0
}

// chair is the secretary, else the deputy (rules.md 1.37).
func (o officers) chair() int64 {
	if id := o.first(office.Secretary); id != 0 {
		return id
	}
	return o.first(office.Deputy)
}

// clerk proposes the meeting secretary: last month's while he or she is in the cell,
// else a member of the committee, else the deputy.
func (o officers) clerk(last int64, body []member.OnDay) int64 {
	if slices.ContainsFunc(body, func(p member.OnDay) bool { return p.MembershipID == last }) {
		return last
	}
	if id := o.first(office.CommitteeMember); id != 0 {
		return id
	}
	if id := o.first(office.Deputy); id != o.chair() {
		return id
	}
	return 0
}

// speaker gives who presents an agenda item of a speaker role, 0 for nobody in
// particular.
func (o officers) speaker(role string, m Meeting) int64 {
	switch role {
	case "chair":
		return m.ChairID
	case "clerk":
		return m.ClerkID
	}
	return o.first(role)
}

// title gives a member's post in the cell, "" for none.
func (o officers) title(membershipID int64) string {
	for _, h := range o.list {
		if h.MembershipID == membershipID {
			return h.Title
		}
	}
	return ""
}

// person gives a member as a paper names one.
func (o officers) person(set rulebook.Set, membershipID int64, name string) PersonFacts {
	title := o.title(membershipID)
	p := PersonFacts{Name: name, Sign: set.PaperWords().Posts[title]}
	for _, f := range set.Offices() {
		if f.Code == title && slices.Contains(f.Kinds, o.kind) {
			p.Post = f.Title.Vi
			break
		}
	}
	return p
}
