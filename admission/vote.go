package admission

import (
	"context"

	"chibo/access"
	"chibo/ballot"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/rulebook"
	"chibo/secret"
)

// What a vote is called in the minutes; the name stands in the minutes as of every matter.
const (
	subjectAdmission   = "Đề nghị kết nạp vào Đảng: quần chúng "
	subjectRecognition = "Đề nghị công nhận đảng viên chính thức: đồng chí "
)

// PutOnAgenda puts the person on the agenda of a meeting of the cell that has not ended, as
// an item of its own: the cell considers one person at a time (rules.md 4.27). Errors:
// ErrOrder when the vote is not what waits; field meeting; those of meeting.PutMatter.
func (s *Service) PutOnAgenda(ctx context.Context, actor access.Actor, ref ident.Ref, meetingID int64, act Act) error {
	return s.act(ctx, actor, ref, act, leads, func(ctx context.Context, t *turn) error {
		way, _, err := t.way(ctx)
		if err != nil {
			return err
		}
		leg, ok := way.Next()
		switch {
		case t.d.State != Open:
			return ErrState
		case t.d.ToCell != 0:
			return ErrMoving
		case !ok || leg.Kind != KindVote:
			return fault.New(ErrOrder.Kind, ErrOrder.Key, "Step", leg.Title.Vi)
		}
		if _, on, err := meetingOf(ctx, t.tx, t.d); err != nil || on {
			return orState(err)
		}
		list, err := meeting.Upcoming(ctx, t.tx, t.cell.PartID, t.cell.ID, upcomingMost)
		if err != nil {
			return err
		}
		for _, m := range list {
			if m.Ref.ID != meetingID {
				continue
			}
			if _, t.d.ItemID, err = s.Meetings.PutMatter(ctx, t.tx, actor, m.Ref, subject(t.d, leg)); err != nil {
				return err
			}
			t.d.MeetingID = meetingID
			return t.save(ctx, "agenda")
		}
		return fault.Field("meeting", "admission.err.meeting")
	})
}

// upcomingMost is how many meetings are offered.
const upcomingMost = 12

func orState(err error) error {
	if err == nil {
		err = ErrState
	}
	return err
}

func subject(d Dossier, leg Leg) string {
	if leg.Purpose == rulebook.PartRecognition {
		return subjectRecognition + d.Person.Name
	}
	return subjectAdmission + d.Person.Name
}

const onAgendaSQL = `SELECT ` + columns + ` FROM dossier d WHERE d.part_id = $1 AND d.cell_id = $2 AND d.state = 'open' AND d.meeting_id = $3 ORDER BY d.item_id`

// Matters gives what the meeting asks and tells: votes on persons.
func (s *Service) Matters() meeting.Matters {
	return meeting.Matters{Of: s.mattersOf, Decided: s.decided}
}

// mattersOf gives the persons on the agenda of a meeting, and whether a vote on each can
// be opened by the rules of the meeting's day.
func (s *Service) mattersOf(ctx context.Context, q db.Q, m meeting.Meeting) ([]meeting.Matter, error) {
	if m.Body != meeting.BodyCell {
		return nil, nil
	}
	list, err := db.List(ctx, q, scan, onAgendaSQL, m.Ref.Part, m.OrgID, m.Ref.ID)
	if err != nil {
		return nil, err
	}
	var out []meeting.Matter
	for _, d := range list {
		_, on, err := meetingOf(ctx, q, d)
		if err != nil {
			return nil, err
		}
		if !on {
			continue
		}
		x, ok, err := s.matter(ctx, q, d, m)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, x)
		}
	}
	return out, nil
}

func (s *Service) matter(ctx context.Context, q db.Q, d Dossier, m meeting.Meeting) (meeting.Matter, bool, error) {
	cell, err := s.cell(ctx, q, d.CellID)
	if err != nil {
		return meeting.Matter{}, false, err
	}
	way, _, err := s.wayOf(ctx, q, d, cell, m.Day)
	if err != nil {
		return meeting.Matter{}, false, err
	}
	leg, ok := way.Next()
	if !ok || leg.Kind != KindVote {
		return meeting.Matter{}, false, nil
	}
	x := meeting.Matter{ID: d.Ref.ID, ItemID: d.ItemID, Subject: subject(d, leg), Purpose: leg.Purpose, Href: Href(d.Ref)}
	if x.Why, err = s.mayVote(ctx, q, d, way, leg, m); err != nil && x.Why == nil {
		return x, false, err
	}
	return x, true, nil
}

