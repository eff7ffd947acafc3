package campaign

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/viet"
	"chibo/org"
	"chibo/rulebook"
)

// Limits of what people type; slips, no rules of the field.
const (
	titleMost = 300
	textMost  = 10000
	noteMost  = 2000
	stepsMost = 20
	aheadMost = 3 * 366 // days
)

// StepIn is a step as it is typed.
type StepIn struct {
	ID    int64 // of a step that is there; 0: a new one
	Title string
	Due   civil.Date
}

func (s StepIn) empty() bool { return s.ID == 0 && s.Title == "" && s.Due.IsZero() }

// BeginIn is a new campaign.
type BeginIn struct {
	OrgID int64
	Title string
	Text  string
	Kinds []string
	Steps []StepIn // empty ones are passed over
	Op    string   // made on the device
}

// KindBelow is a kind of unit that stands below, with how many there are.
type KindBelow struct {
	rulebook.OrgKind
	Count int
}

// kindsBelow gives the kinds of living units below the unit: what may take part, as the
// tree stands, whatever shape the rules of the day give it.
func kindsBelow(ctx context.Context, q db.Q, actor access.Actor, set rulebook.Set, u org.Unit, day civil.Date) (out []KindBelow, err error) {
	scope, err := access.For(actor, access.AgendaKeep, u.Access())
	if err != nil {
		return nil, err
	}
	counts, err := org.CountKinds(ctx, q, scope, day)
	for kind, n := range counts {
		if kind != u.Kind && kind != org.KindPartyGroup && n > 0 {
			out = append(out, KindBelow{set.OrgKind(kind), n})
		}
	}
	slices.SortFunc(out, func(a, b KindBelow) int { return cmp.Or(rank(a.Code)-rank(b.Code), strings.Compare(a.Code, b.Code)) })
	return out, err
}

// rank orders kinds from above to below.
func rank(kind string) int {
	return slices.Index([]string{
		org.KindProvince, org.KindDistrict, org.KindCommuneParty, org.KindGrassrootsParty, org.KindGrassrootsCell, org.KindDependent, org.KindSectional, org.KindCell,
	}, kind)
}

func (in *BeginIn) check(below []KindBelow, today civil.Date, had []Step) error {
	var f fault.Fields
	in.Title, in.Text = viet.Clean(in.Title), strings.TrimSpace(in.Text)
	text(&f, "title", in.Title, titleMost, true)
	text(&f, "text", in.Text, textMost, false)
	in.Kinds = slices.Compact(slices.Sorted(slices.Values(in.Kinds)))
	if len(in.Kinds) == 0 || slices.ContainsFunc(in.Kinds, func(k string) bool {
		return !slices.ContainsFunc(below, func(b KindBelow) bool { return b.Code == k })
	}) {
		f.Add("kinds", "campaign.err.kinds")
	}
	n := 0
	for i := range in.Steps {
		s := &in.Steps[i]
		if s.Title = viet.Clean(s.Title); s.empty() {
			continue
		}
		n++
		s.check(&f, "steps["+strconv.Itoa(i)+"].", today, had)
	}
	switch {
	case n == 0:
		f.Add("steps[0].title", "campaign.err.no_step")
	case n > stepsMost:
		f.Add("steps[0].title", "campaign.err.many", "Most", stepsMost)
	}
	if len(in.Op) < 8 || len(in.Op) > 64 {
		f.Add("op", "campaign.err.op")
	}
	return f.Err()
}

func (s StepIn) check(f *fault.Fields, prefix string, today civil.Date, had []Step) {
	text(f, prefix+"title", s.Title, titleMost, true)
	was := slices.ContainsFunc(had, func(h Step) bool { return h.ID == s.ID && h.Due == s.Due })
	switch {
	case !s.Due.IsDay():
		f.Add(prefix+"due", "campaign.err.day")
	case s.Due.Before(today) && !was:
		f.Add(prefix+"due", "campaign.err.past", "Day", today.Vi())
	case s.Due.After(today.AddDays(aheadMost)):
		f.Add(prefix+"due", "campaign.err.far", "Day", today.AddDays(aheadMost).Vi())
	}
}

func text(f *fault.Fields, field, s string, most int, required bool) {
	switch n := utf8.RuneCountInString(s); {
	case n == 0 && required:
		f.Add(field, "campaign.err.empty")
	case n > most:
		f.Add(field, "campaign.err.long", "Most", most)
	}
}

