package office

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/notify"
	"chibo/org"
	"chibo/rulebook"
)

// GiveIn is a post to be given outside of a cell's election: in a committee above, at
// the head of a Party group, or the following of a cell (rules.md 1.26, 1.15, 1.36).
type GiveIn struct {
	OrgID   int64
	Title   string     // code of rulebook Set.Offices for the unit's kind
	Member  ident.Ref  // required: a home membership of the day
	Day     civil.Date // required: first day, today or before
	How     string     // Elected or Appointed; zero: as the post asks
	Replace bool       // whoever holds a post that one person at a time holds steps down
}

// MayGive says whether the actor may give and end posts in the unit that no
// election of a cell gives.
func MayGive(actor access.Actor, u org.Unit) bool {
	a := u.Access()
	return actor.Can(access.MemberList, a) && (actor.Can(access.UnitManage, a) || u.IsCell() && actor.Can(access.ScoreDecide, a))
}

// Givable gives the posts of the unit's kind that GiveIn is for: those of a cell's
// own leading come from its election.
func Givable(set rulebook.Set, u org.Unit) []rulebook.Office {
	return slices.DeleteFunc(set.Offices(), func(o rulebook.Office) bool {
		return !slices.Contains(o.Kinds, u.Kind) || u.IsCell() && o.Elected
	})
}

// Give records that somebody takes a post from the day on. Errors are at the fields
// "title", "member" and "day":
//
//   - the post must be one that the unit's kind has, its holder an official member who
//     is not suspended (rules.md 2.30, 5.38) in the unit's subtree, and for following a
//     cell a holder of a post in a committee above it (1.36);
//   - a post of one person at a time is refused while another holds it, unless Replace;
//   - a standing board needs a committee of the size of rules.md 1.26.
func (s *Service) Give(ctx context.Context, actor access.Actor, in GiveIn) (ident.Ref, error) {
	var ref ident.Ref
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		u, err := org.ByID(ctx, tx, in.OrgID)
		if err != nil {
			return err
		}
		if !MayGive(actor, u) {
			return access.ErrForbidden
		}
		ref, err = s.give(ctx, tx, actor, u, in)
		return err
	})
	return ref, err
}

func (s *Service) give(ctx context.Context, tx *db.Tx, actor access.Actor, u org.Unit, in GiveIn) (ident.Ref, error) {
	g := gift{GiveIn: in, unit: u, set: s.Book.At(in.Day, u.Path)}
	if err := g.read(ctx, tx); err != nil {
		return ident.Ref{}, err
	}
	if err := g.check(tx.Today()); err != nil {
		return ident.Ref{}, err
	}
	for _, h := range g.held {
		if g.office.Single && h.Title == in.Title {
			if err := End(ctx, tx, h, in.Day); err != nil {
				return ident.Ref{}, err
			}
		}
	}
	id, err := Appoint(ctx, tx, g.post())
	if err != nil {
		return ident.Ref{}, err
	}
	err = notify.Send(ctx, tx, notify.Notice{
		Kind: "office.given", Args: map[string]any{"Unit": u.Name, "Day": in.Day}, Href: fmt.Sprintf("/units/%d/offices", u.ID),
	}, notify.To{Part: g.who.Part, PersonID: g.who.PersonID})
	if err != nil {
		return ident.Ref{}, err
	}
	return ident.Ref{Part: u.PartID, ID: id}, audit.Record(ctx, tx, audit.Entry{
		Part: u.PartID, Account: actor.AccountID, Action: "office.give", Target: "org", TargetID: u.ID,
		Detail: map[string]any{"title": in.Title, "day": in.Day.String(), "how": g.post().How},
	})
}

// gift is a GiveIn with what its checks look at.
type gift struct {
	GiveIn
	unit   org.Unit
	set    rulebook.Set
	office rulebook.Office
	known  bool // the unit's kind has the post
	held   []Holder
	who    member.Membership
	cell   org.Unit // of who
	stands string   // standing of who on the day
	above  bool     // who holds a post in a unit above
	later  civil.Date
}

const laterTitleSQL = `SELECT COALESCE(MAX(from_day), '') FROM office
 WHERE part_id = $1 AND org_id = $2 AND title = $3 AND from_day > $4`

