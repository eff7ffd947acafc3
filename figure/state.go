package figure

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
)

const statePartsSQL = `SELECT COALESCE(SUM(s.cells), 0), COALESCE(SUM(s.members), 0), COALESCE(SUM(s.officials), 0),
  COALESCE(SUM(s.reserves), 0), COALESCE(SUM(s.exempt), 0), COALESCE(SUM(s.away), 0), ''
  FROM org p JOIN unit_state s ON s.part_id = p.id
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2`

const stateCellsSQL = `SELECT COUNT(*), COALESCE(SUM(s.members), 0), COALESCE(SUM(s.officials), 0),
  COALESCE(SUM(s.reserves), 0), COALESCE(SUM(s.exempt), 0), COALESCE(SUM(s.away), 0), COALESCE(MAX(s.last_admitted), '')
  FROM org o JOIN cell_state s ON s.part_id = o.part_id AND s.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2`

// StateOf gives what the scope consists of. LastAdmitted is filled for a scope below
// a part (a cell) only.
func StateOf(ctx context.Context, q db.Q, scope access.Scope) (State, error) {
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return State{}, err
	}
	var row db.Scanner
	if span.Below {
		row = q.QueryRow(ctx, stateCellsSQL, span.Lo, span.Hi)
	} else {
		row = q.QueryRow(ctx, statePartsSQL, span.Lo, span.Hi)
	}
	var s State
	err = row.Scan(&s.Cells, &s.Members, &s.Officials, &s.Reserves, &s.Exempt, &s.Away, &s.LastAdmitted)
	return s, err
}

const thematicSQL = `SELECT o.id, o.part_id, o.name, o.short, COALESCE(p.id, 0), COALESCE(p.short, ''), ''
  FROM org o` + parents + `
             LEFT JOIN cell_month a ON a.part_id = o.part_id AND a.cell_id = o.id AND a.month = $3 AND a.thematic > 0
             LEFT JOIN cell_month b ON b.part_id = o.part_id AND b.cell_id = o.id AND b.month = $4 AND b.thematic > 0
             LEFT JOIN cell_month c ON c.part_id = o.part_id AND c.cell_id = o.id AND c.month = $5 AND c.thematic > 0
 WHERE o.path >= $1 AND o.path < $2 AND o.kind IN ('cell', 'grassroots_cell')
   AND o.valid_from <= $6 AND (o.valid_to = '' OR o.valid_to > $6)
   AND a.cell_id IS NULL AND b.cell_id IS NULL AND c.cell_id IS NULL
 ORDER BY ` + cellOrder

// Thematic gives the cells of the scope that have held no thematic meeting in the
// quarter of the given month (rules.md 2.02).
func Thematic(ctx context.Context, q db.Q, scope access.Scope, month civil.Month) ([]CellName, error) {
	lo, hi := scope.Range()
	first := month.QuarterFirst()
	return db.List(ctx, q, scanName, thematicSQL, lo, hi, first, first.Add(1), first.Add(2), month.Last())
}

const lastAdmittedSQL = `SELECT o.id, o.part_id, o.name, o.short, COALESCE(p.id, 0), COALESCE(p.short, ''), COALESCE(s.last_admitted, '')
  FROM org o` + parents + `
             LEFT JOIN cell_state s ON s.part_id = o.part_id AND s.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND o.kind IN ('cell', 'grassroots_cell') AND o.valid_to = ''
   AND (s.last_admitted IS NULL OR s.last_admitted < $3)
 ORDER BY COALESCE(s.last_admitted, ''), ` + cellOrder

// LastAdmitted gives the living cells of the scope in which nobody was admitted on
// or after the day, those without any admission on record first.
func LastAdmitted(ctx context.Context, q db.Q, scope access.Scope, before civil.Date) ([]CellName, error) {
	lo, hi := scope.Range()
	return db.List(ctx, q, scanName, lastAdmittedSQL, lo, hi, before)
}

func scanName(s db.Scanner) (CellName, error) {
	var c CellName
	err := s.Scan(&c.ID, &c.PartID, &c.Name, &c.Short, &c.UnitID, &c.UnitShort, &c.LastAdmitted)
	return c, err
}

const cellStateSQL = `SELECT members, officials, reserves, exempt, away, last_admitted FROM cell_state WHERE part_id = $1 AND cell_id = $2`

// StateOfCell gives what a cell consists of as it was last computed; ok is false for a
// cell without figures. It checks no right: the caller does.
func StateOfCell(ctx context.Context, q db.Q, part, cellID int64) (s State, ok bool, err error) {
	s.Cells = 1
	err = q.QueryRow(ctx, cellStateSQL, part, cellID).Scan(&s.Members, &s.Officials, &s.Reserves, &s.Exempt, &s.Away, &s.LastAdmitted)
	if db.NoRows(err) {
		return State{}, false, nil
	}
	return s, err == nil, err
}

// Plus adds another state, without its last admission.
func (s State) Plus(o State) State {
	s.Cells += o.Cells
	s.Members += o.Members
	s.Officials += o.Officials
	s.Reserves += o.Reserves
	s.Exempt += o.Exempt
	s.Away += o.Away
	return s
}
