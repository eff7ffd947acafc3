package office

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

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

// Duties that a holder of a post may let a stand-in do. Reading what the work needs
// goes with each.
const (
	DutyRead     = "read"
	DutyAnswer   = "answer"
	DutyConvene  = "convene" // rules.md 1.37
	DutyMeeting  = "meeting"
	DutyMembers  = "members"
	DutyScore    = "score"
	DutyRegister = "register"
	DutyReveal   = "reveal"
	DutyUnits    = "units"
	DutyAccounts = "accounts"
)

// Duties gives all duties in the order of the form.
func Duties() []string {
	return []string{
		DutyConvene, DutyMeeting, DutyScore, DutyAnswer, DutyMembers, DutyRegister, DutyReveal, DutyUnits, DutyAccounts, DutyRead,
	}
}

func actionsOf(duty string) []access.Action {
	switch duty {
	case DutyRead:
		return []access.Action{access.CellRead, access.FigureRead, access.MemberList}
	case DutyConvene:
		return []access.Action{access.Convene}
	case DutyMeeting:
		return []access.Action{access.Prepare, access.Clerk, access.Lead}
	case DutyMembers:
		return []access.Action{access.MemberRead}
	case DutyScore:
		return []access.Action{access.ScoreDecide}
	case DutyAnswer:
		return []access.Action{access.Answer}
	case DutyRegister:
		return []access.Action{access.RegisterKeep, access.RegisterImport, access.MemberRead}
	case DutyReveal:
		return []access.Action{access.Reveal}
	case DutyUnits:
		return []access.Action{access.UnitManage}
	case DutyAccounts:
		return []access.Action{access.AccountReset}
	}
	return nil
}

// DutiesOf gives the duties that the rights of a post hold, or a part of each.
func DutiesOf(held []access.Held) []string {
	var out []string
	for _, d := range Duties() {
		if slices.ContainsFunc(held, func(h access.Held) bool { return len(part(h.Grant, []string{d})) > 0 }) {
			out = append(out, d)
		}
	}
	return out
}

// part gives the actions of the duties that a grant allows.
func part(g access.Grant, duties []string) []access.Action {
	var out []access.Action
	for _, d := range duties {
		for _, a := range actionsOf(d) {
			if g.Allows(a) && !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out
}

// How a stand-in ended early.
const (
	StandinWithdrawn = "withdrawn" // by the giver or the secretary above
	StandinDeclined  = "declined"  // by the stand-in
	StandinPost      = "post"      // the giver's post ended
)

// Standin is the charge of somebody who does part of a post's work for a time.
type Standin struct {
	ID         int64
	OrgID      int64
	Unit       string // short name of it now
	OfficeID   int64
	Title      string // of the giver's post
	GiverID    int64
	Giver      string
	GiverPart  int64
	PersonID   int64
	Person     string
	PersonPart int64
	Duties     []string
	Reason     string
	From       civil.Date
	To         civil.Date // first day without
	EndedHow   string     // "" not ended early
	MadeAt     time.Time
}

// Last gives the last day.
func (s Standin) Last() civil.Date { return s.To.AddDays(-1) }

// Open says whether the charge has not ended on the day.
func (s Standin) Open(day civil.Date) bool { return s.To.After(day) }

// On says whether the charge is in force on the day.
func (s Standin) On(day civil.Date) bool { return !s.From.After(day) && s.To.After(day) }

// StandinIn is a charge to be given. Days are both inside.
type StandinIn struct {
	Post     ident.Ref // the actor's own post
	Person   ident.Ref // part and id of the person
	Duties   []string
	From, To civil.Date
	Reason   string
}

// reasonMax bounds a reason, in characters.
const reasonMax = 300

// ErrNoStandin says that there is no such charge, or none that the actor may see.
var ErrNoStandin = fault.New(fault.NotFound, "office.err.no_standin")

// GiveStandin lets another person do part of the work of the actor's own post from day
// to day. The stand-in has rights of the own, is not the giver, and gets nothing that
// the post does not give; the longest time is rulebook.StandinMaxDays. Field errors:
// post, person, duties, from, to, reason. The stand-in and the secretary of the unit
// above are told.
func (s *Service) GiveStandin(ctx context.Context, actor access.Actor, in StandinIn) (id int64, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		post, unit, err := s.ownPost(ctx, tx, actor, in.Post)
		if err != nil {
			return err
		}
		held, err := access.HeldFrom(ctx, tx, access.FromOffice, post.ID)
		if err != nil {
			return err
		}
		var f fault.Fields
		in.checkDays(&f, s.Book.At(tx.Today(), unit.Path), tx.Today(), post)
		in.checkDuties(&f, held)
		person, err := in.checkPerson(ctx, tx, &f, actor, post)
		if err != nil {
			return err
		}
		if err := f.Err(); err != nil {
			return err
		}
		id = tx.ID()
		if err := in.write(ctx, tx, actor, id, post, person, held); err != nil {
			return err
		}
		if err := s.tellStandin(ctx, tx, post, unit, person, in); err != nil {
			return err
		}
		return recordStandin(ctx, tx, actor, unit, "standin.give", id, map[string]any{
			"from": in.From.String(), "to": in.To.String(), "duties": in.Duties,
		})
	})
	return id, err
}

