package member

import (
	"context"
	"encoding/json"

	"chibo/access"
	"chibo/account"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

// Merging is two records that become one, or, with Undo, two again.
type Merging struct {
	Part            int64
	KeepID, OtherID int64
	Undo            bool
}

// MergeIn joins Other into Keep, as both were seen.
type MergeIn struct {
	Keep, Other               ident.Ref // of persons
	KeepVersion, OtherVersion int
}

// taken is what a merge did, so that it can be taken back.
type taken struct {
	Memberships []int64    `json:"memberships"`       // that were the other's
	Ended       []int64    `json:"ended,omitempty"`   // of them, ended by the merge
	Day         civil.Date `json:"day"`               // on which
	Filled      []string   `json:"filled,omitempty"`  // fields that the kept record took over
	Moved       []int64    `json:"moved,omitempty"`   // accounts that changed hands
	Blocked     []int64    `json:"blocked,omitempty"` // accounts that were blocked
	Badges      []int64    `json:"badges,omitempty"`  // that were the other's
}

// Merge makes one record of two: the memberships of the other become the kept
// person's, with the rights that come from them; facts go on naming their membership.
// Fields that the kept record lacks are taken over. When both are in a cell today, the
// other's membership ends. Errors: records of two parts, posts that the other still
// holds (OnMerge), ErrChanged.
func (s *Service) Merge(ctx context.Context, actor access.Actor, in MergeIn) (ref ident.Ref, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		keep, other, err := s.Twins(ctx, tx, actor, in.Keep, in.Other)
		if err != nil {
			return err
		}
		if err := mergeable(actor, keep, other); err != nil {
			return err
		}
		if keep.Version != in.KeepVersion || other.Version != in.OtherVersion {
			return ErrChanged
		}
		ref = ident.Ref{Part: keep.Part, ID: tx.ID()}
		for _, consulted := range s.OnMerge {
			if err := consulted(ctx, tx, Merging{Part: keep.Part, KeepID: keep.ID, OtherID: other.ID}); err != nil {
				return err
			}
		}
		did := taken{Day: tx.Today()}
		if err := s.join(ctx, tx, keep, other, &did); err != nil {
			return err
		}
		detail, err := json.Marshal(did)
		if err != nil {
			return err
		}
		return s.insertPair(ctx, tx, actor, Pair{Ref: ref, KeepID: keep.ID, OtherID: other.ID, State: PairMerged}, string(detail))
	})
	return ref, err
}

// mergeable refuses what one act cannot do rightly, and says why.
func mergeable(actor access.Actor, keep, other Twin) error {
	if actor.PersonID != 0 && (actor.PersonID == keep.ID || actor.PersonID == other.ID) {
		return fault.New(fault.Forbidden, "member.err.merge_own")
	}
	if keep.Part != other.Part {
		return errParts(keep, other)
	}
	for _, m := range other.List {
		if m.Part != other.Part {
			return fault.New(fault.Conflict, "member.err.merge_moved", "Name", other.Name)
		}
	}
	return nil
}

const (
	pointMembershipSQL = `UPDATE membership SET person_id = $3 WHERE part_id = $1 AND id = $2 AND person_id = $4`
	mergedIntoSQL      = `UPDATE person SET merged_into = $3, version = version + 1 WHERE part_id = $1 AND id = $2 AND merged_into = $4`
	badgeIDsSQL        = `SELECT id FROM badge WHERE part_id = $1 AND person_id = $2`
	pointBadgeSQL      = `UPDATE badge SET person_id = $3 WHERE part_id = $1 AND id = $2`
	dropWaitingSQL     = `UPDATE correction SET state = 'withdrawn', closed_at = $2, version = version + 1 WHERE person_id = $1 AND state = 'waiting'`
)

func (s *Service) join(ctx context.Context, tx *db.Tx, keep, other Twin, did *taken) (err error) {
	cells := map[int64]bool{}
	for _, m := range other.List {
		if m.Kind == KindHome && m.To.IsZero() && keep.Open() {
			day := did.Day
			if !m.From.Before(day) {
				return fault.New(fault.Conflict, "member.err.merge_today", "Name", other.Name)
			}
			if err := EndMembership(ctx, tx, m.Part, m.ID, day, EndingDuplicate); err != nil {
				return err
			}
			did.Ended = append(did.Ended, m.ID)
		}
		if err := point(ctx, tx, m, keep.ID, other.ID); err != nil {
			return err
		}
		did.Memberships = append(did.Memberships, m.ID)
		cells[m.CellID] = true
	}
	if did.Badges, err = db.List(ctx, tx, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, badgeIDsSQL, other.Part, other.ID); err != nil {
		return err
	}
	for _, id := range did.Badges {
		if _, err := tx.Exec(ctx, pointBadgeSQL, keep.Part, id, keep.ID); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, dropWaitingSQL, other.ID, tx.NowMS()); err != nil {
		return err
	}
	if did.Filled, err = s.fill(ctx, tx, keep, other); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, mergedIntoSQL, other.Part, other.ID, keep.ID, 0); err != nil {
		return err
	}
	if err := Reindex(ctx, tx, ident.Ref{Part: other.Part, ID: other.ID}); err != nil {
		return err
	}
	if did.Moved, did.Blocked, err = account.Join(ctx, tx, keep.ID, other.ID); err != nil {
		return err
	}
	return refresh(ctx, tx, keep.Part, cells)
}

