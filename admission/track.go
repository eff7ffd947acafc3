package admission

import (
	"context"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/viet"
	"chibo/org"
	"chibo/rulebook"
)

// TrackIn is a person whom the cell begins to track.
type TrackIn struct {
	CellID int64
	Person Person
	On     civil.Date // first contact
	Helper int64      // membership; 0 nobody yet
	Work   string     // what the person was given to do; "" nothing yet
	Sure   bool       // somebody alike in another cell is somebody else
	Op     string     // id made on the device
}

// Track puts a person on the cell's list and opens the dossier. The same Op again gives
// the one of before. Errors: fields of the person, on, helper, work; ErrTwice for somebody
// who has an open dossier in this cell or is a member; ErrElsewhere for one of the same
// name and birth in another cell, unless Sure.
func (s *Service) Track(ctx context.Context, actor access.Actor, in TrackIn) (ref ident.Ref, err error) {
	in.Person.tidy()
	tidy(&in.Work)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		cell, err := s.cell(ctx, tx, in.CellID)
		if err != nil {
			return err
		}
		if !MayLead(actor, cell) {
			return access.ErrForbidden
		}
		if in.Op == "" {
			in.Op = ident.NewDevice()
		}
		var id int64
		err = tx.QueryRow(ctx, byOpSQL, cell.PartID, in.Op, actor.AccountID).Scan(&id)
		if err == nil {
			ref = ident.Ref{Part: cell.PartID, ID: id}
			return nil
		}
		if !db.NoRows(err) {
			return err
		}
		ref, err = s.track(ctx, tx, actor, cell, in)
		return err
	})
	return ref, err
}

func (s *Service) track(ctx context.Context, tx *db.Tx, actor access.Actor, cell org.Unit, in TrackIn) (ident.Ref, error) {
	var f fault.Fields
	in.Person.check(&f, s.Book.At(tx.Today(), cell.Path), tx.Today())
	checkDay(&f, "on", in.On, tx.Today())
	fits(&f, "work", in.Work, textMost)
	helper, err := s.helper(ctx, tx, &f, cell, in.Helper, in.On)
	if err != nil {
		return ident.Ref{}, err
	}
	if err := f.Err(); err != nil {
		return ident.Ref{}, err
	}
	if err := s.alone(ctx, tx, cell, in.Person, ident.Ref{}, in.Sure); err != nil {
		return ident.Ref{}, err
	}
	d := Dossier{
		Ref: ident.Ref{Part: cell.PartID, ID: tx.ID()}, CellID: cell.ID, Person: in.Person, State: Open, HolderID: cell.ID, Since: in.On, TrackedOn: in.On,
		Version: 1, byAccount: actor.AccountID, at: tx.NowMS(), op: in.Op,
	}
	if _, err := tx.Exec(ctx, insertSQL, d.row()...); err != nil {
		return ident.Ref{}, err
	}
	t := &turn{s: s, tx: tx, actor: actor, d: d, cell: cell}
	if helper.MembershipID != 0 {
		if err := t.help(ctx, helper); err != nil {
			return ident.Ref{}, err
		}
	}
	if in.Work != "" {
		if err := t.note(ctx, Note{Kind: NoteWork, Day: in.On, Text: in.Work}); err != nil {
			return ident.Ref{}, err
		}
	}
	return d.Ref, t.settle(ctx, Record{Step: StepTrack, Outcome: Passed, Day: in.On, UnitID: cell.ID}, "track")
}

// cell gives a living cell.
func (s *Service) cell(ctx context.Context, q db.Q, id int64) (org.Unit, error) {
	u, err := org.ByID(ctx, q, id)
	if err == nil && (!u.IsCell() || u.Ended()) {
		err = org.ErrNotFound
	}
	return u, err
}

const (
	alikeSQL  = `SELECT d.part_id, d.id, d.cell_id, d.birth FROM dossier d WHERE d.fold = $1 AND d.state = 'open'`
	memberSQL = `SELECT COUNT(*) FROM person p JOIN membership m ON m.part_id = p.part_id AND m.person_id = p.id
 WHERE p.part_id = $1 AND p.fold = $2 AND p.birth = $3 AND m.cell_id = $4 AND m.to_day = ''`
)

