package agenda

import (
	"context"
	"encoding/json"
	"strconv"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
)

// History is what committees gave out and cells took up, as it is to stand, for sample
// data. Of templates OrgID, Kind, CellType, From, Source, By, At and Items are taken.
type History struct {
	Templates []Template
	Guidance  []Guidance
	Taken     []PastTaken
}

// PastTaken is that a cell dealt with a guidance in a meeting.
type PastTaken struct {
	Meeting    ident.Ref
	GuidanceID int64
	CellID     int64
	ItemID     int64
	Day        civil.Date
}

// InsertHistory writes it. It checks nothing: the caller does.
func InsertHistory(ctx context.Context, tx *db.Tx, h History) error {
	var templates, guidance, taken [][]any
	for _, t := range h.Templates {
		items, err := json.Marshal(t.Items)
		if err != nil {
			return err
		}
		templates = append(templates, []any{t.ID, t.OrgID, t.Kind, t.CellType, t.From, string(items), t.Source, int64(0), t.By, t.At, op(t.ID)})
	}
	for _, g := range h.Guidance {
		guidance = append(guidance, []any{
			g.ID, g.OrgID, g.Title, g.Text, g.Link, g.Content, g.Minutes, g.From, g.Until, joined(g.Types), int64(0), g.By, g.At, op(g.ID),
		})
	}
	for _, t := range h.Taken {
		taken = append(taken, []any{t.Meeting.Part, t.GuidanceID, t.Meeting.ID, t.CellID, t.ItemID, int64(0), tx.NowMS(), t.Day})
	}
	if err := db.Many(ctx, tx, insertTemplateSQL, templates); err != nil {
		return err
	}
	if err := db.Many(ctx, tx, insertGuidanceSQL, guidance); err != nil {
		return err
	}
	for _, g := range h.Guidance {
		if _, err := tx.Exec(ctx, toldAfterSQL, g.ID, allTold); err != nil {
			return err
		}
	}
	return db.Many(ctx, tx, insertTakenSQL, taken)
}

const insertTakenSQL = `INSERT INTO guidance_taken (part_id, guidance_id, meeting_id, cell_id, item_id, by_account, at, day)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

func op(id int64) string { return "history-" + strconv.FormatInt(id, 10) }