func (g *gift) read(ctx context.Context, q db.Q) (err error) {
	for _, o := range Givable(g.set, g.unit) {
		if o.Code == g.Title {
			g.office, g.known = o, true
		}
	}
	if !g.known || !g.Day.IsDay() || g.Member.ID == 0 {
		return nil // check says so
	}
	if g.held, err = Holders(ctx, q, g.unit.PartID, g.unit.ID, g.Day); err != nil {
		return err
	}
	if err := q.QueryRow(ctx, laterTitleSQL, g.unit.PartID, g.unit.ID, g.Title, g.Day).Scan(&g.later); err != nil {
		return err
	}
	g.who, err = member.ByID(ctx, q, g.Member)
	if errors.Is(err, member.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if g.cell, err = org.ByID(ctx, q, g.who.CellID); err != nil {
		return err
	}
	body, err := member.Body(ctx, q, g.cell.PartID, g.cell.ID, g.Day)
	if err != nil {
		return err
	}
	if m, ok := find(body, g.who.ID); ok {
		g.stands = m.Standing
	}
	g.above, err = holdsAbove(ctx, q, g.unit, g.who.PersonID, g.Day)
	return err
}

// holdsAbove says whether the person holds a post of a committee above the unit.
func holdsAbove(ctx context.Context, q db.Q, u org.Unit, personID int64, day civil.Date) (bool, error) {
	posts, err := OfPerson(ctx, q, personID, day)
	if err != nil {
		return false, err
	}
	above := u.Path.Parent().Ids()
	return slices.ContainsFunc(posts, func(h Holder) bool {
		return h.Title != Follower && slices.Contains(above, h.OrgID)
	}), nil
}

func (g *gift) check(today civil.Date) error {
	var f fault.Fields
	switch {
	case !g.Day.IsDay():
		f.Add("day", "office.err.day_empty")
	case g.Day.After(today):
		f.Add("day", "office.err.day_future", "Day", today.Vi())
	case !g.later.IsZero() && g.office.Single:
		f.Add("day", "office.err.later_post", "Day", g.later.Vi())
	}
	if !g.known {
		f.Add("title", "office.err.title")
		return f.Err()
	}
	g.checkPerson(&f)
	g.checkPlaces(&f)
	return f.Err()
}

func (g *gift) checkPerson(f *fault.Fields) {
	switch {
	case g.Member.ID == 0 || g.who.ID == 0:
		f.Add("member", "office.err.person_empty")
	case g.stands == "" || g.who.Kind != member.KindHome:
		f.Add("member", "office.err.not_member", "Name", g.who.Name, "Day", g.Day.Vi())
	case !g.who.OfficialAt(g.Day):
		f.Add("member", "office.err.reserve", "Name", g.who.Name)
	case g.stands == member.SpellSuspended:
		f.Add("member", "office.err.suspended", "Name", g.who.Name)
	case g.Title == Follower && !g.above:
		f.Add("member", "office.err.follower_above", "Name", g.who.Name)
	case g.Title != Follower && !g.unit.Path.Contains(g.cell.Path):
		f.Add("member", "office.err.outside", "Name", g.who.Name)
	}
}

func (g *gift) checkPlaces(f *fault.Fields) {
	committee := 0
	for _, h := range g.held {
		if h.Body == BodyCommittee || h.Body == BodyStandingBoard {
			committee++
		}
		switch {
		case h.Title != g.Title:
		case h.PersonID == g.who.PersonID:
			f.Add("member", "office.err.has_post", "Name", h.Name, "Day", h.From.Vi())
		case g.office.Single && !g.Replace:
			f.Add("title", "office.err.taken", "Name", h.Name, "Day", h.From.Vi())
		}
	}
	if need := g.set.Int(rulebook.CommitteeBoardMinMembers); g.office.Body == BodyStandingBoard && committee < need {
		f.Add("title", "office.err.board_not_allowed", "Have", committee, "Need", need)
	}
}

func (g *gift) post() NewOffice {
	n := NewOffice{
		Unit: g.unit, PersonID: g.who.PersonID, Name: g.who.Name, Title: g.Title, Body: g.office.Body, From: g.Day, How: g.How,
	}
	if g.cell.ID == g.unit.ID || g.unit.Kind == org.KindPartyGroup {
		n.MembershipID = g.who.ID
	}
	if n.How == "" && !g.office.Elected {
		n.How = Appointed
	}
	return n
}

const holderSQL = columns + ` WHERE f.part_id = $1 AND f.id = $2`

// HolderByRef gives a held post, or ErrNobody. It checks no right.
func HolderByRef(ctx context.Context, q db.Q, ref ident.Ref) (Holder, error) {
	h, err := scanHolder(q.QueryRow(ctx, holderSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return h, ErrNobody
	}
	return h, err
}

// ErrEnded says that the post has ended already.
var ErrEnded = fault.New(fault.Conflict, "office.err.ended")

// EndPost records that somebody no longer holds a post, from the day on. In a cell
// whoever may record an election may do it too.
func (s *Service) EndPost(ctx context.Context, actor access.Actor, ref ident.Ref, day civil.Date) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := HolderByRef(ctx, tx, ref)
		if err != nil {
			return err
		}
		u, err := org.ByID(ctx, tx, h.OrgID)
		if err != nil {
			return err
		}
		if !MayEnd(actor, u) {
			return access.ErrForbidden
		}
		if !h.To.IsZero() {
			return ErrEnded
		}
		switch today := tx.Today(); {
		case !day.IsDay():
			return fault.Field("day", "office.err.day_empty")
		case day.After(today):
			return fault.Field("day", "office.err.day_future", "Day", today.Vi())
		case !h.From.Before(day):
			return fault.Field("day", "office.err.end_before_from", "Day", h.From.Vi())
		}
		if err := End(ctx, tx, h, day); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: u.PartID, Account: actor.AccountID, Action: "office.end", Target: "org", TargetID: u.ID,
			Detail: map[string]any{"title": h.Title, "day": day.String()},
		})
	})
}

// MayEnd says whether the actor may end a post of the unit.
func MayEnd(actor access.Actor, u org.Unit) bool {
	return MayGive(actor, u) || u.IsCell() && MayAppoint(actor, u)
}