// alone refuses a second open dossier of one person: the same folded name with a birth that
// agrees as far as both are known. In the own cell it is refused; of another cell nothing
// is told but that there is one.
func (s *Service) alone(ctx context.Context, q db.Q, cell org.Unit, p Person, self ident.Ref, sure bool) error {
	type found struct {
		ref   ident.Ref
		cell  int64
		birth civil.Date
	}
	list, err := db.List(ctx, q, func(r db.Scanner) (f found, err error) {
		return f, r.Scan(&f.ref.Part, &f.ref.ID, &f.cell, &f.birth)
	}, alikeSQL, viet.Fold(p.Name))
	if err != nil {
		return err
	}
	for _, f := range list {
		switch {
		case f.ref == self || !mayBeSame(f.birth, p.Birth):
		case f.cell == cell.ID:
			return ErrTwice
		case !sure:
			return ErrElsewhere
		}
	}
	if self.ID != 0 || !p.Birth.IsDay() {
		return nil
	}
	var n int
	if err := q.QueryRow(ctx, memberSQL, cell.PartID, viet.Fold(p.Name), p.Birth, cell.ID).Scan(&n); err != nil || n == 0 {
		return err
	}
	return ErrTwice
}

// mayBeSame says whether two births agree as far as both are known.
func mayBeSame(a, b civil.Date) bool {
	switch {
	case a.Year() != b.Year():
		return false
	case a.MonthNum() != 0 && b.MonthNum() != 0 && a.MonthNum() != b.MonthNum():
		return false
	}
	return !a.IsDay() || !b.IsDay() || a == b
}

// Edit changes what is known of the person, as long as the dossier is open. After the
// ceremony the register has the person: then only what statistics use is changed here.
// Errors: fields of the person; ErrTwice, ErrElsewhere, ErrState, ErrChanged.
func (s *Service) Edit(ctx context.Context, actor access.Actor, ref ident.Ref, p Person, act Act, sure bool) error {
	p.tidy()
	return s.act(ctx, actor, ref, act, leads, func(ctx context.Context, t *turn) error {
		if t.d.State != Open {
			return ErrState
		}
		if t.d.MembershipID != 0 {
			p.Name, p.Sex, p.Birth = t.d.Person.Name, t.d.Person.Sex, t.d.Person.Birth
		}
		var f fault.Fields
		p.check(&f, t.set(), t.tx.Today())
		if err := f.Err(); err != nil {
			return err
		}
		if err := s.alone(ctx, t.tx, t.cell, p, ref, sure); err != nil {
			return err
		}
		t.d.Person = p
		return t.save(ctx, "edit")
	})
}

// turn is one act on one dossier.
type turn struct {
	s     *Service
	tx    *db.Tx
	actor access.Actor
	d     Dossier
	cell  org.Unit
	act   Act
}

// set gives the rules of today for the cell.
func (t *turn) set() rulebook.Set { return t.s.Book.At(t.tx.Today(), t.cell.Path) }

// leads asks that the actor acts for the cell.
func leads(_ context.Context, t *turn) error {
	if !MayLead(t.actor, t.cell) {
		return access.ErrForbidden
	}
	return nil
}

const opSQL = `SELECT COUNT(*) FROM dossier_step s WHERE s.part_id = $1 AND s.dossier_id = $2 AND s.op = $3 AND s.account = $4`

// act runs an act: right, same act again, version, change.
func (s *Service) act(ctx context.Context, actor access.Actor, ref ident.Ref, act Act, may func(context.Context, *turn) error,
	change func(context.Context, *turn) error,
) error {
	tidy(&act.Note)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := byRef(ctx, tx, ref)
		if err != nil {
			return err
		}
		cell, err := org.ByID(ctx, tx, d.CellID)
		if err != nil {
			return err
		}
		t := &turn{s: s, tx: tx, actor: actor, d: d, cell: cell, act: act}
		if err := may(ctx, t); err != nil {
			return err
		}
		if act.Op != "" {
			var n int
			if err := tx.QueryRow(ctx, opSQL, ref.Part, ref.ID, act.Op, actor.AccountID).Scan(&n); err != nil || n > 0 {
				return err
			}
		}
		if d.Version != act.Version {
			return ErrChanged
		}
		return change(ctx, t)
	})
}

// log writes the audit entry: what, never who the dossier is about.
func (t *turn) log(ctx context.Context, action string, detail map[string]any) error {
	return audit.Record(ctx, t.tx, audit.Entry{
		Part: t.d.Ref.Part, Account: t.actor.AccountID, Action: "admission." + action, Target: "dossier", TargetID: t.d.Ref.ID, Detail: detail,
	})
}

// save writes the row and the audit entry.
func (t *turn) save(ctx context.Context, action string) error {
	if err := update(ctx, t.tx, t.d); err != nil {
		return err
	}
	return t.log(ctx, action, nil)
}

