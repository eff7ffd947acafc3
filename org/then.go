package org

import (
	"context"
	"strconv"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/tree"
)

// Then is a unit as it was on a day: its names, kind, parent, path and order are of
// the day. PartID is today's, since facts are re-homed with the unit.
type Then struct {
	Unit
	Now tree.Path // where it stands today
}

// Today gives what access needs to know of the unit today: rights to what is kept of
// persons follow the unit to where it stands now.
func (t Then) Today() access.Unit { return access.Unit{ID: t.ID, Path: t.Now, PartID: t.PartID} }

// ErrNotThen says that the unit did not live on the day.
var ErrNotThen = fault.New(fault.NotFound, "org.err.not_then")

// What a unit was on day $1: what it is, when it has been so since then, and
// otherwise the row of its past.
const (
	isLiving = ` AND o.valid_from <= $1 AND (o.valid_to = '' OR o.valid_to > $1)`

	thenNow = `SELECT o.id, COALESCE(o.parent_id, 0) AS parent_id, o.path, o.depth, o.part_id, o.kind, o.type, o.name, o.short, o.paper_name,
  o.place, o.hall, o.code, o.seq, o.valid_from, o.valid_to, o.version, o.since, o.successor_id, o.path AS now_path
  FROM org o WHERE o.since <= $1` + isLiving

	thenPast = `SELECT o.id, COALESCE(p.parent_id, 0) AS parent_id, p.path, p.depth, o.part_id, p.kind, p.type, p.name, p.short, p.paper_name,
  p.place, o.hall, p.code, p.seq, o.valid_from, o.valid_to, o.version, o.since, o.successor_id, o.path AS now_path
  FROM org_past p JOIN org o ON o.id = p.org_id WHERE p.from_day <= $1 AND p.to_day > $1` + isLiving
)

const ofThen = `SELECT t.id, t.parent_id, t.path, t.depth, t.part_id, t.kind, t.type, t.name, t.short, t.paper_name, t.place, t.hall, t.code,
  t.seq, t.valid_from, t.valid_to, t.version, t.since, t.successor_id, t.now_path FROM (`

func scanThen(s db.Scanner) (Then, error) {
	var t Then
	var path, now string
	err := s.Scan(append(t.dest(&path), &now)...)
	t.Path, t.Now = tree.Path(path), tree.Path(now)
	return t, err
}

const onDaySQL = thenNow + ` AND o.id = $2 UNION ALL ` + thenPast + ` AND p.org_id = $2`

// OnDay gives the unit as it was on the day, or ErrNotThen. It checks no right.
func OnDay(ctx context.Context, q db.Q, id int64, day civil.Date) (Then, error) {
	t, err := scanThen(q.QueryRow(ctx, onDaySQL, day, id))
	if db.NoRows(err) {
		return Then{}, ErrNotThen
	}
	return t, err
}

// View is the tree of a scope as it was on a day: everything that stood under the
// scope's unit then. See access.go for who may look back at what.
type View struct {
	Scope  access.Scope
	Day    civil.Date
	Top    Then   // zero for the program itself, over the whole
	lo, hi string // of the paths on the day
}

// On gives the view of a scope on a day, or ErrNotThen when its unit did not live.
func On(ctx context.Context, q db.Q, scope access.Scope, day civil.Date) (View, error) {
	v := View{Scope: scope, Day: day}
	if scope.Unit().ID == 0 {
		v.lo, v.hi = scope.Range()
		return v, nil
	}
	var err error
	if v.Top, err = OnDay(ctx, q, scope.Unit().ID, day); err != nil {
		return View{}, err
	}
	v.lo, v.hi = v.Top.Path.Range()
	return v, nil
}

// Range gives the bounds of the paths that stood in the view on its day.
func (v View) Range() (lo, hi string) { return v.lo, v.hi }

const levelThenSQL = ofThen + thenNow + ` AND o.parent_id = $2
  UNION ALL ` + thenPast + ` AND p.parent_id = $2) t
 WHERE t.path >= $3 AND t.path < $4 AND (t.seq, t.id) > (CAST($5 AS integer), CAST($6 AS bigint))
 ORDER BY t.seq, t.id LIMIT $7`

// Children gives the units that stood directly under the unit on the day, in their
// order; after is Sibling of the last row of the page before.
func (v View) Children(ctx context.Context, q db.Q, id int64, after string, limit int) ([]Then, error) {
	seq, last, err := parseSibling(after)
	if err != nil {
		return nil, err
	}
	return db.List(ctx, q, scanThen, levelThenSQL, v.Day, id, v.lo, v.hi, seq, last, limit)
}

