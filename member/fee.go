package member

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/org"
)

// FeeRow is a member in the list of a month's fee (rules.md 2.15, 5.44).
type FeeRow struct {
	MembershipID int64
	Name         string
	Standing     string // on the month's last day, or today in the month under way
	Paid         bool   // settled: paid, or freed of it; no amounts are kept
	Act          int64  // of which press this came; zero not paid
	Year         int    // months settled in the year so far
	Of           int    // months of the year in which the member was in the cell
}

// FeeMonth is the fee of a cell in a month.
type FeeMonth struct {
	Month civil.Month
	Rows  []FeeRow
	Paid  int
}

const feeYearSQL = `SELECT membership_id, month, act_id FROM fee WHERE part_id = $1 AND cell_id = $2 AND month >= $3 AND month <= $4`

const feeBodySQL = `SELECT m.id, m.name, m.from_day, m.to_day, m.official_on, COALESCE(s.kind, '') FROM membership m` + inForce + `
 WHERE m.part_id = $1 AND m.cell_id = $2 AND m.kind = 'home' AND m.from_day <= $3 AND (m.to_day = '' OR m.to_day > $3)
 ORDER BY m.sort, m.id, s.id`

// feeDay is the day on which a month's members are counted: its last, or today.
func feeDay(month civil.Month, today civil.Date) civil.Date {
	if last := month.Last(); last.Before(today) {
		return last
	}
	return today
}

// FeeOf gives who of the cell's home members has settled the fee of the month. It
// checks no right.
func FeeOf(ctx context.Context, q db.Q, cell org.Unit, month civil.Month, today civil.Date) (FeeMonth, error) {
	out := FeeMonth{Month: month}
	first := civil.Month(month.Year()*100 + 1)
	paid, err := feeYear(ctx, q, cell, first, month)
	if err != nil {
		return out, err
	}
	day := feeDay(month, today)
	out.Rows, err = db.List(ctx, q, func(s db.Scanner) (FeeRow, error) {
		var r FeeRow
		var from, to, official civil.Date
		var spell string
		err := s.Scan(&r.MembershipID, &r.Name, &from, &to, &official, &spell)
		r.Standing = standing(KindHome, spell, Membership{OfficialOn: official}.OfficialAt(day))
		for m := first; m <= month; m = m.Add(1) {
			if from.Compare(m.Last()) <= 0 {
				r.Of++
			}
		}
		months := paid[r.MembershipID]
		r.Year, r.Act = len(months), months[month]
		r.Paid = r.Act != 0
		return r, err
	}, feeBodySQL, cell.PartID, cell.ID, day)
	out.Rows = distinct(out.Rows, func(r FeeRow) int64 { return r.MembershipID })
	for _, r := range out.Rows {
		if r.Paid {
			out.Paid++
		}
	}
	return out, err
}

// feeYear gives by membership the months that are settled, each with its act.
func feeYear(ctx context.Context, q db.Q, cell org.Unit, from, to civil.Month) (map[int64]map[civil.Month]int64, error) {
	out := map[int64]map[civil.Month]int64{}
	_, err := db.List(ctx, q, func(s db.Scanner) (struct{}, error) {
		var id, act int64
		var month civil.Month
		err := s.Scan(&id, &month, &act)
		if out[id] == nil {
			out[id] = map[civil.Month]int64{}
		}
		out[id][month] = act
		return struct{}{}, err
	}, feeYearSQL, cell.PartID, cell.ID, from, to)
	return out, err
}

const feeCountSQL = `SELECT COUNT(*) FROM fee f JOIN membership m ON m.part_id = f.part_id AND m.id = f.membership_id
 WHERE f.part_id = $1 AND f.cell_id = $2 AND f.month = $3`

// FeePaid counts who has settled the fee of a month, for the announcement at the
// meeting (rules.md 2.15). It checks no right.
func FeePaid(ctx context.Context, q db.Q, part, cellID int64, month civil.Month) (n int, err error) {
	err = q.QueryRow(ctx, feeCountSQL, part, cellID, month).Scan(&n)
	return n, err
}

