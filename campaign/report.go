package campaign

import (
	"context"
	"strings"

	"chibo/access"
	"chibo/attachment"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/notify"
	"chibo/office"
	"chibo/org"
)

// ReportIn is a unit's report of a step.
type ReportIn struct {
	Campaign int64
	Step     int64
	OrgID    int64
	Note     string
	Version  int    // of the report as it was shown; 0 none yet
	Op       string // made on the device
}

const (
	wordOpSQL       = `SELECT COUNT(*) FROM campaign_word WHERE part_id = $1 AND report_id = $2 AND op = $3`
	insertReportSQL = `INSERT INTO campaign_report (part_id, campaign_id, step_id, org_id, id, state) VALUES ($1, $2, $3, $4, $5, 'draft')
ON CONFLICT (part_id, campaign_id, step_id, org_id) DO NOTHING`
	setReportSQL  = `UPDATE campaign_report SET state = $4, note = $5, day = $6, version = version + 1 WHERE part_id = $1 AND id = $2 AND version = $3`
	insertWordSQL = `INSERT INTO campaign_word (part_id, id, report_id, org_id, state, text, by_account, by_name, at, op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
)

// Draft makes room for the files of a report that is not sent yet, and gives its name.
func (s *Service) Draft(ctx context.Context, actor access.Actor, campaign, step, orgID int64) (ref ident.Ref, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		_, _, r, err := s.toReport(ctx, tx, actor, campaign, step, orgID)
		ref = r.Ref
		return err
	})
	return ref, err
}

// toReport gives what a report needs to who reports for the unit; the row is there then.
func (s *Service) toReport(ctx context.Context, tx *db.Tx, actor access.Actor, campaign, step, orgID int64) (c Campaign, u org.Unit, r Report, err error) {
	if c, err = byID(ctx, tx, campaign); err != nil {
		return c, u, r, err
	}
	if u, err = org.ByID(ctx, tx, orgID); err != nil {
		return c, u, r, err
	}
	_, known := c.Step(step)
	switch {
	case !MayReport(actor, u):
		return c, u, r, access.ErrForbidden
	case !c.Running():
		return c, u, r, ErrClosed
	case !c.MeantFor(u):
		return c, u, r, ErrNotMeant
	case !known:
		return c, u, r, ErrNotFound
	}
	if _, err = tx.Exec(ctx, insertReportSQL, u.PartID, campaign, step, u.ID, tx.ID()); err != nil {
		return c, u, r, err
	}
	r, err = reportOf(ctx, tx, u, campaign, step)
	return c, u, r, err
}

// Report reports a step as done, with proof: a note, or a file that was added before.
// Reported again before it was accepted it takes the place of the first; the trail has
// both. Errors: field note; ErrChanged, ErrClosed, ErrNotMeant, access.ErrForbidden.
func (s *Service) Report(ctx context.Context, actor access.Actor, in ReportIn) error {
	in.Note = strings.TrimSpace(in.Note)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, u, r, err := s.toReport(ctx, tx, actor, in.Campaign, in.Step, in.OrgID)
		if err != nil {
			return err
		}
		if done, err := said(ctx, tx, r.Ref, in.Op); done || err != nil {
			return err
		}
		files := 0
		if s.Files != nil {
			if files, err = s.Files(ctx, tx, r.Ref); err != nil {
				return err
			}
		}
		var f fault.Fields
		text(&f, "note", in.Note, noteMost, files == 0)
		switch err := f.Err(); {
		case err != nil && in.Note == "":
			return fault.Field("note", "campaign.err.proof")
		case err != nil:
			return err
		case r.State == Accepted, in.Version != 0 && in.Version != r.Version:
			return ErrChanged
		}
		if err := s.set(ctx, tx, actor, r, Reported, in.Note, in.Note, in.Op); err != nil {
			return err
		}
		return record(ctx, tx, actor, u, "report", c.ID, map[string]any{"step": in.Step})
	})
}

func said(ctx context.Context, q db.Q, ref ident.Ref, op string) (bool, error) {
	if len(op) < 8 || len(op) > 64 {
		return false, fault.Field("op", "campaign.err.op")
	}
	var n int
	err := q.QueryRow(ctx, wordOpSQL, ref.Part, ref.ID, op).Scan(&n)
	return n > 0, err
}

// set brings a report to a state with a word in its trail.
func (s *Service) set(ctx context.Context, tx *db.Tx, actor access.Actor, r Report, state State, note, word, op string) error {
	day := r.Day
	if state == Reported {
		day = tx.Today()
	}
	res, err := tx.Exec(ctx, setReportSQL, r.Ref.Part, r.Ref.ID, r.Version, string(state), note, day)
	if err := one(res, err); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertWordSQL, r.Ref.Part, tx.ID(), r.Ref.ID, r.OrgID, string(state), word, actor.AccountID, actor.Name, tx.NowMS(), op)
	return err
}

// DecideIn accepts a report or sends it back.
type DecideIn struct {
	Campaign int64
	Step     int64
	OrgID    int64 // unit that reported
	Accept   bool
	Reason   string // required when it is sent back
	Version  int    // of the report, as it was shown
	Op       string
}

// Decide accepts a report or sends it back with the reason, and tells who leads the unit
// when it is sent back. An accepted one may be sent back too. Errors: field reason;
// ErrChanged, ErrNotFound, access.ErrForbidden.
func (s *Service) Decide(ctx context.Context, actor access.Actor, in DecideIn) error {
	in.Reason = strings.TrimSpace(in.Reason)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := byID(ctx, tx, in.Campaign)
		if err != nil {
			return err
		}
		u, err := org.ByID(ctx, tx, in.OrgID)
		if err != nil {
			return err
		}
		if !mayDecide(actor, c.path, u) {
			return access.ErrForbidden
		}
		r, err := reportOf(ctx, tx, u, in.Campaign, in.Step)
		if err != nil {
			return err
		}
		if done, err := said(ctx, tx, r.Ref, in.Op); done || err != nil {
			return err
		}
		state := Returned
		if in.Accept {
			state = Accepted
		}
		switch {
		case r.Version != in.Version || !r.State.Done() || r.State == state:
			return ErrChanged
		case !in.Accept && in.Reason == "":
			return fault.Field("reason", "campaign.err.reason")
		}
		var f fault.Fields
		if text(&f, "reason", in.Reason, noteMost, false); f.Err() != nil {
			return f.Err()
		}
		if err := s.set(ctx, tx, actor, r, state, r.Note, in.Reason, in.Op); err != nil {
			return err
		}
		if state == Returned {
			if err := tellReturned(ctx, tx, c, u, in.Reason); err != nil {
				return err
			}
		}
		return record(ctx, tx, actor, u, string(state), c.ID, map[string]any{"step": in.Step})
	})
}

func tellReturned(ctx context.Context, tx *db.Tx, c Campaign, u org.Unit, reason string) error {
	list, err := office.Holders(ctx, tx, u.PartID, u.ID, tx.Today())
	if err != nil {
		return err
	}
	var to []notify.To
	for _, h := range list {
		if h.Title != office.Secretary && h.Title != office.Deputy {
			continue
		}
		part, err := access.HomePart(ctx, tx, h.PersonID, tx.Today())
		if err != nil {
			return err
		}
		to = append(to, notify.To{Part: part, PersonID: h.PersonID})
	}
	return notify.Send(ctx, tx, notify.Notice{
		Kind: "campaign.returned", Href: Href(c.ID, u.ID), Args: map[string]any{"Title": c.Title, "Reason": reason, "Unit": u.Name},
	}, to...)
}

// ReportFiles answers for the files of reports: who reads the report sees them, who reports
// adds to them until it was accepted.
func (s *Service) ReportFiles() attachment.Owner {
	answer := func(add bool) func(context.Context, db.Q, access.Actor, ident.Ref) (attachment.Place, error) {
		return func(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref) (attachment.Place, error) {
			r, err := reportByRef(ctx, q, ref)
			if err != nil {
				return attachment.Place{}, err
			}
			u, err := org.ByID(ctx, q, r.OrgID)
			if err != nil {
				return attachment.Place{}, err
			}
			c, err := byID(ctx, q, r.Campaign)
			if err != nil {
				return attachment.Place{}, err
			}
			may := mayRead(actor, u)
			if add {
				may = MayReport(actor, u) && c.Running() && r.State != Accepted
			}
			if !may {
				return attachment.Place{}, access.ErrForbidden
			}
			step, _ := c.Step(r.Step)
			return attachment.Place{
				Part: ref.Part, OrgID: u.ID, Name: u.Name, Title: c.Title + ": " + step.Title, Href: Href(c.ID, u.ID), Lead: MayReport(actor, u),
			}, nil
		}
	}
	return attachment.Owner{See: answer(false), Add: answer(true)}
}

const refSQL = `SELECT k.id FROM campaign k JOIN org o ON o.id = k.org_id WHERE k.id = $1 AND o.part_id = $2`

// GuidanceFiles answers for the files of campaigns: everybody below who reads somewhere
// sees them, who changes the campaign adds to them.
func (s *Service) GuidanceFiles() attachment.Owner {
	answer := func(add bool) func(context.Context, db.Q, access.Actor, ident.Ref) (attachment.Place, error) {
		return func(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref) (attachment.Place, error) {
			var id int64
			err := q.QueryRow(ctx, refSQL, ref.ID, ref.Part).Scan(&id)
			if db.NoRows(err) {
				return attachment.Place{}, ErrNotFound
			}
			if err != nil {
				return attachment.Place{}, err
			}
			c, err := byID(ctx, q, id)
			if err != nil {
				return attachment.Place{}, err
			}
			u, err := org.ByID(ctx, q, c.OrgID)
			if err != nil {
				return attachment.Place{}, err
			}
			if keep := MayKeep(actor, u) && c.Running(); !keep && (add || !mayOpen(actor, u.Path)) {
				return attachment.Place{}, access.ErrForbidden
			}
			return attachment.Place{Part: ref.Part, OrgID: u.ID, Name: u.Name, Title: c.Title, Href: Href(c.ID, 0), Lead: MayKeep(actor, u)}, nil
		}
	}
	return attachment.Owner{See: answer(false), Add: answer(true)}
}

// due says whether a step is over on the day.
func (s Step) due(day civil.Date) bool { return s.Due.Before(day) }
