package org

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/tree"
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

// newBelowSQL gives the units that came under one that the act moved or founded: others
// know them there. One that ended on its first day is among them, since others may have
// been merged into it; one whose founding was taken back is not.
const newBelowSQL = `SELECT ` + columns + ` FROM org o
 WHERE (o.valid_to <> o.valid_from OR EXISTS (SELECT 1 FROM org_before e WHERE e.org_id = o.id AND e.kind <> '' AND e.valid_to = ''))
   AND o.id NOT IN (SELECT b.org_id FROM org_before b WHERE b.act_id = $1)
   AND o.parent_id IN (SELECT b.org_id FROM org_before b JOIN org c ON c.id = b.org_id
       WHERE b.act_id = $1 AND (b.kind = '' OR b.path <> c.path))
 ORDER BY o.path`

// gonePlaceSQL gives the units under which the act found others, and that have ended
// or moved: nothing can go back under them.
const gonePlaceSQL = `SELECT ` + columns + ` FROM org o WHERE o.id IN (
  SELECT b.parent_id FROM org_before b JOIN org p ON p.id = b.parent_id
    JOIN (SELECT f.org_id, MIN(f.step) AS step FROM org_before f WHERE f.act_id = $1 GROUP BY f.org_id) x
      ON x.org_id = b.org_id AND x.step = b.step
   WHERE b.act_id = $1 AND b.kind <> '' AND b.parent_id NOT IN (SELECT y.org_id FROM org_before y WHERE y.act_id = $1)
     AND (p.path || CAST(b.org_id AS text) || '.' <> b.path OR (b.valid_to = '' AND p.valid_to <> '')))
 ORDER BY o.path`

