package rulebook

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
)

// ownSheetFact is the fact that lets a committee have a sheet of its own.
const ownSheetFact = "3.03"

// OwnSheet is a committee's own score sheet, for itself and all units below it.
type OwnSheet struct {
	OrgID  int64
	Kinds  []string // of meetings it is for: "regular", "thematic" (rules.md 3.04)
	Sheet  Sheet    // its code is given when it is written
	From   civil.Date
	Source string // the decision behind it
}

// PutSheet writes a committee's own sheet and chooses it from a day on. Written sheets
// are never changed: what was scored by one stays readable by its code. The caller
// checks the right and records the act. Field errors: those of Sheet.Check, kinds,
// valid_from, source.
func (b *Book) PutSheet(ctx context.Context, tx *db.Tx, actorID int64, in OwnSheet) (code string, err error) {
	id := tx.ID()
	in.Sheet.Code, in.Sheet.Complete = "u"+strconv.FormatInt(id, 10), true
	bad := in.Check()
	if err := bad.Err(); err != nil {
		return "", err
	}
	text, err := json.Marshal(in.Sheet)
	if err != nil {
		return "", err
	}
	o := Override{
		ID: id, OrgID: in.OrgID, Key: "sheet." + in.Sheet.Code, Value: text, ValidFrom: in.From, Source: in.Source, MadeBy: actorID, MadeAt: tx.NowMS(),
	}
	v, err := b.check(o, nil)
	if err != nil {
		return "", err
	}
	if err := b.write(ctx, tx, o, v); err != nil {
		return "", err
	}
	known := map[string][]version{o.Key: {v}}
	for _, kind := range in.Kinds {
		c := o
		c.ID, c.Key, c.Value = tx.ID(), scoreSheetPrefix+kind, json.RawMessage(strconv.Quote(in.Sheet.Code))
		v, err := b.check(c, known)
		if err != nil {
			return "", err
		}
		if err := b.write(ctx, tx, c, v); err != nil {
			return "", err
		}
	}
	return in.Sheet.Code, nil
}

const scoreSheetPrefix = "score.sheet."

// Check says what is wrong with the sheet and what stands beside it.
func (in OwnSheet) Check() fault.Fields {
	bad := in.Sheet.Check()
	if len(in.Kinds) == 0 {
		bad.Add("kinds", "rulebook.sheet.err.kinds")
	}
	for _, k := range in.Kinds {
		if k != "regular" && k != "thematic" {
			bad.Add("kinds", "rulebook.sheet.err.kinds")
		}
	}
	if !in.From.IsDay() {
		bad.Add("valid_from", "rulebook.err.valid_from")
	}
	if strings.TrimSpace(in.Source) == "" {
		bad.Add("source", "rulebook.err.source")
	}
	return bad
}
