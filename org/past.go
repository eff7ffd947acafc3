package org

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
)

// By names the step of a reorganisation that makes a change. A change with a By can
// be taken back by Restore; the zero By is a plain change, which leaves the unit's
// past only.
type By struct{ Act, Step int64 }

// sinceDay is the first day of what a unit is now, from org o.
const sinceDay = `CASE WHEN o.since <> '' THEN o.since ELSE o.valid_from END`

// lastDay is the first day without what a unit is now, when it changes on $3. A unit
// that had ended keeps its own last day.
const lastDay = `CASE WHEN o.valid_to <> '' AND o.valid_to < $3 THEN o.valid_to ELSE $3 END`

const pastSQL = `INSERT INTO org_past (org_id, from_day, to_day, parent_id, path, depth, part_id, kind, type, name, short,
  paper_name, place, code, seq, act_id)
SELECT o.id, ` + sinceDay + `, ` + lastDay + `, o.parent_id, o.path, o.depth, o.part_id, o.kind, o.type, o.name, o.short,
  o.paper_name, o.place, o.code, o.seq, CAST($4 AS bigint)
  FROM org o WHERE o.path >= $1 AND o.path < $2 AND ` + sinceDay + ` < ` + lastDay

const beforeSQL = `INSERT INTO org_before (act_id, step, org_id, parent_id, path, depth, part_id, kind, type, name, short,
  paper_name, place, hall, fold, code, seq, valid_to, since, successor_id, version)
SELECT CAST($3 AS bigint), CAST($4 AS bigint), o.id, o.parent_id, o.path, o.depth, o.part_id, o.kind, o.type, o.name, o.short,
  o.paper_name, o.place, o.hall, o.fold, o.code, o.seq, o.valid_to, o.since, o.successor_id, o.version
  FROM org o WHERE o.path >= $1 AND o.path < $2
ON CONFLICT (act_id, step, org_id) DO NOTHING`

// keepPast writes what the units from lo to hi were until the day, one row each. A
// unit that changed on that very day already has its row: two changes on one day
// keep one. With a By, it also keeps all that Restore needs.
func keepPast(ctx context.Context, tx *db.Tx, lo, hi string, day civil.Date, by By) error {
	if by.Act != 0 {
		if _, err := tx.Exec(ctx, beforeSQL, lo, hi, by.Act, by.Step); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, pastSQL, lo, hi, day, by.Act)
	return err
}

// keepOne is keepPast for a unit without those below it.
func keepOne(ctx context.Context, tx *db.Tx, u Unit, day civil.Date, by By) error {
	// Between a path and the same path with one more letter stands nothing else.
	return keepPast(ctx, tx, string(u.Path), string(u.Path)+"0", day, by)
}

const foundedSQL = `INSERT INTO org_before (act_id, step, org_id) VALUES ($1, $2, $3)`

// noteFounded keeps that the step founded the unit.
func noteFounded(ctx context.Context, tx *db.Tx, id int64, by By) error {
	if by.Act == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, foundedSQL, by.Act, by.Step, id)
	return err
}

const settleSQL = `UPDATE org_before SET done_version = (SELECT o.version FROM org o WHERE o.id = org_before.org_id)
 WHERE act_id = $1 AND step = $2`

// Settle ends a step in its own transaction: from now on another version of one of
// its units is somebody's later change.
func Settle(ctx context.Context, tx *db.Tx, by By) error {
	_, err := tx.Exec(ctx, settleSQL, by.Act, by.Step)
	return err
}

const changedSQL = `SELECT ` + columns + ` FROM org o WHERE o.id IN (
  SELECT b.org_id FROM org_before b JOIN org c ON c.id = b.org_id
    LEFT JOIN org_before n ON n.act_id = b.act_id AND n.org_id = b.org_id AND n.step > b.step
   WHERE b.act_id = $1 GROUP BY b.org_id, b.step, b.done_version, c.version
  HAVING COALESCE(MIN(n.version), c.version) <> b.done_version)
 ORDER BY o.path`

// ChangedSince gives the units of an act that somebody changed after it: what stands
// in the way of taking it back.
func ChangedSince(ctx context.Context, q db.Q, act int64) ([]Unit, error) {
	return db.List(ctx, q, scanUnit, changedSQL, act)
}

const backPartsSQL = `SELECT o.id, o.part_id, b.part_id FROM org_before b JOIN org o ON o.id = b.org_id
 WHERE b.act_id = $1 AND b.step = $2 AND b.kind <> '' AND o.part_id <> b.part_id ORDER BY o.id`

const backPastSQL = `DELETE FROM org_past WHERE act_id = $1 AND org_id IN (
  SELECT b.org_id FROM org_before b JOIN org o ON o.id = b.org_id
   WHERE b.act_id = $1 AND b.step = $2 AND b.kind <> ''
     AND org_past.from_day = CASE WHEN b.since <> '' THEN b.since ELSE o.valid_from END)`

const backUnitsSQL = `UPDATE org SET (parent_id, path, depth, part_id, kind, type, name, short, paper_name, place, hall, fold,
  code, seq, valid_to, since, successor_id) = (SELECT b.parent_id, b.path, b.depth, b.part_id, b.kind, b.type, b.name, b.short,
  b.paper_name, b.place, b.hall, b.fold, b.code, b.seq, b.valid_to, b.since, b.successor_id
  FROM org_before b WHERE b.act_id = $1 AND b.step = $2 AND b.org_id = org.id), version = version + 1
 WHERE id IN (SELECT b.org_id FROM org_before b WHERE b.act_id = $1 AND b.step = $2 AND b.kind <> '')`

// A unit that the step founded ends on the day it began: it lived on no day, and
// what names it can still be read.
const backFoundedSQL = `UPDATE org SET valid_to = valid_from, version = version + 1
 WHERE id IN (SELECT b.org_id FROM org_before b WHERE b.act_id = $1 AND b.step = $2 AND b.kind = '')`

const backNotesSQL = `DELETE FROM org_before WHERE act_id = $1 AND step = $2`

// nextVersionSQL tells the step before that its unit has a new version, which is no
// later change.
const nextVersionSQL = `UPDATE org_before SET done_version = (SELECT o.version FROM org o WHERE o.id = org_before.org_id)
 WHERE act_id = $1 AND step < $2 AND org_id IN (SELECT b.org_id FROM org_before b WHERE b.act_id = $1 AND b.step = $2)
   AND done_version <> 0`

// Restore takes back what a step of a reorganisation did to the tree, as if it had
// never been: the units are as the step found them, and their past as well. Steps
// are taken back in reverse order. The rows of the units that are given change their
// part again; the caller re-homes them in the same transaction.
func Restore(ctx context.Context, tx *db.Tx, by By) ([]Rehoming, error) {
	back, err := db.List(ctx, tx, func(s db.Scanner) (r Rehoming, err error) {
		return r, s.Scan(&r.Unit, &r.From, &r.To)
	}, backPartsSQL, by.Act, by.Step)
	if err != nil {
		return nil, err
	}
	for _, query := range []string{backPastSQL, backUnitsSQL, backFoundedSQL, nextVersionSQL, backNotesSQL} {
		if _, err := tx.Exec(ctx, query, by.Act, by.Step); err != nil {
			return nil, err
		}
	}
	return back, nil
}
