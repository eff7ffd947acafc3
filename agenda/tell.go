package agenda

import (
	"context"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/notify"
)

// tellPage is how many cells are told in one transaction.
const tellPage = 200

const (
	untoldSQL = `SELECT ` + guidanceColumns + `, g.told_after FROM guidance g JOIN org o ON o.id = g.org_id
 WHERE g.told_after >= 0 AND g.withdrawn_at = 0 AND g.from_day <= $1 AND (g.until_day = '' OR g.until_day >= $1) ORDER BY g.id LIMIT 1`

	cellsAfterSQL = `SELECT o.id, o.name, o.type FROM org o
 WHERE o.path >= $1 AND o.path < $2 AND o.id > $3 AND o.kind IN ('cell', 'grassroots_cell') AND o.valid_to = '' ORDER BY o.id LIMIT $4`

	toldAfterSQL = `UPDATE guidance SET told_after = $2 WHERE id = $1`
)

// allTold stands where all cells were told.
const allTold = -1

// TellNew tells the leads of the cells of guidance that has come into force, each cell
// once: it goes on where it was stopped. It may run at any time and again.
func (s *Service) TellNew(ctx context.Context) error {
	today := civil.From(s.DB.Clock().Now())
	for {
		more := false
		err := s.DB.Write(ctx, func(tx *db.Tx) error {
			var after int64
			g, err := scanGuidance(extra{tx.QueryRow(ctx, untoldSQL, today), []any{&after}})
			if more = err == nil; !more {
				if db.NoRows(err) {
					err = nil
				}
				return err
			}
			return tellCells(ctx, tx, g, after)
		})
		if err != nil || !more {
			return err
		}
	}
}

// extra scans further columns after those of guidance.
type extra struct {
	db.Scanner
	dest []any
}

func (e extra) Scan(dest ...any) error { return e.Scanner.Scan(append(dest, e.dest...)...) }

func tellCells(ctx context.Context, tx *db.Tx, g Guidance, after int64) error {
	type cell struct {
		id        int64
		name, typ string
	}
	lo, hi := g.path.Range()
	cells, err := db.List(ctx, tx, func(s db.Scanner) (c cell, err error) { return c, s.Scan(&c.id, &c.name, &c.typ) },
		cellsAfterSQL, lo, hi, after, tellPage)
	if err != nil {
		return err
	}
	last := int64(allTold)
	for _, c := range cells {
		if len(cells) == tellPage {
			last = c.id
		}
		if !g.MeantFor(c.typ) {
			continue
		}
		to, err := leads(ctx, tx, c.id)
		if err != nil {
			return err
		}
		if err := notify.Send(ctx, tx, notify.Notice{
			Kind: "agenda.guidance", Href: "/units/" + strconv.FormatInt(c.id, 10) + "/guidance", Args: map[string]any{"Unit": g.Owner, "Title": g.Title, "Cell": c.name},
		}, to...); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, toldAfterSQL, g.ID, last)
	return err
}

// leads gives where the notices of a cell's leads lie.
func leads(ctx context.Context, tx *db.Tx, cellID int64) (to []notify.To, err error) {
	people, err := access.Leads(ctx, tx, cellID, tx.Today())
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		part, err := access.HomePart(ctx, tx, p, tx.Today())
		if err != nil {
			return nil, err
		}
		if part != 0 {
			to = append(to, notify.To{Part: part, PersonID: p})
		}
	}
	return to, nil
}
