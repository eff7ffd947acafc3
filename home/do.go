package home

import (
	"context"
	"slices"
	"strconv"
	"unicode/utf8"

	"chibo/access"
	"chibo/admission"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/viet"
	"chibo/notify"
)

// Limits of what people type; slips, no rules of the field.
const (
	textMost   = 1000
	visitAhead = 92 // days
)

// ActIn is what a committee does about a line.
type ActIn struct {
	UnitID  int64
	Kind    Kind
	Act     string
	Text    string
	On      civil.Date // of a visit
	Visitor int64      // of a visit: person
	Op      string     // made on the device
}

const (
	actOpSQL     = `SELECT COUNT(*) FROM wall_act WHERE part_id = $1 AND unit_id = $2 AND op = $3`
	insertActSQL = `INSERT INTO wall_act (part_id, id, unit_id, org_id, kind, act, day, text, visit_on, visitor_id, visitor, by_account, by_name, at, op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`
)

// Do writes down what a committee does about a line and tells those concerned. Said again
// with the same Op it does nothing. Errors: fields text, on, visitor, kind, act, op;
// ErrNobody where nobody leads the unit who could be told; access.ErrForbidden.
func (s *Service) Do(ctx context.Context, actor access.Actor, in ActIn) error {
	in.Text = viet.Clean(in.Text)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		v := Acting{Today: tx.Today()}
		if err := v.read(ctx, tx, actor, in.UnitID); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRow(ctx, actOpSQL, v.Unit.PartID, v.Unit.ID, in.Op).Scan(&n); err != nil || n > 0 {
			return err
		}
		if err := in.check(v); err != nil {
			return err
		}
		visitor := v.visitor(in)
		id := tx.ID()
		_, err := tx.Exec(ctx, insertActSQL, v.Unit.PartID, id, v.Unit.ID, v.From.ID, string(in.Kind), in.Act, v.Today, in.Text, in.On, visitor.ID, visitor.Name,
			actor.AccountID, actor.Name, tx.NowMS(), in.Op)
		if err != nil {
			return err
		}
		if err := v.tell(ctx, tx, in, visitor); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: v.Unit.PartID, Account: actor.AccountID, Action: "wall." + in.Act, Target: "unit", TargetID: v.Unit.ID,
			Detail: map[string]any{"kind": string(in.Kind), "act": id},
		})
	})
}

func (v Acting) visitor(in ActIn) Person {
	if in.Act != Visit {
		return Person{}
	}
	i := slices.IndexFunc(v.Visitors, func(p Person) bool { return p.ID == in.Visitor })
	if i < 0 {
		return Person{}
	}
	return v.Visitors[i]
}

func (in *ActIn) check(v Acting) error {
	var f fault.Fields
	if !KnownKind(in.Kind) {
		f.Add("kind", "home.err.kind")
	}
	if !slices.Contains(Acts(), in.Act) {
		f.Add("act", "home.err.act")
	}
	switch n := utf8.RuneCountInString(in.Text); {
	case n == 0 && in.Act != Visit:
		f.Add("text", "home.err.text")
	case n > textMost:
		f.Add("text", "home.err.long", "Most", textMost)
	}
	if len(in.Op) < 8 || len(in.Op) > 64 {
		f.Add("op", "home.err.op")
	}
	if in.Act == Visit {
		switch {
		case !in.On.IsDay():
			f.Add("on", "home.err.day")
		case in.On.Before(v.Today):
			f.Add("on", "home.err.past", "Day", v.Today.Vi())
		case in.On.After(v.Today.AddDays(visitAhead)):
			f.Add("on", "home.err.far", "Day", v.Today.AddDays(visitAhead).Vi())
		}
		if v.visitor(*in).ID == 0 {
			f.Add("visitor", "home.err.visitor")
		}
	} else {
		in.On, in.Visitor = civil.Date{}, 0
	}
	if err := f.Err(); err != nil {
		return err
	}
	if len(v.Callees) == 0 && in.Act != Visit {
		return ErrNobody
	}
	return nil
}

// KnownKind says whether a kind can stand on a wall: one of ours, or of another feature.
func KnownKind(k Kind) bool {
	if k == "" || len(k) > 40 {
		return false
	}
	for _, c := range k {
		if (c < 'a' || c > 'z') && c != '_' {
			return false
		}
	}
	return true
}

// tell sends the notices: to who leads the unit, and to who goes there.
func (v Acting) tell(ctx context.Context, tx *db.Tx, in ActIn, visitor Person) error {
	args := map[string]any{"From": v.From.Name, "Unit": v.Unit.Name, "Text": in.Text, "Visitor": visitor.Name}
	if !in.On.IsZero() {
		args["On"] = in.On
	}
	send := func(kind, href string, people []Person) error {
		var to []notify.To
		for _, p := range people {
			part, err := access.HomePart(ctx, tx, p.ID, v.Today)
			if err != nil {
				return err
			}
			to = append(to, notify.To{Part: part, PersonID: p.ID})
		}
		return notify.Send(ctx, tx, notify.Notice{Kind: kind, Href: href, Args: args}, to...)
	}
	if err := send("wall."+in.Act, v.href(in.Kind), v.Callees); err != nil {
		return err
	}
	if visitor.ID == 0 {
		return nil
	}
	return send("wall.go", "/visits", []Person{visitor})
}

// href is where who leads the unit does what is asked.
func (v Acting) href(k Kind) string {
	at := strconv.FormatInt(v.Unit.ID, 10)
	switch {
	case !v.Unit.IsCell():
		return "/"
	case k == Tasks:
		return "/cells/" + at + "/tasks?tab=overdue"
	case k == NoThematic:
		return "/cells/" + at + "/year"
	case k == Dossiers:
		return admission.ListHref(v.Unit.ID)
	case k == NoAdmission, k == Steps:
		return "/"
	}
	return "/cells/" + at + "/meetings"
}
