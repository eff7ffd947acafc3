package home_test

import (
	"context"
	"testing"

	"chibo/access"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/org"
	"chibo/org/orgtest"
	"chibo/quality"
)

// A conversation about a score whose day has passed: the cell is reminded, the committee's
// own turn is opened, and nobody is reminded of it.
func TestLateTalks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.wellBut(t, w.HoaBinh, well(w.HoaBinh)...)
		w.secretary(t, w.HoaBinh, "Kiều Thị Hạnh")
		due := today().AddDays(-3)
		w.talk(t, w.HoaBinh, 700, quality.Asked, "", due)
		w.talk(t, w.HoaBinh, 701, quality.Answered, "", due)
		wall := w.upper(t, w.Town, today())
		if len(wall.Groups) != 1 || wall.Groups[0].Kind != home.Talks || len(wall.Groups[0].Rows) != 2 {
			t.Fatalf("%+v", wall.Groups)
		}
		if wall.Groups[0].Rule.Source == "" {
			t.Error("it accuses without a rule")
		}
		cell, own := wall.Groups[0].Rows[0], wall.Groups[0].Rows[1]
		if cell.CellID != w.HoaBinh.ID || cell.Own || cell.Next != home.Remind || cell.Days != 3 || cell.Secretary == "" || cell.Note != "asked" {
			t.Errorf("the cell's turn: %+v", cell)
		}
		if own.CellID != w.Town.ID || !own.Own || own.Next != "" || own.Href != quality.Href(ident.Ref{Part: w.HoaBinh.PartID, ID: 1701}) {
			t.Errorf("the committee's turn: %+v", own)
		}
	})
}

// talk puts a conversation about a score of the cell, the id of the meeting being a thousand
// more.
func (w *world) talk(t *testing.T, cell org.Unit, id int64, state quality.TalkState, appealTo string, due civil.Date) {
	t.Helper()
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		s := quality.Score{
			Ref: ident.Ref{Part: cell.PartID, ID: id}, Meeting: ident.Ref{Part: cell.PartID, ID: id + 1000},
			CellID: cell.ID, Month: civil.Month(202601).Add(int(id % 10)), Kind: meeting.Regular, SheetCode: "A", State: quality.Sent, Upper10: quality.None,
		}
		if err := quality.AddAll(ctx, tx, []quality.Score{s}); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO score_talk (part_id, score_id, cell_id, state, appeal_to, due) VALUES ($1, $2, $3, $4, $5, $6)`,
			s.Ref.Part, s.Ref.ID, s.CellID, string(state), appealTo, due)
		return err
	})
}

// The desk says in which conversations the cell owes an answer, to its committee: the one
// whose day is nearest first, late or not.
func TestDeskTurns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.talk(t, w.HoaBinh, 701, quality.Asked, "", today().AddDays(2))
		w.talk(t, w.HoaBinh, 702, quality.Asked, "", today().AddDays(-4))
		w.talk(t, w.HoaBinh, 703, quality.Answered, "", today().AddDays(-4))
		w.talk(t, w.HoaBinh, 704, quality.Over, "", civil.Date{})
		w.talk(t, w.Market, 705, quality.Asked, "", today())
		for _, role := range []string{access.RoleLead, access.RoleCommittee} {
			list := w.mustDesk(t, orgtest.Actor(role, w.HoaBinh), w.HoaBinh, today()).Turns
			if len(list) != 2 || list[0].Meeting.ID != 1702 || list[0].Left(today()) != -4 || list[0].Month != 202603 || list[1].Meeting.ID != 1701 || list[1].Left(today()) != 2 {
				t.Errorf("%s: %+v", role, list)
			}
		}
		me, _ := w.join(t, w.HoaBinh, "Thái Thị Mận")
		for _, who := range []access.Actor{me, orgtest.Actor(access.RoleUpper, w.Town), orgtest.Actor(access.RoleFollower, w.HoaBinh)} {
			if list := w.mustDesk(t, who, w.HoaBinh, today()).Turns; len(list) != 0 {
				t.Errorf("%+v sees %+v", who.Grants, list)
			}
		}
	})
}