// point gives a membership, with the rights that come from it, to another person.
func point(ctx context.Context, tx *db.Tx, m Membership, to, from int64) error {
	res, err := tx.Exec(ctx, pointMembershipSQL, m.Part, m.ID, to, from)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return orChanged(err)
	}
	return access.MoveGrants(ctx, tx, grantSource, m.ID, to)
}

func refresh(ctx context.Context, tx *db.Tx, part int64, cells map[int64]bool) error {
	for id := range cells {
		if err := RefreshState(ctx, tx, part, id, tx.Today()); err != nil {
			return err
		}
	}
	return nil
}

// fill takes over what the kept record lacks and the other has.
func (s *Service) fill(ctx context.Context, tx *db.Tx, keep, other Twin) (filled []string, err error) {
	mine, err := s.ofTwin(ctx, tx, keep)
	if err != nil {
		return nil, err
	}
	theirs, err := s.ofTwin(ctx, tx, other)
	if err != nil {
		return nil, err
	}
	for _, f := range personFields() {
		if mine.Get(f) == "" && theirs.Get(f) != "" {
			if err := mine.Set(f, theirs.Get(f)); err != nil {
				return nil, err
			}
			filled = append(filled, f)
		}
	}
	if len(filled) == 0 {
		return nil, nil
	}
	return filled, s.put(ctx, tx, keep, mine)
}

// personFields are the fields that the person has and not a membership.
func personFields() []string { return Fields()[:7] }

func (s *Service) ofTwin(ctx context.Context, q db.Q, t Twin) (Values, error) {
	p, err := PersonOf(ctx, q, t.Part, t.ID)
	if err != nil {
		return Values{}, err
	}
	return Record{person: p}.values(s.Keys)
}

func (s *Service) put(ctx context.Context, tx *db.Tx, t Twin, v Values) error {
	p, err := PersonOf(ctx, tx, t.Part, t.ID)
	if err != nil {
		return err
	}
	version := p.Version
	if p = v.person(p); p.IDNo == "" {
		p = p.WithoutIDNo()
	}
	if p, err = p.Sealed(s.Keys); err != nil {
		return err
	}
	return Amend(ctx, tx, p, version)
}

const (
	pairSQL     = `SELECT keep_id, other_id, state, detail FROM person_pair WHERE part_id = $1 AND id = $2`
	undoPairSQL = `UPDATE person_pair SET state = 'undone', undone_at = $3 WHERE part_id = $1 AND id = $2 AND state = $4`
	reopenSQL   = `UPDATE membership SET to_day = '', ending = '' WHERE part_id = $1 AND id = $2 AND to_day = $3 AND ending = 'duplicate'`
)

// Undo takes back what was found about two records: a merge, as long as nothing later
// contradicts it, or that they are two persons.
func (s *Service) Undo(ctx context.Context, actor access.Actor, ref ident.Ref) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		p := Pair{Ref: ref}
		var detail string
		err := tx.QueryRow(ctx, pairSQL, ref.Part, ref.ID).Scan(&p.KeepID, &p.OtherID, &p.State, &detail)
		if db.NoRows(err) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		keep, err := s.twin(ctx, tx, ident.Ref{Part: ref.Part, ID: p.KeepID})
		if err != nil {
			return err
		}
		if !MayMerge(actor, keep.Cell) {
			return access.ErrForbidden
		}
		if p.State == PairMerged {
			var did taken
			if err := json.Unmarshal([]byte(detail), &did); err != nil {
				return err
			}
			if err := s.split(ctx, tx, keep, p, did); err != nil {
				return err
			}
		}
		res, err := tx.Exec(ctx, undoPairSQL, ref.Part, ref.ID, tx.NowMS(), p.State)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 || p.State == PairUndone {
			return orChanged(err)
		}
		p.State = PairUndone
		return s.auditPair(ctx, tx, actor, p)
	})
}

func (s *Service) auditPair(ctx context.Context, tx *db.Tx, actor access.Actor, p Pair) error {
	return audit.Record(ctx, tx, audit.Entry{
		Part: p.Ref.Part, Account: actor.AccountID, Action: "member.pair_" + p.State, Target: "person", TargetID: p.KeepID,
		Detail: map[string]any{"other": p.OtherID},
	})
}

