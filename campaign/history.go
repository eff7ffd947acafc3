package campaign

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
)

// History is a campaign of the past with what was reported, for an import or the sample
// data. Who may is the caller's matter.
type History struct {
	Owner   org.Unit
	Title   string
	Text    string
	Kinds   []string
	By      string
	Steps   []StepIn
	Reports []HistoryReport
}

// HistoryReport is what a unit reported of a step, by the step's place from 0.
type HistoryReport struct {
	Unit   org.Unit
	Step   int
	State  State // Reported, Accepted or Returned
	Note   string
	Reason string // of Returned
	By     string
	Day    civil.Date
}

const putReportSQL = `INSERT INTO campaign_report (part_id, campaign_id, step_id, org_id, id, state, note, day, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// Add writes a campaign of the past and gives its id.
func Add(ctx context.Context, tx *db.Tx, h History) (int64, error) {
	id := tx.ID()
	if _, err := tx.Exec(ctx, insertSQL, id, h.Owner.ID, h.Title, h.Text, joined(h.Kinds), int64(0), h.By, tx.NowMS(), "history"+joined(h.Kinds)); err != nil {
		return 0, err
	}
	steps := make([]int64, len(h.Steps))
	for i, s := range h.Steps {
		steps[i] = tx.ID()
		if _, err := tx.Exec(ctx, addStepSQL, id, steps[i], i, s.Title, s.Due); err != nil {
			return 0, err
		}
	}
	var reports, words [][]any
	for _, r := range h.Reports {
		report := tx.ID()
		at := r.Day.Time(9, 0).UnixMilli()
		word := func(state State, text, by string) {
			words = append(words, []any{r.Unit.PartID, tx.ID(), report, r.Unit.ID, string(state), text, int64(0), by, at, "history-" + string(state)})
			at += 24 * 3600 * 1000
		}
		word(Reported, r.Note, r.By)
		version := 2
		if r.State != Reported {
			word(r.State, r.Reason, h.By)
			version++
		}
		reports = append(reports, []any{r.Unit.PartID, id, steps[r.Step], r.Unit.ID, report, string(r.State), r.Note, r.Day, version})
	}
	if err := db.Many(ctx, tx, putReportSQL, reports); err != nil {
		return 0, err
	}
	return id, db.Many(ctx, tx, insertWordSQL, words)
}