// ChangedSince gives the units that stand in the way of taking an act back: those of
// the act that somebody changed after it, those that came under them since, and those
// to which others would go back and that are not there any more.
func ChangedSince(ctx context.Context, q db.Q, act int64) ([]Unit, error) {
	var out []Unit
	seen := map[int64]bool{}
	for _, query := range []string{changedSQL, newBelowSQL, gonePlaceSQL} {
		list, err := db.List(ctx, q, scanUnit, query, act)
		if err != nil {
			return nil, err
		}
		for _, u := range list {
			if !seen[u.ID] {
				seen[u.ID] = true
				out = append(out, u)
			}
		}
	}
	return out, nil
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

// sameVersionSQL tells whoever left a unit as this step found it, another act or an
// earlier step, that its version has a new number: nothing later rests on it.
const sameVersionSQL = `UPDATE org_before SET done_version = (SELECT o.version FROM org o WHERE o.id = org_before.org_id)
 WHERE done_version <> 0 AND done_version = (SELECT b.version FROM org_before b
   WHERE b.act_id = $1 AND b.step = $2 AND b.kind <> '' AND b.org_id = org_before.org_id)`

// Restore takes back what a step of a reorganisation did to the tree, as if it had
// never been: the units are as the step found them, and their past as well. Steps
// are taken back in reverse order. What came under a moved unit since goes back with
// it. The rows of the units that are given change their part again; the caller re-homes
// them in the same transaction. Field error: "unit", when one that the step founded has
// living units below it, or somebody changed one since the step was settled.
func Restore(ctx context.Context, tx *db.Tx, by By) ([]Rehoming, error) {
	if err := stillFounded(ctx, tx, by); err != nil {
		return nil, err
	}
	if err := asLeft(ctx, tx, by); err != nil {
		return nil, err
	}
	ways, err := db.List(ctx, tx, scanWay, waysBackSQL, by.Act, by.Step)
	if err != nil {
		return nil, err
	}
	back, err := db.List(ctx, tx, func(s db.Scanner) (r Rehoming, err error) {
		return r, s.Scan(&r.Unit, &r.From, &r.To)
	}, backPartsSQL, by.Act, by.Step)
	if err != nil {
		return nil, err
	}
	for _, query := range []string{backPastSQL, backUnitsSQL, backFoundedSQL, sameVersionSQL, backNotesSQL} {
		if _, err := tx.Exec(ctx, query, by.Act, by.Step); err != nil {
			return nil, err
		}
	}
	for _, w := range ways {
		along, err := w.along(ctx, tx)
		if err != nil {
			return nil, err
		}
		back = append(back, along...)
	}
	return back, nil
}

const livingUnderFoundedSQL = `SELECT p.name, o.name FROM org_before b JOIN org p ON p.id = b.org_id JOIN org o ON o.parent_id = p.id
 WHERE b.act_id = $1 AND b.step = $2 AND b.kind = '' AND o.valid_to = '' ORDER BY o.seq, o.id LIMIT 1`

// stillFounded refuses when a living unit stands under one that the step founded.
func stillFounded(ctx context.Context, tx *db.Tx, by By) error {
	var name, child string
	err := tx.QueryRow(ctx, livingUnderFoundedSQL, by.Act, by.Step).Scan(&name, &child)
	if db.NoRows(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return fault.Field("unit", "org.err.still_living", "Name", name, "Child", child)
}

const changedAfterSQL = `SELECT o.name FROM org_before b JOIN org o ON o.id = b.org_id
 WHERE b.act_id = $1 AND b.step = $2 AND b.done_version <> 0 AND b.done_version <> o.version ORDER BY o.path LIMIT 1`

// asLeft refuses when a unit is not as the step left it: what somebody changed by hand,
// while an act was under way, would be lost.
func asLeft(ctx context.Context, tx *db.Tx, by By) error {
	var name string
	err := tx.QueryRow(ctx, changedAfterSQL, by.Act, by.Step).Scan(&name)
	if db.NoRows(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return fault.Field("unit", "org.err.changed_after", "Name", name)
}

// way is where a unit stands that a step moved, and where it goes back to.
type way struct {
	from, to         tree.Path
	fromPart, toPart int64
}

// Those below a moved unit have kept their parent.
const waysBackSQL = `SELECT o.path, b.path, o.part_id, b.part_id FROM org_before b JOIN org o ON o.id = b.org_id
 WHERE b.act_id = $1 AND b.step = $2 AND b.kind <> '' AND o.path <> b.path AND o.parent_id <> b.parent_id ORDER BY o.path`

func scanWay(s db.Scanner) (w way, err error) {
	var from, to string
	err = s.Scan(&from, &to, &w.fromPart, &w.toPart)
	w.from, w.to = tree.Path(from), tree.Path(to)
	return w, err
}

const alongSQL = `UPDATE org SET path = CAST($3 AS text) || substr(path, $4), depth = depth + $5,
  part_id = CASE WHEN part_id = $6 THEN $7 ELSE part_id END
 WHERE path >= $1 AND path < $2`

// along takes back what still stands in the place that the moved unit has left: it came
// there since. Versions stay: nobody changed these units.
func (w way) along(ctx context.Context, tx *db.Tx) (moved []Rehoming, err error) {
	lo, hi := w.from.Range()
	if w.fromPart != w.toPart {
		ids, err := db.List(ctx, tx, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, inPartSQL, lo, hi, w.fromPart)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			moved = append(moved, Rehoming{Unit: id, From: w.fromPart, To: w.toPart})
		}
	}
	_, err = tx.Exec(ctx, alongSQL, lo, hi, string(w.to), len(w.from)+1, w.to.Depth()-w.from.Depth(), w.fromPart, w.toPart)
	return moved, err
}

const foundNamesSQL = `SELECT b.org_id, b.name FROM org_before b
  JOIN (SELECT f.org_id, MIN(f.step) AS step FROM org_before f WHERE f.act_id = $1 GROUP BY f.org_id) x ON x.org_id = b.org_id AND x.step = b.step
 WHERE b.act_id = $1 AND b.kind <> ''`

// FoundNames gives what the units of an act were called when it found them.
func FoundNames(ctx context.Context, q db.Q, act int64) (map[int64]string, error) {
	type named struct {
		id   int64
		name string
	}
	list, err := db.List(ctx, q, func(s db.Scanner) (n named, err error) { return n, s.Scan(&n.id, &n.name) }, foundNamesSQL, act)
	out := make(map[int64]string, len(list))
	for _, n := range list {
		out[n.id] = n.name
	}
	return out, err
}

const affectedSQL = `SELECT ` + columns + ` FROM org o WHERE o.id IN (
  SELECT b.org_id FROM org_before b JOIN org c ON c.id = b.org_id
   WHERE b.act_id = $1 AND (b.kind = '' OR b.part_id <> c.part_id OR b.valid_to <> c.valid_to))
 ORDER BY o.path`

// Affected gives the units of an act whose rows it touched: those it founded or
// ended, and those that lie in another part now. Units that only got another path
// are not among them.
func Affected(ctx context.Context, q db.Q, act int64) ([]Unit, error) {
	return db.List(ctx, q, scanUnit, affectedSQL, act)
}