// split gives the other person back what was taken. A membership that went elsewhere
// since contradicts it: ErrChanged, and nothing is taken back.
func (s *Service) split(ctx context.Context, tx *db.Tx, keep Twin, p Pair, did taken) error {
	cells := map[int64]bool{}
	for _, id := range did.Memberships {
		m, err := ByID(ctx, tx, ident.Ref{Part: p.Ref.Part, ID: id})
		if err != nil {
			return err
		}
		if err := point(ctx, tx, m, p.OtherID, p.KeepID); err != nil {
			return err
		}
		cells[m.CellID] = true
	}
	for _, id := range did.Ended {
		res, err := tx.Exec(ctx, reopenSQL, p.Ref.Part, id, did.Day)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return orChanged(err)
		}
		if err := access.ReopenGrants(ctx, tx, grantSource, id, civil.Date{}); err != nil {
			return err
		}
	}
	for _, id := range did.Badges {
		if _, err := tx.Exec(ctx, pointBadgeSQL, p.Ref.Part, id, p.OtherID); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, mergedIntoSQL, p.Ref.Part, p.OtherID, 0, p.KeepID); err != nil {
		return err
	}
	if err := Reindex(ctx, tx, ident.Ref{Part: p.Ref.Part, ID: p.OtherID}); err != nil {
		return err
	}
	other, err := s.twin(ctx, tx, ident.Ref{Part: p.Ref.Part, ID: p.OtherID})
	if err != nil {
		return err
	}
	if err := s.giveBack(ctx, tx, keep, other, did.Filled); err != nil {
		return err
	}
	if err := account.Separate(ctx, tx, p.OtherID, did.Moved, did.Blocked); err != nil {
		return err
	}
	for _, consulted := range s.OnMerge {
		if err := consulted(ctx, tx, Merging{Part: p.Ref.Part, KeepID: p.KeepID, OtherID: p.OtherID, Undo: true}); err != nil {
			return err
		}
	}
	return refresh(ctx, tx, p.Ref.Part, cells)
}

// giveBack empties the fields that were taken over, unless they were changed since.
func (s *Service) giveBack(ctx context.Context, tx *db.Tx, keep, other Twin, filled []string) error {
	if len(filled) == 0 {
		return nil
	}
	mine, err := s.ofTwin(ctx, tx, keep)
	if err != nil {
		return err
	}
	theirs, err := s.ofTwin(ctx, tx, other)
	if err != nil {
		return err
	}
	for _, f := range filled {
		if mine.Get(f) == theirs.Get(f) {
			if err := mine.Set(f, ""); err != nil {
				return err
			}
		}
	}
	return s.put(ctx, tx, keep, mine)
}

const mergedIDsSQL = `SELECT id FROM person WHERE part_id = $1 AND merged_into = $2 AND merged_into <> 0 ORDER BY id`

// IDs gives the ids under which a person's things may stand: the own one, and those of
// records that became a part of it.
func IDs(ctx context.Context, q db.Q, part, personID int64) ([]int64, error) {
	list, err := db.List(ctx, q, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, mergedIDsSQL, part, personID)
	return append([]int64{personID}, list...), err
}

const (
	waitingRefsSQL    = `SELECT id FROM correction WHERE part_id = $1 AND person_id = $2 AND state = 'waiting'`
	copyCorrectionSQL = `INSERT INTO correction (part_id, id, person_id, membership_id, cell_id, state, note, at, closed_at, version)
SELECT CAST($3 AS bigint), id, person_id, membership_id, cell_id, state, note, at, closed_at, version
  FROM correction WHERE part_id = $1 AND id = $2`
	copyChangesSQL = `INSERT INTO correction_field (part_id, correction_id, field, old, new, verdict, answer, account_id, decider, decided_at)
SELECT CAST($3 AS bigint), correction_id, field, old, new, verdict, answer, account_id, decider, decided_at
  FROM correction_field WHERE part_id = $1 AND correction_id = $2`
	dropChangesSQL    = `DELETE FROM correction_field WHERE part_id = $1 AND correction_id = $2`
	dropCorrectionSQL = `DELETE FROM correction WHERE part_id = $1 AND id = $2`
)

// FollowMove takes the waiting proposals of a person along to another part, so that
// who keeps the register there decides. What is decided stays where it was, and is
// found by the person.
func FollowMove(ctx context.Context, tx *db.Tx, personID, from, to int64) error {
	ids, err := db.List(ctx, tx, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, waitingRefsSQL, from, personID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		for _, step := range []string{copyCorrectionSQL, copyChangesSQL} {
			if _, err := tx.Exec(ctx, step, from, id, to); err != nil {
				return err
			}
		}
		for _, step := range []string{dropChangesSQL, dropCorrectionSQL} {
			if _, err := tx.Exec(ctx, step, from, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// Holding is what another feature holds about a person, for the person's own copy.
type Holding struct {
	Name string // key of a text
	Rows []Held
}

// Held is one thing, with its day.
type Held struct {
	Day  civil.Date
	Text string
	Key  string // key of a text that says it with Args; "": Text does
	Args []any
}