const (
	insertFeeSQL = `INSERT INTO fee (part_id, cell_id, month, membership_id, act_id, at, by_account)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (part_id, cell_id, month, membership_id) DO NOTHING`
	deleteFeeSQL    = `DELETE FROM fee WHERE part_id = $1 AND cell_id = $2 AND month = $3 AND membership_id = $4`
	deleteFeeActSQL = `DELETE FROM fee WHERE part_id = $1 AND cell_id = $2 AND month = $3 AND act_id = $4`
)

// FeeIn is one press on the month's list.
type FeeIn struct {
	CellID int64
	Month  civil.Month
	Paid   int64 // membership that has settled it
	Unpaid int64 // membership of which that is taken back
	All    bool  // everybody on the list who has not yet
	Undo   int64 // act to take back: what one press noted
}

// NoteFee notes or takes back that the fee of a month is settled, and gives the act,
// so that it can be undone. Pressed twice, it is noted once.
func (l *Life) NoteFee(ctx context.Context, actor access.Actor, in FeeIn) (act int64, err error) {
	err = l.DB.Write(ctx, func(tx *db.Tx) error {
		cell, err := org.ByID(ctx, tx, in.CellID)
		if err != nil {
			return err
		}
		if !MayNoteFee(actor, cell) {
			return access.ErrForbidden
		}
		if !cell.IsCell() {
			return fault.New(fault.NotFound, "err.not_found")
		}
		if n := in.Month.Num(); n < 1 || n > 12 || in.Month > tx.Today().Month() || in.Month.Last().Before(cell.ValidFrom) {
			return fault.Field("month", "member.err.fee_month")
		}
		act = tx.ID()
		return l.noteFee(ctx, tx, actor, cell, in, act)
	})
	return act, err
}

func (l *Life) noteFee(ctx context.Context, tx *db.Tx, actor access.Actor, cell org.Unit, in FeeIn, act int64) error {
	fee, err := FeeOf(ctx, tx, cell, in.Month, tx.Today())
	if err != nil {
		return err
	}
	var rows [][]any
	known := false
	for _, r := range fee.Rows {
		known = known || r.MembershipID == in.Paid || r.MembershipID == in.Unpaid
		if !r.Paid && (in.All || r.MembershipID == in.Paid) {
			rows = append(rows, []any{cell.PartID, cell.ID, in.Month, r.MembershipID, act, tx.NowMS(), actor.AccountID})
		}
	}
	switch {
	case in.Undo != 0:
		_, err = tx.Exec(ctx, deleteFeeActSQL, cell.PartID, cell.ID, in.Month, in.Undo)
	case !in.All && !known:
		return ErrNotFound
	case in.Unpaid != 0:
		_, err = tx.Exec(ctx, deleteFeeSQL, cell.PartID, cell.ID, in.Month, in.Unpaid)
	default:
		for _, r := range rows {
			if _, err := tx.Exec(ctx, insertFeeSQL, r...); err != nil {
				return err
			}
		}
	}
	if err != nil {
		return err
	}
	return note(ctx, tx, actor, "member.fee", "org", Membership{Part: cell.PartID, ID: cell.ID}.Ref(), map[string]any{
		"month": int(in.Month), "noted": len(rows), "undo": in.Undo != 0, "unpaid": in.Unpaid != 0,
	})
}

// Fee is one settled month, for AddFees.
type Fee struct {
	Part, CellID, MembershipID int64
	Month                      civil.Month
}

// AddFees writes settled months, for an import or the sample data.
func AddFees(ctx context.Context, tx *db.Tx, list []Fee) error {
	rows := make([][]any, len(list))
	act := tx.ID()
	for i, f := range list {
		rows[i] = []any{f.Part, f.CellID, f.Month, f.MembershipID, act, tx.NowMS(), 0}
	}
	return db.Many(ctx, tx, insertFeeSQL, rows)
}