const (
	opSQL       = `SELECT id FROM campaign WHERE org_id = $1 AND op = $2`
	insertSQL   = `INSERT INTO campaign (id, org_id, title, text, kinds, by_account, by_name, at, op) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	addStepSQL  = `INSERT INTO campaign_step (campaign_id, id, seq, title, due) VALUES ($1, $2, $3, $4, $5)`
	updateSQL   = `UPDATE campaign SET title = $3, text = $4, version = version + 1 WHERE id = $1 AND version = $2 AND closed_at = 0`
	moveStepSQL = `UPDATE campaign_step SET title = $3, due = $4 WHERE campaign_id = $1 AND id = $2`
	closeSQL    = `UPDATE campaign SET closed_at = $3, closed_name = $4, version = version + 1 WHERE id = $1 AND version = $2 AND closed_at = 0`
)

// Begin begins a campaign of a committee and gives its id. Said again with the same Op it
// gives the same. Errors: fields title, text, kinds, steps[N].title, steps[N].due, op;
// access.ErrForbidden.
func (s *Service) Begin(ctx context.Context, actor access.Actor, in BeginIn) (id int64, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		u, err := own(ctx, tx, actor, in.OrgID)
		if err != nil {
			return err
		}
		known, err := db.List(ctx, tx, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, opSQL, u.ID, in.Op)
		if err != nil || len(known) > 0 {
			if len(known) > 0 {
				id = known[0]
			}
			return err
		}
		below, err := kindsBelow(ctx, tx, actor, s.Book.At(tx.Today(), u.Path), u, tx.Today())
		if err != nil {
			return err
		}
		if err := in.check(below, tx.Today(), nil); err != nil {
			return err
		}
		id = tx.ID()
		if _, err := tx.Exec(ctx, insertSQL, id, u.ID, in.Title, in.Text, joined(in.Kinds), actor.AccountID, actor.Name, tx.NowMS(), in.Op); err != nil {
			return err
		}
		if err := in.putSteps(ctx, tx, id); err != nil {
			return err
		}
		return record(ctx, tx, actor, u, "begin", id, map[string]any{"kinds": strings.Join(in.Kinds, " ")})
	})
	return id, err
}

func own(ctx context.Context, q db.Q, actor access.Actor, id int64) (org.Unit, error) {
	u, err := org.ByID(ctx, q, id)
	if err == nil && !MayKeep(actor, u) {
		err = access.ErrForbidden
	}
	return u, err
}

func (in BeginIn) putSteps(ctx context.Context, tx *db.Tx, id int64) error {
	for i, st := range in.Steps {
		var err error
		switch {
		case st.empty():
		case st.ID == 0:
			_, err = tx.Exec(ctx, addStepSQL, id, tx.ID(), i, st.Title, st.Due)
		default:
			_, err = tx.Exec(ctx, moveStepSQL, id, st.ID, st.Title, st.Due)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func record(ctx context.Context, tx *db.Tx, actor access.Actor, u org.Unit, act string, id int64, detail map[string]any) error {
	if detail == nil {
		detail = map[string]any{}
	}
	detail["campaign"] = id
	return audit.Record(ctx, tx, audit.Entry{
		Part: u.PartID, Account: actor.AccountID, Action: "campaign." + act, Target: "unit", TargetID: u.ID, Detail: detail,
	})
}

// ChangeIn changes the words and days of a campaign and adds steps. Which kinds take part
// stays, and so does every step.
type ChangeIn struct {
	ID      int64
	Title   string
	Text    string
	Steps   []StepIn
	Version int // as it was shown
}

// Change changes a running campaign. Errors: fields as of Begin; ErrChanged, ErrClosed,
// ErrNotFound, access.ErrForbidden.
func (s *Service) Change(ctx context.Context, actor access.Actor, in ChangeIn) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, u, err := s.mine(ctx, tx, actor, in.ID)
		if err != nil {
			return err
		}
		b := BeginIn{OrgID: u.ID, Title: in.Title, Text: in.Text, Kinds: c.Kinds, Steps: in.Steps, Op: "unchanged"}
		var kinds []KindBelow // they stay as they are
		for _, k := range c.Kinds {
			kinds = append(kinds, KindBelow{OrgKind: rulebook.OrgKind{Code: k}})
		}
		if err := b.check(kinds, tx.Today(), c.Steps); err != nil {
			return err
		}
		res, err := tx.Exec(ctx, updateSQL, c.ID, in.Version, b.Title, b.Text)
		if err := one(res, err); err != nil {
			return err
		}
		if err := b.putSteps(ctx, tx, c.ID); err != nil {
			return err
		}
		return record(ctx, tx, actor, u, "change", c.ID, nil)
	})
}

// mine gives a running campaign to who may change it.
func (s *Service) mine(ctx context.Context, q db.Q, actor access.Actor, id int64) (Campaign, org.Unit, error) {
	c, err := byID(ctx, q, id)
	if err != nil {
		return c, org.Unit{}, err
	}
	u, err := own(ctx, q, actor, c.OrgID)
	if err == nil && !c.Running() {
		err = ErrClosed
	}
	return c, u, err
}

// Close ends a campaign: nobody is asked any more, all that was reported stays.
func (s *Service) Close(ctx context.Context, actor access.Actor, id int64, version int) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, u, err := s.mine(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		res, err := tx.Exec(ctx, closeSQL, c.ID, version, tx.NowMS(), actor.Name)
		if err := one(res, err); err != nil {
			return err
		}
		return record(ctx, tx, actor, u, "close", c.ID, nil)
	})
}

func one(res interface{ RowsAffected() (int64, error) }, err error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return ErrChanged
}