// mayVote says why no vote can be opened on the person in a meeting: an error of kind
// Invalid or Conflict is the reason, any other one a failure.
func (s *Service) mayVote(ctx context.Context, q db.Q, d Dossier, way Way, leg Leg, m meeting.Meeting) (why, err error) {
	if d.ToCell != 0 {
		return ErrMoving, nil
	}
	if err := way.Refuse(leg.Code, m.Day); err != nil {
		return err, nil
	}
	if leg.Purpose == ballot.Recognition {
		return s.mayRecognise(ctx, q, d, m)
	}
	cell, err := s.cell(ctx, q, d.CellID)
	if err != nil {
		return nil, err
	}
	facts, err := s.facts(ctx, q, d, cell, way, m.Day)
	if err != nil {
		return nil, err
	}
	return hard(Conditions(s.Book.At(m.Day, cell.Path), facts, m.Day)), nil
}

// mayRecognise: not before the probation is over (rules.md 4.35).
func (s *Service) mayRecognise(ctx context.Context, q db.Q, d Dossier, m meeting.Meeting) (why, err error) {
	clocks, err := Clocks(ctx, q, d.Ref)
	if err != nil {
		return nil, err
	}
	for _, c := range clocks {
		if c.Opens.After(m.Day) {
			return fault.New(fault.Conflict, "admission.err.probation", "Day", c.Opens.Vi()), nil
		}
	}
	return nil, nil
}

const onItemSQL = `SELECT ` + columns + ` FROM dossier d WHERE d.part_id = $1 AND d.cell_id = $2 AND d.state = 'open' AND d.meeting_id = $3 AND d.item_id = $4`

// SecretCounted moves the dossier by a secret vote of the cell on its item of the agenda,
// in the transaction that counts it. Of a guarded vote only whether it passed is kept. A
// vote that could not be held on the person by the rules of its day moves nothing.
func (s *Service) SecretCounted(ctx context.Context, tx *db.Tx, r meeting.SecretResult) error {
	if r.Kind != secret.Question || r.ItemID == 0 || r.Purpose != secret.Admission && r.Purpose != secret.Recognition {
		return nil
	}
	d, err := scan(tx.QueryRow(ctx, onItemSQL, r.Meeting.Part, r.OrgID, r.Meeting.ID, r.ItemID))
	if db.NoRows(err) {
		return nil
	}
	if err != nil {
		return err
	}
	m, on, err := meeting.HasItem(ctx, tx, r.Meeting, r.ItemID)
	if err != nil || !on {
		return err
	}
	x, ok, err := s.matter(ctx, tx, d, m)
	if err != nil || !ok || x.Why != nil || x.Purpose != r.Purpose {
		return err
	}
	o := meeting.Outcome{MatterID: d.Ref.ID, Purpose: r.Purpose, VoteID: r.Vote.ID, Secret: true, Yes: r.Yes, Base: r.Base, Passed: r.Passed, RuleKey: rulebook.VoteAdmission}
	if r.Purpose == secret.Recognition {
		o.RuleKey = rulebook.VoteRecognition
	}
	if r.Guarded {
		o.Yes, o.Base = 0, 0
	}
	return s.decided(ctx, tx, access.System(), m, o)
}

// decided moves the dossier by a vote of the cell, in the transaction that closes the
// vote: the day is the meeting's, base and result are the vote's.
func (s *Service) decided(ctx context.Context, tx *db.Tx, actor access.Actor, m meeting.Meeting, o meeting.Outcome) error {
	if o.Purpose != ballot.Admission && o.Purpose != ballot.Recognition || o.MatterID == 0 {
		return nil
	}
	d, err := byRef(ctx, tx, ident.Ref{Part: m.Ref.Part, ID: o.MatterID})
	if err != nil {
		return err
	}
	cell, err := s.cell(ctx, tx, d.CellID)
	if err != nil {
		return err
	}
	t := &turn{s: s, tx: tx, actor: actor, d: d, cell: cell}
	way, _, err := t.way(ctx)
	if err != nil {
		return err
	}
	leg, ok := way.purposeOf(o.Purpose)
	if !ok || d.State != Open || d.MeetingID != m.Ref.ID {
		return ErrState
	}
	if why := way.Refuse(leg.Code, m.Day); why != nil {
		return why
	}
	r := Record{
		Step: leg.Code, Outcome: Failed, Day: m.Day, Yes: o.Yes, No: o.No, Base: o.Base, RuleKey: o.RuleKey, MeetingID: m.Ref.ID, VoteID: o.VoteID,
		Secret: o.Secret, UnitID: cell.ID, RuleFrom: s.Book.At(m.Day, cell.Path).Rule(o.RuleKey).ValidFrom,
	}
	if o.Passed {
		r.Outcome = Passed
	}
	t.d.MeetingID, t.d.ItemID = 0, 0
	return t.settle(ctx, r, "vote")
}