const (
	inThenSQL = `SELECT t.kind, COUNT(*) FROM (` + thenNow + ` AND o.path >= $2 AND o.path < $3
  UNION ALL ` + thenPast + ` AND p.path >= $2 AND p.path < $3) t GROUP BY t.kind`

	listThenSQL = ofThen + thenNow + ` AND o.path >= $2 AND o.path < $3
  UNION ALL ` + thenPast + ` AND p.path >= $2 AND p.path < $3) t
 WHERE t.kind IN ($4, $5) AND t.path > $6 ORDER BY t.path LIMIT $7`
)

// CountKinds gives how many units of each kind stood in the view.
func (v View) CountKinds(ctx context.Context, q db.Q) (map[string]int, error) {
	return countKinds(ctx, q, inThenSQL, v.Day, v.lo, v.hi)
}

// Under gives the view of a unit in this one: what stood under it on the same day.
func (v View) Under(t Then) View {
	u := v
	u.Top = t
	u.lo, u.hi = t.Path.Range()
	return u
}

// Kinds gives the units of one or two kinds in the view, in the order of their paths;
// after is the path of the last row of the page before.
func (v View) Kinds(ctx context.Context, q db.Q, kinds [2]string, after tree.Path, limit int) ([]Then, error) {
	return db.List(ctx, q, scanThen, listThenSQL, v.Day, v.lo, v.hi, kinds[0], kinds[1], string(after), limit)
}

// Sibling marks the unit's place among its siblings, for Children.
func (u Unit) Sibling() string { return strconv.Itoa(u.Seq) + "." + strconv.FormatInt(u.ID, 10) }

// parseSibling reads what Sibling wrote; the empty text is before all.
func parseSibling(s string) (seq int, id int64, err error) {
	if s == "" {
		return -1, 0, nil
	}
	a, b, ok := strings.Cut(s, ".")
	seq, err1 := strconv.Atoi(a)
	id, err2 := strconv.ParseInt(b, 10, 64)
	if !ok || err1 != nil || err2 != nil || seq < 0 || id < 0 {
		return 0, 0, errCursor()
	}
	return seq, id, nil
}

const pastSelect = `SELECT COALESCE(p.parent_id, 0), p.kind, p.type, p.name, p.short, p.code, p.from_day, p.to_day, COALESCE(a.name, '')
  FROM org_past p LEFT JOIN org a ON a.id = p.parent_id WHERE p.org_id = $1 ORDER BY p.from_day DESC`

// State is what a unit was for a time.
type State struct {
	Kind, Type  string
	Name, Short string
	Code        string
	ParentID    int64
	Parent      string     // the parent's name: of that time where it is known
	From, To    civil.Date // To is the first day without; zero: still so
}

// History gives what the unit has been since its founding, the latest first: what it
// is, or last was, and the rows of its past. It checks no right.
func History(ctx context.Context, q db.Q, u Unit) ([]State, error) {
	past, err := db.List(ctx, q, func(s db.Scanner) (State, error) {
		var st State
		err := s.Scan(&st.ParentID, &st.Kind, &st.Type, &st.Name, &st.Short, &st.Code, &st.From, &st.To, &st.Parent)
		return st, err
	}, pastSelect, u.ID)
	if err != nil {
		return nil, err
	}
	now := State{
		Kind: u.Kind, Type: u.Type, Name: u.Name, Short: u.Short, Code: u.Code, ParentID: u.ParentID,
		From: u.SinceDay(), To: u.ValidTo,
	}
	out := past
	if now.To.IsZero() || now.From.Before(now.To) { // a unit that ended then and there is shown by its past
		out = append([]State{now}, past...)
	}
	out = joined(out)
	for i := range out {
		if out[i].ParentID == 0 {
			continue
		}
		parent, err := OnDay(ctx, q, out[i].ParentID, out[i].From)
		switch {
		case err == nil:
			out[i].Parent = parent.Name
		case fault.KindOf(err) != fault.NotFound:
			return nil, err
		}
	}
	return out, nil
}

// joined makes one state of two that follow each other and read alike: the unit stood
// elsewhere because one above it was moved.
func joined(list []State) []State {
	var out []State
	for _, st := range list {
		if n := len(out); n > 0 {
			last := out[n-1]
			last.From, last.To, last.Parent = st.From, st.To, st.Parent
			if last == st {
				out[n-1].From = st.From
				continue
			}
		}
		out = append(out, st)
	}
	return out
}
