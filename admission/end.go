package admission

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/rulebook"
)

// Stop ends the way of a person who is no member yet, with a reason of the list. Name and
// papers are kept for as long as the committee has set. Fields reason, note, day; ErrState.
func (s *Service) Stop(ctx context.Context, actor access.Actor, ref ident.Ref, reason string, day civil.Date, act Act) error {
	return s.act(ctx, actor, ref, act, leads, func(ctx context.Context, t *turn) error {
		if t.d.State != Open || t.d.MembershipID != 0 {
			return ErrState
		}
		var f fault.Fields
		if !has(t.set().Choices(rulebook.AdmissionStopReasons), reason) {
			f.Add("reason", "admission.err.choose")
		}
		if reason == "other" && act.Note == "" {
			f.Add("note", "admission.err.why")
		}
		checkDay(&f, "day", day, t.tx.Today())
		if day.IsDay() && day.Before(t.d.TrackedOn) {
			f.Add("day", "admission.err.before_tracked", "Day", t.d.TrackedOn.Vi())
		}
		fits(&f, "note", act.Note, textMost)
		if err := f.Err(); err != nil {
			return err
		}
		t.stop(reason, day)
		return t.settle(ctx, Record{Step: StepStop, Outcome: Passed, Day: day, Note: act.Note, UnitID: t.cell.ID}, "stop")
	})
}

func (t *turn) stop(reason string, day civil.Date) {
	t.d.State, t.d.StopReason, t.d.StoppedOn, t.d.ToCell, t.d.MeetingID, t.d.ItemID = Stopped, reason, day, 0, 0, 0
	t.d.KeepUntil = day.AddMonths(t.s.Book.At(day, t.cell.Path).Int(rulebook.AdmissionKeepMonths))
}

// Resume takes a stopped dossier up again, with all that was done. ErrState when it is not
// stopped; ErrTwice when the person has another one by now.
func (s *Service) Resume(ctx context.Context, actor access.Actor, ref ident.Ref, act Act) error {
	return s.act(ctx, actor, ref, act, leads, func(ctx context.Context, t *turn) error {
		if t.d.State != Stopped || t.d.Person.Name == "" {
			return ErrState
		}
		if act.Note == "" {
			return fault.Field("note", "admission.err.why")
		}
		if err := s.alone(ctx, t.tx, t.cell, t.d.Person, ref, false); err != nil {
			return err
		}
		t.d.State, t.d.StopReason, t.d.StoppedOn, t.d.KeepUntil, t.d.Step = Open, "", civil.Date{}, civil.Date{}, ""
		return t.settle(ctx, Record{Step: StepResume, Outcome: Passed, Day: t.tx.Today(), Note: act.Note, UnitID: t.cell.ID}, "resume")
	})
}

// RemoveIn is the decision by which a reserve member is removed from the list.
type RemoveIn struct {
	Number string
	On     civil.Date // of the decision
	Day    civil.Date // first day outside
	Act               // Note: the reason
}

// Remove records that a reserve member is not recognised and leaves the Party (4.35). The
// register ends the membership with it. Fields note, decision, decision_on, day; ErrState.
func (s *Service) Remove(ctx context.Context, actor access.Actor, ref ident.Ref, in RemoveIn) error {
	return s.act(ctx, actor, ref, in.Act, leads, func(ctx context.Context, t *turn) error {
		if !t.d.Reserve() {
			return ErrState
		}
		if in.Note == "" {
			return fault.Field("note", "admission.err.why")
		}
		err := s.Life.Remove(ctx, t.tx, actor, t.membership(), in.Note, member.ConfirmIn{Decision: in.Number, DecisionOn: in.On, Day: in.Day})
		if err != nil {
			return err
		}
		// The register has told it: see Ended.
		if t.d, err = byRef(ctx, t.tx, ref); err != nil {
			return err
		}
		return t.add(ctx, Record{Step: StepRemove, Outcome: Passed, Day: in.On, Number: in.Number, Note: in.Note, UnitID: t.cell.ID})
	})
}

