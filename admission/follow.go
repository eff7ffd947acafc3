package admission

import (
	"context"
	"encoding/json"
	"slices"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
	"chibo/reorg"
)

// Follow gives what happens to dossiers when units change. When a cell ends, whoever takes
// it over has them; a reserve member who is assigned to another cell takes the own one
// along; when a unit moves or ends, what waited with a committee that has no more to say
// waits with the one that took its place. It comes after the register, which moves members
// first.
func (s *Service) Follow() reorg.Follower {
	return reorg.Follower{
		Name: "admission", Transferred: s.assigned, Moved: s.unitMoved, Ended: s.unitEnded, Undo: s.undo, Effects: effects, Holds: holdsRow,
	}
}

// followed is a dossier that went to another cell, as it was before.
type followed struct {
	Part       int64 `json:"part"`
	ID         int64 `json:"id"`
	Cell       int64 `json:"cell"`
	Membership int64 `json:"membership"`
	NowPart    int64 `json:"now_part"`
	After      int   `json:"after"` // version it got

	Was   waiting `json:"was"`
	Line  int64   `json:"line"`  // of the trail, that says so
	Hands []int64 `json:"hands"` // units that had had it

	Swaps []swap  `json:"swaps,omitempty"`
	Left  []int64 `json:"left,omitempty"` // lines of helpers who stayed behind
}

// swap is a helper or introducer of the cell that was left, who goes on in the other one.
type swap struct {
	Old int64 `json:"old"`
	New int64 `json:"new"`
}

// waiting is where a dossier stood.
type waiting struct {
	Holder  int64      `json:"holder"`
	Step    string     `json:"step"`
	Since   civil.Date `json:"since"`
	Clock   string     `json:"clock"`
	Due     civil.Date `json:"due"`
	Meeting int64      `json:"meeting"`
	Item    int64      `json:"item"`
	Version int        `json:"version"`
}

const ofUnitSQL = `SELECT ` + columns + ` FROM dossier d WHERE d.part_id = $2 AND d.cell_id = $1 OR d.holder_id = $1 ORDER BY d.part_id, d.id`

// seat gives who has taken over from a unit that ended: itself when it lives.
func seat(ctx context.Context, q db.Q, u org.Unit) (org.Unit, error) {
	for range 20 {
		if !u.Ended() || u.SuccessorID == 0 {
			return u, nil
		}
		next, err := org.ByID(ctx, q, u.SuccessorID)
		if err != nil {
			return u, err
		}
		u = next
	}
	return u, nil
}

