package home_test

import (
	"context"
	"testing"

	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
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
		w.write(t, func(ctx context.Context, tx *db.Tx) error {
			for i, state := range []string{"asked", "answered"} {
				s := quality.Score{
					Ref: ident.Ref{Part: w.HoaBinh.PartID, ID: int64(700 + i)}, Meeting: ident.Ref{Part: w.HoaBinh.PartID, ID: int64(800 + i)},
					CellID: w.HoaBinh.ID, Month: civil.Month(202609 + i), Kind: meeting.Regular, SheetCode: "A", State: quality.Sent, Upper10: quality.None,
				}
				if err := quality.AddAll(ctx, tx, []quality.Score{s}); err != nil {
					return err
				}
				if _, err := tx.Exec(ctx, `INSERT INTO score_talk (part_id, score_id, cell_id, state, due) VALUES ($1, $2, $3, $4, $5)`,
					s.Ref.Part, s.Ref.ID, s.CellID, state, due); err != nil {
					return err
				}
			}
			return nil
		})
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
		if own.CellID != w.Town.ID || !own.Own || own.Next != "" || own.Href != quality.Href(ident.Ref{Part: w.HoaBinh.PartID, ID: 801}) {
			t.Errorf("the committee's turn: %+v", own)
		}
	})
}
