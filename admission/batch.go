package admission

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/org"
	"chibo/rulebook"
)

// Past is a dossier with all that was done, for the sample data and for tests of scale.
// The step that waits, who holds it and the deadlines follow from the records; ids are made
// where they are zero.
type Past struct {
	Dossier
	Records     []Record // in order; each needs Step, Outcome and Day
	Papers      []Paper
	Introducers []Introducer
	Helpers     []Helper
	Notes       []Note
}

// AddAll writes dossiers as they stand on a day, without checks and notices. The caller has
// written the memberships of those who were admitted.
func (s *Service) AddAll(ctx context.Context, tx *db.Tx, day civil.Date, past []Past) error {
	places := map[int64]Place{}
	var b batch
	for _, p := range past {
		place, ok := places[p.CellID]
		if !ok {
			cell, err := org.ByID(ctx, tx, p.CellID)
			if err != nil {
				return err
			}
			if place, err = s.placeOf(ctx, tx, cell, day); err != nil {
				return err
			}
			places[p.CellID] = place
		}
		b.add(tx, s, place, day, p)
	}
	return b.write(ctx, tx)
}

// batch is the rows of many dossiers, by table.
type batch struct{ dossiers, steps, clocks, papers, introducers, helpers, notes, hands [][]any }

func (b *batch) add(tx *db.Tx, s *Service, place Place, day civil.Date, p Past) {
	d := p.Dossier
	if d.Ref.ID == 0 {
		d.Ref.ID = tx.ID()
	}
	d.Ref.Part, d.HolderID = place.Cell.PartID, place.Cell.ID
	if d.op == "" {
		d.op = ident.NewDevice()
	}
	if d.State == "" {
		d.State = Open
	}
	if d.at == 0 {
		d.at = tx.NowMS()
	}
	var last Record
	for i := range p.Records {
		r := &p.Records[i]
		if r.ID == 0 {
			r.ID = tx.ID()
		}
		if r.At.IsZero() {
			r.At = r.Day.Time(10, 0)
		}
		r.op = ident.NewDevice()
		if r.UnitID == 0 {
			r.UnitID = place.Cell.ID
		}
		b.steps = append(b.steps, r.row(d.Ref))
		last = *r
	}
	set := s.Book.At(day, place.Cell.Path)
	way := Walk(set.AdmissionSteps(), place, p.Records, set.Int(rulebook.RecognitionVotesMost))
	rules := func(on civil.Date) rulebook.Set { return s.Book.At(on, place.Cell.Path) }
	clocks := clocksOf(rules, s.Days, way, set.AdmissionClocks())
	if c, ok := nearest(clocks); ok && d.State == Open {
		d.Clock, d.Due = c.Code, c.Due
	}
	d.Step = ""
	d.wait(way, place, last)
	for _, c := range clocks {
		b.clocks = append(b.clocks, []any{d.Ref.Part, d.Ref.ID, c.Code, c.From, c.Opens, c.Due, c.Plain, c.Reason, c.DoneOn})
	}
	b.rest(tx, d, p, place, day)
}

func (b *batch) rest(tx *db.Tx, d Dossier, p Past, place Place, day civil.Date) {
	b.dossiers = append(b.dossiers, d.row())
	for _, x := range p.Papers {
		b.papers = append(b.papers, []any{
			d.Ref.Part, d.Ref.ID, x.Kind, x.Present, x.Number, x.Day, x.Pages, x.Kept, x.CheckedBy, x.CheckedOn, x.Note, tx.NowMS(),
		})
	}
	for i, x := range p.Introducers {
		b.introducers = append(b.introducers, []any{d.Ref.Part, d.Ref.ID, i + 1, x.Way, x.MembershipID, x.Name, x.Since, x.Sent, x.Number, x.Day})
	}
	for _, h := range p.Helpers {
		b.helpers = append(b.helpers, []any{d.Ref.Part, tx.ID(), d.Ref.ID, h.MembershipID, h.Name, h.From, h.To})
	}
	for _, n := range p.Notes {
		b.notes = append(b.notes, []any{
			d.Ref.Part, tx.ID(), d.Ref.ID, n.Kind, n.Day, n.Due, n.DoneOn, n.Verdict, n.Text, n.MeetingID, n.ItemID, int64(0), n.Name, n.Day.Time(10, 0).UnixMilli(),
		})
	}
	for _, u := range []org.Unit{place.Cell, place.Section, place.Base, place.Above} {
		if u.ID != 0 && (u.ID != place.Above.ID || d.Step != StepTrack) {
			b.hands = append(b.hands, []any{d.Ref.Part, d.Ref.ID, u.ID, day})
		}
		if u.ID == d.HolderID {
			break
		}
	}
}

const addPaperSQL = `INSERT INTO dossier_paper (part_id, dossier_id, kind, present, number, day, pages, kept, checked_by, checked_on, note, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

const addHandSQL = `INSERT INTO dossier_hand (part_id, dossier_id, org_id, since) VALUES ($1, $2, $3, $4)`

func (b *batch) write(ctx context.Context, tx *db.Tx) error {
	for _, t := range []struct {
		query string
		rows  [][]any
	}{
		{insertSQL, b.dossiers},
		{insertStepSQL, b.steps},
		{insertClockSQL, b.clocks},
		{addPaperSQL, b.papers},
		{insertIntroducerSQL, b.introducers},
		{insertHelperSQL, b.helpers},
		{insertNoteSQL, b.notes},
		{addHandSQL, b.hands},
	} {
		if err := db.Many(ctx, tx, t.query, t.rows); err != nil {
			return err
		}
	}
	return nil
}

const addPlanSQL = `INSERT INTO admission_plan (part_id, org_id, year, q1, q2, q3, q4, sources, text, none, reason, next_step, next_on, base_on, base_members,
  by_account, by_name, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`

// AddPlans writes yearly plans as they stand, for the sample data; one that is there is a
// unique violation.
func AddPlans(ctx context.Context, tx *db.Tx, list []Plan) error {
	rows := make([][]any, len(list))
	for i, p := range list {
		rows[i] = []any{
			p.Part, p.OrgID, p.Year, p.Quarters[0], p.Quarters[1], p.Quarters[2], p.Quarters[3], p.Sources, p.Text, p.None, p.Reason, p.NextStep, p.NextOn,
			p.BaseOn, p.Base, int64(0), p.ByName, tx.NowMS(),
		}
	}
	return db.Many(ctx, tx, addPlanSQL, rows)
}