func (s *Service) unitEnded(ctx context.Context, tx *db.Tx, u org.Unit, _ civil.Date) (any, error) {
	now, err := org.ByID(ctx, tx, u.ID)
	if err != nil {
		return nil, err
	}
	to, err := seat(ctx, tx, now)
	if err != nil || to.ID == u.ID {
		return nil, err
	}
	list, err := db.List(ctx, tx, scan, ofUnitSQL, u.ID, now.PartID)
	if err != nil {
		return nil, err
	}
	var out []followed
	for _, d := range list {
		f, err := s.follow(ctx, tx, d, to, func(t *turn, f *followed) error {
			if d.CellID != u.ID || !to.IsCell() {
				return nil
			}
			membership, err := goesOn(ctx, tx, d.Ref.Part, d.MembershipID, to)
			if err != nil {
				return err
			}
			return t.goAlong(ctx, to, membership, f)
		})
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return keep(out)
}

// keep gives what undoing needs; nothing needs none.
func keep(list []followed) (any, error) {
	if len(list) == 0 {
		return nil, nil
	}
	return list, nil
}

const heldBelowSQL = `SELECT ` + columns + ` FROM org c CROSS JOIN dossier d
 WHERE c.path >= $1 AND c.path < $2 AND d.part_id = c.part_id AND d.cell_id = c.id AND d.state = 'open' AND d.holder_id <> d.cell_id ORDER BY d.part_id, d.id`

// unitMoved lets what waited with a committee that the cell has left wait with the one that
// is above it now.
func (s *Service) unitMoved(ctx context.Context, tx *db.Tx, u org.Unit, _ civil.Date) (any, error) {
	lo, hi := u.Path.Range()
	list, err := db.List(ctx, tx, scan, heldBelowSQL, lo, hi)
	if err != nil {
		return nil, err
	}
	var out []followed
	for _, d := range list {
		t, err := s.turnOf(ctx, tx, d)
		if err != nil {
			return nil, err
		}
		way, place, err := t.way(ctx)
		if err != nil {
			return nil, err
		}
		next, ok := way.Next()
		to, there := place.Of(next.By)
		if !ok || !there || to.ID == d.HolderID {
			continue
		}
		f, err := s.follow(ctx, tx, d, to, func(*turn, *followed) error { return nil })
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return keep(out)
}

// assigned takes the dossiers of reserve members along who go to another cell alone; with a
// whole cell they go when it ends.
func (s *Service) assigned(ctx context.Context, tx *db.Tx, tr reorg.Transfer, pairs []reorg.Pair) (any, error) {
	if tr.From.Ended() {
		return nil, nil
	}
	var out []followed
	for _, p := range pairs {
		d, ok, err := openOf(ctx, tx, ident.Ref{Part: tr.From.PartID, ID: p.Old})
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		f, err := s.follow(ctx, tx, d, tr.To, func(t *turn, f *followed) error {
			if err := t.goAlong(ctx, tr.To, p.New, f); err != nil {
				return err
			}
			return t.leaveHelpers(ctx, f)
		})
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return keep(out)
}

// follow takes a dossier to where it waits now, and gives how it was before.
func (s *Service) follow(ctx context.Context, tx *db.Tx, d Dossier, to org.Unit, along func(*turn, *followed) error) (f followed, err error) {
	f = followed{
		Part: d.Ref.Part, ID: d.Ref.ID, Cell: d.CellID, Membership: d.MembershipID,
		Was: waiting{d.HolderID, d.Step, d.Since, d.Clock, d.Due, d.MeetingID, d.ItemID, d.Version},
	}
	if f.Hands, err = handsOf(ctx, tx, d.Ref); err != nil {
		return f, err
	}
	t, err := s.turnOf(ctx, tx, d)
	if err != nil {
		return f, err
	}
	if err := along(t, &f); err != nil {
		return f, err
	}
	if err := t.settle(ctx, Record{Step: StepReorg, Outcome: Passed, Day: tx.Today(), Body: to.Name, UnitID: to.ID}, "reorganised"); err != nil {
		return f, err
	}
	f.NowPart, f.After = t.d.Ref.Part, t.d.Version
	return f, tx.QueryRow(ctx, lastLineSQL, t.d.Ref.Part, t.d.Ref.ID).Scan(&f.Line)
}

// goesOn gives the membership in another cell that goes on from one; itself where the
// person did not come.
func goesOn(ctx context.Context, tx *db.Tx, part, id int64, to org.Unit) (int64, error) {
	if id == 0 {
		return 0, nil
	}
	m, err := member.ByID(ctx, tx, ident.Ref{Part: part, ID: id})
	if fault.KindOf(err) == fault.NotFound { // it has gone to the new part with its cell
		m, err = member.ByID(ctx, tx, ident.Ref{Part: to.PartID, ID: id})
	}
	if fault.KindOf(err) == fault.NotFound {
		return id, nil
	}
	if err != nil {
		return 0, err
	}
	if m.CellID == to.ID {
		return m.ID, nil
	}
	next, err := member.InCell(ctx, tx, to, m.PersonID, tx.Today())
	if fault.KindOf(err) == fault.NotFound {
		return id, nil
	}
	return next.ID, err
}

const (
	swapHelperSQL     = `UPDATE dossier_helper SET membership_id = $4 WHERE part_id = $1 AND dossier_id = $2 AND membership_id = $3 AND to_day = ''`
	swapIntroducerSQL = `UPDATE dossier_introducer SET membership_id = $4 WHERE part_id = $1 AND dossier_id = $2 AND membership_id = $3`
	leaveHelperSQL    = `UPDATE dossier_helper SET to_day = $4 WHERE part_id = $1 AND dossier_id = $2 AND id = $3`
)

func (t *turn) swap(ctx context.Context, old, now int64) error {
	for _, query := range []string{swapHelperSQL, swapIntroducerSQL} {
		if _, err := t.tx.Exec(ctx, query, t.d.Ref.Part, t.d.Ref.ID, old, now); err != nil {
			return err
		}
	}
	return nil
}

// goAlong takes the dossier to another cell; who helps or introduces and came along goes
// on there.
func (t *turn) goAlong(ctx context.Context, to org.Unit, membership int64, f *followed) error {
	part := t.d.Ref.Part
	if err := t.goTo(ctx, to, membership); err != nil {
		return err
	}
	helpers, err := helpersOf(ctx, t.tx, t.d.Ref)
	if err != nil {
		return err
	}
	introducers, err := introducersOf(ctx, t.tx, t.d.Ref)
	if err != nil {
		return err
	}
	seen := map[int64]bool{0: true}
	var ids []int64
	for _, h := range helpers {
		if h.To.IsZero() {
			ids = append(ids, h.MembershipID)
		}
	}
	for _, x := range introducers {
		ids = append(ids, x.MembershipID)
	}
	for _, old := range ids {
		if seen[old] {
			continue
		}
		seen[old] = true
		now, err := goesOn(ctx, t.tx, part, old, to)
		if err != nil {
			return err
		}
		if now == old {
			continue
		}
		if err := t.swap(ctx, old, now); err != nil {
			return err
		}
		f.Swaps = append(f.Swaps, swap{old, now})
	}
	return nil
}

// leaveHelpers ends the helping of those who did not come along.
func (t *turn) leaveHelpers(ctx context.Context, f *followed) error {
	helpers, err := helpersOf(ctx, t.tx, t.d.Ref)
	if err != nil {
		return err
	}
	for _, h := range helpers {
		came := slices.ContainsFunc(f.Swaps, func(x swap) bool { return x.New == h.MembershipID })
		if came || !h.To.IsZero() {
			continue
		}
		if _, err := t.tx.Exec(ctx, leaveHelperSQL, t.d.Ref.Part, t.d.Ref.ID, h.ID, t.tx.Today()); err != nil {
			return err
		}
		f.Left = append(f.Left, h.ID)
	}
	return nil
}

// undo gives back what nobody has acted on since; what was acted on stays where it is.
func (s *Service) undo(ctx context.Context, tx *db.Tx, note json.RawMessage) error {
	var list []followed
	if err := json.Unmarshal(note, &list); err != nil {
		return err
	}
	for _, f := range list {
		d, err := byRef(ctx, tx, ident.Ref{Part: f.NowPart, ID: f.ID})
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		if d.Version != f.After {
			continue
		}
		if err := s.giveBack(ctx, tx, d, f); err != nil {
			return err
		}
	}
	return nil
}

const (
	lastLineSQL = `SELECT MAX(id) FROM dossier_step WHERE part_id = $1 AND dossier_id = $2`
	dropLineSQL = `DELETE FROM dossier_step WHERE part_id = $1 AND dossier_id = $2 AND id = $3`
	dropHandSQL = `DELETE FROM dossier_hand WHERE part_id = $1 AND dossier_id = $2 AND org_id = $3`
	restoreSQL  = `UPDATE dossier SET cell_id = $4, membership_id = $5, holder_id = $6, step = $7, since = $8, clock = $9, due = $10, meeting_id = $11, item_id = $12,
  version = $13 WHERE part_id = $1 AND id = $2 AND version = $3`
)

func handsOf(ctx context.Context, q db.Q, ref ident.Ref) ([]int64, error) {
	return db.List(ctx, q, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, handsSQL, ref.Part, ref.ID)
}

// giveBack puts a dossier exactly where it stood: an act that was taken back leaves no line.
func (s *Service) giveBack(ctx context.Context, tx *db.Tx, d Dossier, f followed) error {
	t, err := s.turnOf(ctx, tx, d)
	if err != nil {
		return err
	}
	if d.CellID != f.Cell {
		back, err := org.ByID(ctx, tx, f.Cell)
		if err != nil {
			return err
		}
		if err := t.goTo(ctx, back, f.Membership); err != nil {
			return err
		}
	}
	ref := t.d.Ref
	for _, x := range f.Swaps {
		if err := t.swap(ctx, x.New, x.Old); err != nil {
			return err
		}
	}
	for _, id := range f.Left {
		if _, err := tx.Exec(ctx, leaveHelperSQL, ref.Part, ref.ID, id, civil.Date{}); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, dropLineSQL, ref.Part, ref.ID, f.Line); err != nil {
		return err
	}
	hands, err := handsOf(ctx, tx, ref)
	if err != nil {
		return err
	}
	for _, id := range hands {
		if slices.Contains(f.Hands, id) {
			continue
		}
		if _, err := tx.Exec(ctx, dropHandSQL, ref.Part, ref.ID, id); err != nil {
			return err
		}
	}
	w := f.Was
	res, err := tx.Exec(ctx, restoreSQL, ref.Part, ref.ID, d.Version, f.Cell, f.Membership, w.Holder, w.Step, w.Since, w.Clock, w.Due, w.Meeting, w.Item, w.Version)
	if err := one(res, err, ErrChanged); err != nil {
		return err
	}
	return t.log(ctx, "reorganised", nil)
}

const heldSQL = `SELECT COUNT(*) FROM dossier d WHERE d.state = 'open' AND (d.holder_id = $1 OR d.part_id = $2 AND d.cell_id = $1)`

func effects(ctx context.Context, q db.Q, a reorg.Asked) ([]reorg.Effect, error) {
	all := 0
	for _, u := range a.Ended {
		var n int
		if err := q.QueryRow(ctx, heldSQL, u.ID, u.PartID).Scan(&n); err != nil {
			return nil, err
		}
		all += n
	}
	if all == 0 {
		return nil, nil
	}
	return []reorg.Effect{{Key: "reorg.effect.dossiers", Args: map[string]any{"Count": all}}}, nil
}

const holdsSQL = `SELECT COUNT(*) FROM dossier WHERE part_id = $1 AND id = $2`

func holdsRow(ctx context.Context, q db.Q, part, id int64) (bool, error) {
	var n int
	err := q.QueryRow(ctx, holdsSQL, part, id).Scan(&n)
	return n > 0, err
}