// ownPost gives a post that the actor holds today, with its unit.
func (s *Service) ownPost(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref) (Holder, org.Unit, error) {
	post, err := ByRef(ctx, tx, ref)
	if err != nil {
		return Holder{}, org.Unit{}, err
	}
	today := tx.Today()
	if actor.PersonID == 0 || post.PersonID != actor.PersonID || post.From.After(today) || (!post.To.IsZero() && !post.To.After(today)) {
		return Holder{}, org.Unit{}, access.ErrForbidden
	}
	unit, err := org.ByID(ctx, tx, post.OrgID)
	return post, unit, err
}

const holderSQL = columns + ` WHERE f.part_id = $1 AND f.id = $2`

// ByRef gives a post held at any time, or ErrNobody. It checks no right.
func ByRef(ctx context.Context, q db.Q, ref ident.Ref) (Holder, error) {
	h, err := scanHolder(q.QueryRow(ctx, holderSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return h, ErrNobody
	}
	return h, err
}

func (in StandinIn) checkDays(f *fault.Fields, set rulebook.Set, today civil.Date, post Holder) {
	switch {
	case !in.From.IsDay():
		f.Add("from", "office.err.day_empty")
	case in.From.Before(today):
		f.Add("from", "office.err.standin_past", "Day", today.Vi())
	}
	most := set.Int(rulebook.StandinMaxDays)
	switch {
	case !in.To.IsDay():
		f.Add("to", "office.err.day_empty")
	case in.From.IsDay() && in.To.Before(in.From):
		f.Add("to", "office.err.to_before_from")
	case in.From.IsDay() && in.To.Sub(in.From)+1 > most:
		f.Add("to", "office.err.standin_long", "Count", most, "Day", in.From.AddDays(most-1).Vi())
	case !post.To.IsZero() && !in.To.Before(post.To):
		f.Add("to", "office.err.standin_post_ends", "Day", post.To.AddDays(-1).Vi())
	}
	if in.Reason = strings.TrimSpace(in.Reason); in.Reason == "" {
		f.Add("reason", "office.err.reason_empty")
	} else if len([]rune(in.Reason)) > reasonMax {
		f.Add("reason", "office.err.reason_long", "Max", reasonMax)
	}
}

func (in StandinIn) checkDuties(f *fault.Fields, held []access.Held) {
	may := DutiesOf(held)
	if len(in.Duties) == 0 {
		f.Add("duties", "office.err.duties_empty")
	}
	for _, d := range in.Duties {
		if !slices.Contains(may, d) {
			f.Add("duties", "office.err.duties_beyond")
			return
		}
	}
}

const standinOverlapSQL = `SELECT COUNT(*) FROM standin
 WHERE office_id = $1 AND person_id = $2 AND to_day > $3 AND from_day <= $4`

func (in StandinIn) checkPerson(ctx context.Context, tx *db.Tx, f *fault.Fields, actor access.Actor, post Holder) (member.Person, error) {
	if in.Person.IsZero() {
		f.Add("person", "office.err.standin_nobody")
		return member.Person{}, nil
	}
	if in.Person.ID == actor.PersonID {
		f.Add("person", "office.err.standin_self")
		return member.Person{}, nil
	}
	p, err := member.PersonOf(ctx, tx, in.Person.Part, in.Person.ID)
	if errors.Is(err, member.ErrNotFound) {
		f.Add("person", "office.err.standin_nobody")
		return p, nil
	}
	if err != nil {
		return p, err
	}
	own, err := access.LoadGrants(ctx, tx, p.ID, tx.Today())
	if err != nil {
		return p, err
	}
	if !slices.ContainsFunc(own, func(g access.Grant) bool { return g.For == 0 }) {
		f.Add("person", "office.err.standin_left", "Name", p.Name)
	}
	n := 0
	if in.From.IsDay() && in.To.IsDay() {
		err = tx.QueryRow(ctx, standinOverlapSQL, post.ID, p.ID, in.From, in.To).Scan(&n)
	}
	if n > 0 {
		f.Add("from", "office.err.standin_twice", "Name", p.Name)
	}
	return p, err
}

const insertStandinSQL = `INSERT INTO standin (id, org_id, office_id, title, giver_id, giver_name, giver_part, person_id, person_name,
  person_part, duties, reason, from_day, to_day, made_by, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

func (in StandinIn) write(ctx context.Context, tx *db.Tx, actor access.Actor, id int64, post Holder, p member.Person, held []access.Held) error {
	end := in.To.AddDays(1)
	_, err := tx.Exec(ctx, insertStandinSQL, id, post.OrgID, post.ID, post.Title, actor.PersonID, actor.Name, actor.PartID, p.ID, p.Name,
		p.Part, strings.Join(in.Duties, " "), strings.TrimSpace(in.Reason), in.From, end, actor.AccountID, tx.NowMS())
	if err != nil {
		return err
	}
	var grants []access.NewGrant
	for _, h := range held {
		// Reading goes with every duty, or the work could not be found.
		only := part(h.Grant, append([]string{DutyRead}, in.Duties...))
		if len(part(h.Grant, in.Duties)) == 0 {
			continue
		}
		grants = append(grants, access.NewGrant{
			PersonID: p.ID, Role: h.Role, OrgID: h.OrgID, From: in.From, To: end, Source: access.FromStandin, SourceID: id,
			Only: only, For: actor.PersonID, ForName: actor.Name,
		})
	}
	return access.AddGrants(ctx, tx, grants)
}

func (s *Service) tellStandin(ctx context.Context, tx *db.Tx, post Holder, unit org.Unit, p member.Person, in StandinIn) error {
	args := map[string]any{"Giver": post.Name, "Person": p.Name, "Unit": unit.Name, "From": in.From, "To": in.To}
	err := notify.Send(ctx, tx, notify.Notice{Kind: "standin.given", Args: args, Href: standinsHref}, notify.To{Part: p.Part, PersonID: p.ID})
	if err != nil {
		return err
	}
	above, err := secretaryAbove(ctx, tx, unit, tx.Today())
	if err != nil || above.PersonID == p.ID {
		return err
	}
	return notify.Send(ctx, tx, notify.Notice{Kind: "standin.below", Args: args, Href: standinsHref}, above)
}

const standinsHref = "/standins"

// secretaryAbove gives the secretary of the unit above, for a notice; person 0 when
// there is none.
func secretaryAbove(ctx context.Context, q db.Q, unit org.Unit, day civil.Date) (notify.To, error) {
	if unit.ParentID == 0 {
		return notify.To{}, nil
	}
	above, err := org.ByID(ctx, q, unit.ParentID)
	if err != nil {
		return notify.To{}, err
	}
	h, err := HolderOf(ctx, q, above.PartID, above.ID, Secretary, day)
	if errors.Is(err, ErrNobody) {
		return notify.To{}, nil
	}
	if err != nil {
		return notify.To{}, err
	}
	home, err := access.HomePart(ctx, q, h.PersonID, day)
	return notify.To{Part: home, PersonID: h.PersonID}, err
}

func recordStandin(ctx context.Context, tx *db.Tx, actor access.Actor, unit org.Unit, action string, id int64, detail map[string]any) error {
	return audit.Record(ctx, tx, audit.Entry{
		Part: unit.PartID, Account: actor.AccountID, Action: action, Target: "standin", TargetID: id, Detail: detail,
	})
}