// way reads where the dossier stands.
func (t *turn) way(ctx context.Context) (Way, Place, error) {
	return t.s.wayOf(ctx, t.tx, t.d, t.cell, t.tx.Today())
}

// wayOf reads the way of a dossier as it stands.
func (s *Service) wayOf(ctx context.Context, q db.Q, d Dossier, cell org.Unit, day civil.Date) (Way, Place, error) {
	p, err := s.placeOf(ctx, q, cell, day)
	if err != nil {
		return nil, p, err
	}
	records, err := Records(ctx, q, d.Ref)
	if err != nil {
		return nil, p, err
	}
	set := s.Book.At(day, cell.Path)
	return Walk(set.AdmissionSteps(), p, records, set.Int(rulebook.RecognitionVotesMost)), p, nil
}

// add writes a line of the trail.
func (t *turn) add(ctx context.Context, r Record) error {
	r.ID, r.account, r.Name, r.At, r.op = t.tx.ID(), t.actor.AccountID, t.actor.Name, t.tx.Now(), t.act.Op
	if r.op == "" {
		r.op = ident.NewDevice()
	}
	_, err := t.tx.Exec(ctx, insertStepSQL, r.row(t.d.Ref)...)
	return err
}

// settle writes a line of the trail and what follows from it: the step that waits, with
// whom, the deadlines, and the notice to who acts next.
func (t *turn) settle(ctx context.Context, r Record, action string) error {
	before := t.d
	if r.Step != "" {
		if err := t.add(ctx, r); err != nil {
			return err
		}
	}
	way, place, err := t.way(ctx)
	if err != nil {
		return err
	}
	if err := t.clocks(ctx, way); err != nil {
		return err
	}
	t.d.wait(way, place, r)
	if err := t.hands(ctx, place); err != nil {
		return err
	}
	if err := update(ctx, t.tx, t.d); err != nil {
		return err
	}
	t.d.Version++
	if t.d.HolderID != before.HolderID && t.d.State == Open {
		if err := t.tellNext(ctx); err != nil {
			return err
		}
	}
	return t.log(ctx, action, map[string]any{"step": r.Step, "outcome": r.Outcome})
}

// wait sets what waits now. r is what was done last.
func (d *Dossier) wait(way Way, place Place, r Record) {
	if d.State != Open {
		d.Step, d.Clock, d.Due = "", "", civil.Date{}
		return
	}
	next, ok := way.Next()
	if !ok {
		d.Step = ""
		return
	}
	if d.Step != next.Code {
		d.Step = next.Code
		if d.Since = r.Day; d.Since.IsZero() {
			d.Since = d.TrackedOn
		}
	}
	u, _ := place.Of(next.By)
	if d.HolderID = u.ID; next.Last != nil && next.Last.Outcome == Back {
		d.HolderID = place.Cell.ID
	}
}

// clocks reckons the deadlines anew and keeps extensions of the same deadline.
func (t *turn) clocks(ctx context.Context, way Way) error {
	had, err := Clocks(ctx, t.tx, t.d.Ref)
	if err != nil {
		return err
	}
	rules := func(day civil.Date) rulebook.Set { return t.s.Book.At(day, t.cell.Path) }
	list := clocksOf(rules, t.s.Days, way, t.set().AdmissionClocks())
	for i, c := range list {
		for _, h := range had {
			if h.Code == c.Code && h.Plain == c.Plain && h.From == c.From {
				list[i].Due, list[i].Reason = h.Due, h.Reason
			}
		}
	}
	t.d.Clock, t.d.Due = "", civil.Date{}
	if c, ok := nearest(list); ok && t.d.State == Open {
		t.d.Clock, t.d.Due = c.Code, c.Due
	}
	return putClocks(ctx, t.tx, t.d.Ref, list)
}

// hands keeps which units have had the dossier.
func (t *turn) hands(ctx context.Context, place Place) error {
	ids := []int64{place.Cell.ID}
	for _, u := range []org.Unit{place.Section, place.Base, place.Above} {
		if ids = append(ids, u.ID); u.ID == t.d.HolderID {
			break
		}
	}
	if t.d.HolderID == place.Cell.ID {
		ids = ids[:1]
	}
	for _, id := range ids {
		if id == 0 {
			continue
		}
		if _, err := t.tx.Exec(ctx, handSQL, t.d.Ref.Part, t.d.Ref.ID, id, t.tx.Today()); err != nil {
			return err
		}
	}
	return nil
}
