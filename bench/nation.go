package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/viet"
	"chibo/org"
	"chibo/rulebook"
)

// A nation of today's shape with its open dossiers; about 5,900 in each province.
const (
	nationProvinces = 34
	nationCommunes  = 97 // in a province
	nationCells     = 18 // in a commune
	nationDossiers  = 200_000
	dossierBatch    = 5_000
)

// nation is what admissions are measured on.
type nation struct {
	db                 *db.DB
	province           org.Unit // the first
	units, cells, open int
	cell               []org.Unit
	above              map[int64]org.Unit // commune by id
}

var errNotEmpty = errors.New("the database for admissions has units already: give an empty one")

func (n *nation) make(ctx context.Context) error {
	book, err := rulebook.New()
	if err != nil {
		return err
	}
	set, day := book.At(civil.Of(2026, 1, 1), ""), civil.Of(2025, 7, 1)
	n.above = map[int64]org.Unit{}
	err = n.db.Write(ctx, func(tx *db.Tx) error {
		had := 0
		if err := tx.QueryRow(ctx, countUnitsSQL).Scan(&had); err != nil || had > 0 {
			return errors.Join(err, errNotEmpty)
		}
		top, err := org.Add(ctx, tx, org.NewUnit{Set: set, Kind: org.KindCentral, Name: "Đảng bộ mẫu", ValidFrom: day})
		if err != nil {
			return err
		}
		for p := range nationProvinces {
			if err := n.settle(ctx, tx, set, day, top, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for at := 0; at < nationDossiers; at += dossierBatch {
		if err := n.db.Write(ctx, func(tx *db.Tx) error { return n.dossiers(ctx, tx, at) }); err != nil {
			return err
		}
	}
	n.open = nationDossiers
	return n.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `ANALYZE`)
		return err
	})
}

// settle founds a province with all below it, and gives everybody who is told an office.
func (n *nation) settle(ctx context.Context, tx *db.Tx, set rulebook.Set, day civil.Date, top org.Unit, p int) error {
	province, err := org.Add(ctx, tx, org.NewUnit{Set: set, ParentID: top.ID, Kind: org.KindProvince, Name: fmt.Sprintf("Đảng bộ tỉnh Mẫu %02d", p+1), Seq: p + 1, ValidFrom: day})
	if err != nil {
		return err
	}
	if p == 0 {
		n.province = province
	}
	var list []org.NewUnit
	for c := range nationCommunes {
		list = append(list, org.NewUnit{Set: set, ParentID: province.ID, Kind: org.KindCommuneParty, Name: fmt.Sprintf("Đảng bộ xã Mẫu %d", c+1), Seq: c + 1, ValidFrom: day})
	}
	communes, err := org.AddAll(ctx, tx, list)
	if err != nil {
		return err
	}
	list = nil
	for _, c := range communes {
		n.above[c.ID] = c
		for i := range nationCells {
			list = append(list, org.NewUnit{Set: set, ParentID: c.ID, Kind: org.KindCell, Name: fmt.Sprintf("Chi bộ thôn %d", i+1), Seq: i + 1, ValidFrom: day})
		}
	}
	cells, err := org.AddAll(ctx, tx, list)
	if err != nil {
		return err
	}
	n.cell = append(n.cell, cells...)
	n.cells, n.units = len(n.cell), len(n.cell)+len(n.above)+p+2
	var grants [][]any
	give := func(u org.Unit, role string, home org.Unit) {
		person := tx.ID()
		grants = append(grants, []any{tx.ID(), person, role, u.ID, day, "", "bench"}, []any{tx.ID(), person, access.RoleMember, home.ID, day, "", "bench"})
	}
	for _, c := range cells {
		give(c, access.RoleLead, c)
		give(c, access.RoleDeputy, c)
	}
	for i, c := range communes {
		give(c, access.RoleUpper, cells[i*nationCells])
		give(c, access.RoleKeeper, cells[i*nationCells])
	}
	give(province, access.RoleKeeper, cells[0])
	return db.Many(ctx, tx, `INSERT INTO access_grant (id, person_id, role, org_id, from_day, to_day, source) VALUES ($1, $2, $3, $4, $5, $6, $7)`, grants)
}

// waits are the steps at which dossiers wait, how far along, and the deadline there.

func waits() []struct{ step, clock string } {
	return []struct{ step, clock string }{
		{"class", ""},
		{"application", ""},
		{"verify", ""},
		{"opinions", "dossier"},
		{"cell_vote", ""},
		{"base", "decide"},
		{"decision", "decide"},
		{"ceremony", "ceremony"},
		{"review", "recognise"},
		{"rec_vote", "recognise"},
	}
}

const (
	benchDossierSQL = `INSERT INTO dossier (part_id, id, cell_id, name, fold, sort, sex, birth, citizen, ethnic, education, occupation, state, step, holder_id, since, clock, due,
  tracked_on, by_account, at, op) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`
	benchClockSQL = `INSERT INTO dossier_clock (part_id, dossier_id, clock, from_day, due, plain_due) VALUES ($1, $2, $3, $4, $5, $6)`
	benchStepSQL  = `INSERT INTO dossier_step (part_id, id, dossier_id, step, outcome, day, unit_id, account, name, at, op) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	benchToldSQL  = `SELECT COUNT(*) FROM dossier_told`
	benchWriteSQL = `UPDATE dossier SET version = version + 1 WHERE part_id = $1 AND id = $2`
)

func (n *nation) dossiers(ctx context.Context, tx *db.Tx, at int) error {
	draw := rand.New(rand.NewPCG(2026, uint64(at)))
	today := tx.Today()
	var rows, clocks, steps [][]any
	for i := range dossierBatch {
		cell := n.cell[(at+i)%len(n.cell)]
		w := waits()[draw.IntN(len(waits()))]
		id, name := tx.ID(), fmt.Sprintf("Nguyễn Văn %d", at+i)
		tracked, due, holder := today.AddDays(-30-draw.IntN(700)), civil.Date{}, cell.ID
		if w.step == "base" || w.step == "decision" {
			holder = cell.ParentID
		}
		if w.clock != "" {
			due = today.AddDays(draw.IntN(150) - 20)
			clocks = append(clocks, []any{cell.PartID, id, w.clock, tracked, due, due})
		}
		rows = append(rows, []any{
			cell.PartID, id, cell.ID, name, viet.Fold(name), viet.SortKey(name), "m", civil.Of(1990+draw.IntN(15), 5, 6), true, "kinh", "upper", "farmer", "open", w.step,
			holder, today.AddDays(-draw.IntN(90)), w.clock, due, tracked, 1, tx.NowMS(), fmt.Sprintf("bench-%d", at+i),
		})
		for k, step := range []string{"track", "class", "application"} {
			steps = append(steps, []any{cell.PartID, tx.ID(), id, step, "passed", tracked.AddDays(k * 10), cell.ID, 1, "", tx.NowMS(), fmt.Sprintf("bench-%d-%d", at+i, k)})
		}
	}
	if err := db.Many(ctx, tx, benchDossierSQL, rows); err != nil {
		return err
	}
	if err := db.Many(ctx, tx, benchStepSQL, steps); err != nil {
		return err
	}
	return db.Many(ctx, tx, benchClockSQL, clocks)
}

// write changes one dossier, as somebody does who works at night.
func (n *nation) write(ctx context.Context) error {
	return n.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, benchWriteSQL, n.cell[0].PartID, n.cell[0].ID)
		return err
	})
}

func (n *nation) told(ctx context.Context) (count int, err error) {
	err = n.db.Read(ctx, func(q db.Q) error { return q.QueryRow(ctx, benchToldSQL).Scan(&count) })
	return count, err
}
