package question_test

import (
	"context"
	"encoding/json"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/notify"
	"chibo/office/officetest"
	"chibo/org"
	"chibo/question"
)

// When a unit ends, whoever takes over has its questions, with the same day, and the
// trail says so; taken back, they return, but not what somebody has acted on since.
func TestUnitsEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		follow := question.Follow()
		kept, sent := w.ask(t, false), w.ask(t, true)
		w.must(t, w.s.Up(ctx, w.Actor(t, officetest.Secretary), sent, w.act(t, sent, "")))
		due := w.get(t, sent).Due
		today := civil.From(d.Clock().Now())

		var note any
		w.Write(t, func(ctx context.Context, tx *db.Tx) (err error) { // the town joins the commune
			_, err = tx.Exec(ctx, `UPDATE org SET valid_to = $2, successor_id = $3 WHERE id = $1`, w.Town.ID, today, w.Commune.ID)
			if err != nil {
				return err
			}
			town, err := org.ByID(ctx, tx, w.Town.ID)
			if err != nil {
				return err
			}
			note, err = follow.Ended(ctx, tx, town, today)
			return err
		})
		if q := w.get(t, sent); q.HolderID != w.Commune.ID || q.State != question.Above || q.Due != due {
			t.Errorf("after the end: %+v", q)
		}
		if q := w.get(t, kept); q.HolderID != w.HoaBinh.ID {
			t.Errorf("what the cell has went along: %+v", q)
		}
		v, err := w.s.Open(ctx, w.Actor(t, officetest.OtherUpper), sent)
		if err != nil || !v.Acts || v.Steps[len(v.Steps)-1].Kind != question.StepHanded {
			t.Errorf("who took over: %+v, %v", v.Steps, err)
		}
		text, err := json.Marshal(note)
		w.must(t, err)
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE org SET valid_to = '', successor_id = 0 WHERE id = $1`, w.Town.ID); err != nil {
				return err
			}
			return follow.Undo(ctx, tx, text)
		})
		if q := w.get(t, sent); q.HolderID != w.Town.ID || q.Due != due {
			t.Errorf("taken back: %+v", q)
		}
		w.must(t, w.s.Answer(ctx, w.Actor(t, officetest.TownSecretary), sent, w.act(t, sent, answer)))
		w.Write(t, func(ctx context.Context, tx *db.Tx) error { return follow.Undo(ctx, tx, text) }) // acted on since
		if q := w.get(t, sent); q.State != question.Answered {
			t.Errorf("an answer was taken back: %+v", q)
		}
		w.read(t, func(ctx context.Context, q db.Q) error {
			hands, err := question.Hands(ctx, q, sent)
			if err != nil || len(hands) != 5 {
				t.Errorf("%d hands, %v", len(hands), err)
			}
			there, err := follow.Holds(ctx, q, sent.Part, sent.ID)
			if err != nil || !there {
				t.Errorf("held: %v, %v", there, err)
			}
			return nil
		})
	})
}

// The questions of a cell go with it to another part, with hands, trail and what was told.
func TestRehome(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		ref := w.ask(t, false)
		w.must(t, w.s.Up(ctx, w.Actor(t, officetest.Secretary), ref, w.act(t, ref, "")))
		dbtest.Clock(d).Set(w.get(t, ref).Due.AddDays(1).Time(9, 0))
		w.must(t, w.s.Remind(ctx))
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			return question.Rehome(ctx, tx, w.HoaBinh.ID, w.Town.ID, w.Commune.ID)
		})
		now := ident.Ref{Part: w.Commune.ID, ID: ref.ID}
		w.read(t, func(ctx context.Context, q db.Q) error {
			steps, err := question.Steps(ctx, q, now)
			if err != nil || len(steps) != 2 {
				t.Errorf("%d steps, %v", len(steps), err)
			}
			hands, err := question.Hands(ctx, q, now)
			if err != nil || len(hands) != 2 || hands[1].OrgID != w.Town.ID {
				t.Errorf("%+v, %v", hands, err)
			}
			if steps, err = question.Steps(ctx, q, ref); err != nil || len(steps) != 0 {
				t.Errorf("%d steps are left behind, %v", len(steps), err)
			}
			return nil
		})
		if v, err := w.s.Open(ctx, w.Actor(t, officetest.TownSecretary), now); err != nil || v.Text != asked {
			t.Errorf("%+v, %v", v.Question, err)
		}
		w.must(t, w.s.Remind(ctx))
		if n := len(w.notices(t, officetest.TownSecretary)); n != 2 { // arrived, late: not late again
			t.Errorf("%d notices", n)
		}
	})
}

// A stand-in does what was given of the post's work, and only for that unit.
func TestStandin(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx := context.Background()
	ref := w.ask(t, false)
	w.must(t, w.s.Up(ctx, w.Actor(t, officetest.Secretary), ref, w.act(t, ref, "")))
	for name, c := range map[string]struct {
		grant access.Grant
		may   bool
	}{
		"with the work":    {access.Grant{Role: access.RoleUpper, OrgID: w.Town.ID, Path: w.Town.Path, Only: string(access.Answer), For: 5}, true},
		"without it":       {access.Grant{Role: access.RoleUpper, OrgID: w.Town.ID, Path: w.Town.Path, Only: string(access.CellRead), For: 5}, false},
		"of another level": {access.Grant{Role: access.RoleUpper, OrgID: w.District.ID, Path: w.District.Path, Only: string(access.Answer), For: 5}, false},
	} {
		who := access.Actor{AccountID: 77, PersonID: 77, Name: "Người làm thay", Grants: []access.Grant{c.grant}}
		v, err := w.s.Open(ctx, who, ref)
		if (err == nil) != c.may || v.Acts != c.may {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The questions of a cell that is merged into one of another part stand in the list of its
// successor, whose lead decides on them; reading one reads its notice.
func TestMergedIntoAnotherPart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		ref := w.ask(t, false)
		today := civil.From(d.Clock().Now())
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			c := org.Change{Set: w.Book.At(today, w.Commune.Path), Day: today}
			moved, err := org.End(ctx, tx, c, w.HoaBinh.ID, w.Village2.ID)
			if err != nil {
				return err
			}
			for _, m := range moved {
				for _, f := range []func(context.Context, *db.Tx, int64, int64, int64) error{question.Rehome, member.Rehome} {
					if err := f(ctx, tx, m.Unit, m.From, m.To); err != nil {
						return err
					}
				}
			}
			u, err := org.ByID(ctx, tx, w.HoaBinh.ID)
			if err != nil {
				return err
			}
			_, err = question.Follow().Ended(ctx, tx, u, today)
			return err
		})
		lead := access.Actor{AccountID: 78, PersonID: 78, PartID: w.Commune.PartID, Grants: []access.Grant{{Role: access.RoleLead, OrgID: w.Village2.ID, Path: w.Village2.Path}}}
		w.read(t, func(ctx context.Context, q db.Q) error {
			cell, err := org.ByID(ctx, q, w.Village2.ID)
			if err != nil {
				return err
			}
			list, err := question.OfCell(ctx, q, lead, cell, false, 10)
			if err != nil || len(list) != 1 || list[0].Text != asked || list[0].Ref.Part != w.Commune.PartID || list[0].HolderID != w.Village2.ID {
				t.Errorf("the successor's list: %+v, %v", list, err)
			}
			return nil
		})
		now := ident.Ref{Part: w.Commune.PartID, ID: ref.ID}
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			return notify.Send(ctx, tx, notify.Notice{Kind: "question.asked", Href: question.Href(now)}, notify.To{Part: lead.PartID, PersonID: lead.PersonID})
		})
		if v, err := w.s.Open(ctx, lead, now); err != nil || !v.Acts {
			t.Errorf("the successor's lead cannot act: %v", err)
		}
		w.read(t, func(ctx context.Context, q db.Q) error {
			if n, err := notify.Unread(ctx, q, lead.PartID, lead.PersonID); err != nil || n != 0 {
				t.Errorf("%d notices are unread after the question was opened, %v", n, err)
			}
			return nil
		})
	})
}