const ofMemberSQL = `SELECT ` + columns + ` FROM dossier d WHERE d.part_id = $1 AND d.membership_id = $2 AND d.state = 'open'`

// openOf gives the open dossier of a reserve member; ok is false for none.
func openOf(ctx context.Context, q db.Q, ref ident.Ref) (d Dossier, ok bool, err error) {
	d, err = scan(q.QueryRow(ctx, ofMemberSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return d, false, nil
	}
	return d, err == nil, err
}

// Ended closes the dossier of a reserve member who leaves the Party, whatever the reason.
// A transfer takes it along instead, see Arrived.
func (s *Service) Ended(ctx context.Context, tx *db.Tx, e member.Ended) error {
	if e.Ending == member.EndingTransfer || e.Ending == member.EndingReorganised || e.Ending == member.EndingDuplicate {
		return nil
	}
	d, ok, err := openOf(ctx, tx, e.Ref())
	if err != nil || !ok {
		return err
	}
	t, err := s.turnOf(ctx, tx, d)
	if err != nil {
		return err
	}
	t.d.State, t.d.StopReason, t.d.StoppedOn = Removed, e.Ending, e.Day
	return t.settle(ctx, Record{Step: "ended", Outcome: Passed, Day: e.Day, UnitID: t.cell.ID, Note: ""}, "ended")
}

// turnOf begins an act of the program itself on a dossier.
func (s *Service) turnOf(ctx context.Context, tx *db.Tx, d Dossier) (*turn, error) {
	cell, err := s.unit(ctx, tx, d.CellID)
	return &turn{s: s, tx: tx, actor: access.System(), d: d, cell: cell}, err
}

const (
	keptOverSQL = `SELECT ` + columns + ` FROM dossier d WHERE d.keep_until <> '' AND d.keep_until < $1 ORDER BY d.part_id, d.id LIMIT $2`
	eraseSQL    = `UPDATE dossier SET name = '', fold = '', sort = '', birth = substr(birth, 1, 4), keep_until = '', op = CAST(id AS text), version = version + 1
 WHERE part_id = $1 AND id = $2`
	eraseStepsSQL       = `UPDATE dossier_step SET note = '', name = '' WHERE part_id = $1 AND dossier_id = $2`
	erasePapersSQL      = `DELETE FROM dossier_paper WHERE part_id = $1 AND dossier_id = $2`
	eraseIntroducersSQL = `DELETE FROM dossier_introducer WHERE part_id = $1 AND dossier_id = $2`
	eraseHelpersSQL     = `DELETE FROM dossier_helper WHERE part_id = $1 AND dossier_id = $2`
	eraseNotesSQL       = `DELETE FROM dossier_note WHERE part_id = $1 AND dossier_id = $2`
	eraseReadsSQL       = `DELETE FROM dossier_read WHERE part_id = $1 AND dossier_id = $2`
)

// erasePage is how many dossiers are erased in one transaction.
const erasePage = 100

// Forget erases the names, papers, notes and introducers of stopped dossiers whose time is
// over; that there was one, its steps and what statistics count stay.
func (s *Service) Forget(ctx context.Context) error {
	for {
		var n int
		err := s.DB.Write(ctx, func(tx *db.Tx) error {
			list, err := db.List(ctx, tx, scan, keptOverSQL, tx.Today(), erasePage)
			n = len(list)
			for _, d := range list {
				if err == nil {
					err = s.erase(ctx, tx, d)
				}
			}
			return err
		})
		if err != nil || n < erasePage {
			return err
		}
	}
}

func (s *Service) erase(ctx context.Context, tx *db.Tx, d Dossier) error {
	for _, query := range []string{eraseSQL, eraseStepsSQL, erasePapersSQL, eraseIntroducersSQL, eraseHelpersSQL, eraseNotesSQL, eraseReadsSQL} {
		if _, err := tx.Exec(ctx, query, d.Ref.Part, d.Ref.ID); err != nil {
			return err
		}
	}
	t := turn{tx: tx, actor: access.System(), d: d}
	return t.log(ctx, "forget", nil)
}
