package member

import (
	"context"
	"slices"
	"strconv"
	"time"

	"chibo/access"
	"chibo/account"
	"chibo/audit"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/notify"
	"chibo/org"
)

// States of a correction.
const (
	CorrectionWaiting   = "waiting"
	CorrectionClosed    = "closed"    // every field was decided
	CorrectionWithdrawn = "withdrawn" // by the member
	CorrectionDirect    = "direct"    // made by an officer, without a proposal
)

// Verdicts on a field.
const (
	Accepted = "accepted"
	Refused  = "refused"
)

// Change is one field of a correction. Numbers are whole: who shows it masks them.
type Change struct {
	Field     string
	Old, New  string // as Values.Get gives them; Old as of the proposal
	Verdict   string // "" while it waits
	Answer    string // why it was refused
	Decider   string
	DecidedAt time.Time
}

// Correction is a proposal to correct a record, or a correction made directly.
type Correction struct {
	Ref          ident.Ref
	PersonID     int64
	MembershipID int64
	State        string
	Note         string
	At           time.Time
	ClosedAt     time.Time // zero while it waits
	Version      int
	Changes      []Change
}

// Waits says whether something is still to be decided.
func (c Correction) Waits() bool { return c.State == CorrectionWaiting }

func (c Correction) change(field string) *Change {
	for i := range c.Changes {
		if c.Changes[i].Field == field {
			return &c.Changes[i]
		}
	}
	return nil
}

// ProposeIn is a member's proposal: the record as it should be, and a note.
type ProposeIn struct {
	Ref    ident.Ref // own membership
	Values Values
	Note   string
}

// ErrNothing says that nothing would change.
var ErrNothing = fault.New(fault.Invalid, "member.err.nothing_changed")

// ErrWaiting says that a proposal of the member waits already.
var ErrWaiting = fault.New(fault.Conflict, "member.err.correction_waiting")

// Propose records a member's proposal to correct the own record and tells who decides.
func (s *Service) Propose(ctx context.Context, actor access.Actor, in ProposeIn) (ref ident.Ref, err error) {
	if len(in.Note) > noteMost {
		return ref, fault.Field("note", "member.err.too_long", "Most", noteMost)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := record(ctx, tx, in.Ref, s.today())
		if err != nil {
			return err
		}
		if actor.PersonID == 0 || actor.PersonID != r.PersonID || !r.To.IsZero() {
			return access.ErrForbidden
		}
		now, err := r.values(s.Keys)
		if err != nil {
			return err
		}
		next, err := in.Values.check(s.today(), s.limits(r.Cell))
		if err != nil {
			return err
		}
		fields := differ(now, next)
		if len(fields) == 0 {
			return ErrNothing
		}
		var n int
		if err := tx.QueryRow(ctx, waitingOfSQL, r.PersonID).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return ErrWaiting
		}
		c := Correction{PersonID: r.PersonID, MembershipID: r.ID, State: CorrectionWaiting, Note: in.Note}
		for _, f := range fields {
			c.Changes = append(c.Changes, Change{Field: f, Old: now.Get(f), New: next.Get(f)})
		}
		if ref, err = s.insertCorrection(ctx, tx, c, r); err != nil {
			return err
		}
		if err := s.auditFields(ctx, tx, actor, "member.correction_propose", "correction", ref, fields); err != nil {
			return err
		}
		return tellDeciders(ctx, tx, r, ref, fields)
	})
	return ref, err
}

const (
	noteMost = 1000

	waitingOfSQL = `SELECT COUNT(*) FROM correction WHERE person_id = $1 AND state = 'waiting'`

	insertCorrectionSQL = `INSERT INTO correction (part_id, id, person_id, membership_id, cell_id, state, note, at, closed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	insertChangeSQL = `INSERT INTO correction_field (part_id, correction_id, field, old, new, verdict, account_id, decider, decided_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
)

// insertCorrection writes a correction with its fields, the values sealed. A direct
// one is decided already, by the decider that its changes name.
func (s *Service) insertCorrection(ctx context.Context, tx *db.Tx, c Correction, r Record) (ident.Ref, error) {
	ref := ident.Ref{Part: r.Part, ID: tx.ID()}
	closed := int64(0)
	if c.State == CorrectionDirect {
		closed = tx.NowMS()
	}
	_, err := tx.Exec(ctx, insertCorrectionSQL, ref.Part, ref.ID, c.PersonID, c.MembershipID, r.CellID, c.State, c.Note, tx.NowMS(), closed)
	if err != nil {
		return ref, err
	}
	for _, ch := range c.Changes {
		old, err := s.Keys.Seal(ch.Old, changeBinding(ref.ID, ch.Field))
		if err != nil {
			return ref, err
		}
		next, err := s.Keys.Seal(ch.New, changeBinding(ref.ID, ch.Field))
		if err != nil {
			return ref, err
		}
		_, err = tx.Exec(ctx, insertChangeSQL, ref.Part, ref.ID, ch.Field, old, next, ch.Verdict, 0, ch.Decider, closed)
		if err != nil {
			return ref, err
		}
	}
	return ref, nil
}

func changeBinding(id int64, field string) string {
	return "correction/" + strconv.FormatInt(id, 10) + "/" + field
}

func (s *Service) auditFields(ctx context.Context, tx *db.Tx, actor access.Actor, action, target string, ref ident.Ref, fields []string) error {
	return audit.Record(ctx, tx, audit.Entry{
		Part: ref.Part, Account: actor.AccountID, Action: action, Target: target, TargetID: ref.ID,
		Detail: map[string]any{"fields": fields},
	})
}

// tellDeciders tells the cell's leads when they may decide on a field, and otherwise
// the nearest organisation officers above.
func tellDeciders(ctx context.Context, tx *db.Tx, r Record, ref ident.Ref, fields []string) error {
	var to []notify.To
	add := func(role string, orgID int64) error {
		persons, err := access.Holders(ctx, tx, role, orgID, tx.Today())
		for _, id := range persons {
			a, e := account.ByPerson(ctx, tx, id)
			if e == nil && id != r.PersonID {
				to = append(to, notify.To{Part: a.PartID, PersonID: id})
			} else if e != nil && fault.KindOf(e) != fault.NotFound {
				return e
			}
		}
		return err
	}
	if slices.Contains(fields, FieldPhone) || slices.Contains(fields, FieldOtherName) {
		for _, role := range []string{access.RoleLead, access.RoleDeputy} {
			if err := add(role, r.CellID); err != nil {
				return err
			}
		}
	}
	above := slices.ContainsFunc(fields, func(f string) bool { return f != FieldPhone && f != FieldOtherName })
	for ids := r.Cell.Path.Ids(); above && len(ids) > 0; ids = ids[:len(ids)-1] {
		before := len(to)
		if err := add(access.RoleKeeper, ids[len(ids)-1]); err != nil {
			return err
		}
		above = len(to) == before
	}
	return notify.Send(ctx, tx, notify.Notice{
		Kind: "member.correction_waiting", Href: "/corrections/" + ref.String(), Args: map[string]any{"Cell": r.Cell.Name},
	}, to...)
}

const withdrawSQL = `UPDATE correction SET state = 'withdrawn', closed_at = $4, version = version + 1
 WHERE part_id = $1 AND id = $2 AND person_id = $3 AND state = 'waiting'`

// Withdraw takes back the own proposal; what was decided already stays so.
func (s *Service) Withdraw(ctx context.Context, actor access.Actor, ref ident.Ref) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if actor.PersonID == 0 {
			return access.ErrForbidden
		}
		res, err := tx.Exec(ctx, withdrawSQL, ref.Part, ref.ID, actor.PersonID, tx.NowMS())
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return orNotFound(err)
		}
		return s.auditFields(ctx, tx, actor, "member.correction_withdraw", "correction", ref, nil)
	})
}

const (
	correctionColumns = `SELECT x.part_id, x.id, x.person_id, x.membership_id, x.state, x.note, x.at, x.closed_at, x.version FROM correction x`
	correctionSQL     = correctionColumns + ` WHERE x.part_id = $1 AND x.id = $2`
	correctionsOfSQL  = correctionColumns + ` WHERE x.person_id = $1 ORDER BY x.id DESC LIMIT $2`
	changesSQL        = `SELECT field, old, new, verdict, answer, decider, decided_at FROM correction_field
 WHERE part_id = $1 AND correction_id = $2`
)

func scanCorrection(s db.Scanner) (c Correction, err error) {
	var at, closed int64
	err = s.Scan(&c.Ref.Part, &c.Ref.ID, &c.PersonID, &c.MembershipID, &c.State, &c.Note, &at, &closed, &c.Version)
	c.At = time.UnixMilli(at).UTC()
	if closed != 0 {
		c.ClosedAt = time.UnixMilli(closed).UTC()
	}
	return c, err
}

// withChanges reads the fields of a correction and opens their values.
func (s *Service) withChanges(ctx context.Context, q db.Q, c Correction) (Correction, error) {
	list, err := db.List(ctx, q, func(row db.Scanner) (ch Change, err error) {
		var at int64
		err = row.Scan(&ch.Field, &ch.Old, &ch.New, &ch.Verdict, &ch.Answer, &ch.Decider, &at)
		if at != 0 {
			ch.DecidedAt = time.UnixMilli(at).UTC()
		}
		return ch, err
	}, changesSQL, c.Ref.Part, c.Ref.ID)
	if err != nil {
		return c, err
	}
	for _, f := range Fields() {
		for _, ch := range list {
			if ch.Field != f {
				continue
			}
			if ch.Old, err = s.Keys.Open(ch.Old, changeBinding(c.Ref.ID, f)); err != nil {
				return c, err
			}
			if ch.New, err = s.Keys.Open(ch.New, changeBinding(c.Ref.ID, f)); err != nil {
				return c, err
			}
			c.Changes = append(c.Changes, ch)
		}
	}
	return c, nil
}

// CorrectionsOf gives a person's corrections, newest first, with whole numbers. It
// checks no right: only the person's own page shows it.
func (s *Service) CorrectionsOf(ctx context.Context, q db.Q, personID int64, limit int) ([]Correction, error) {
	list, err := db.List(ctx, q, scanCorrection, correctionsOfSQL, personID, limit)
	for i := range list {
		if err == nil {
			list[i], err = s.withChanges(ctx, q, list[i])
		}
	}
	return list, err
}

// WaitingRow is a proposal that waits, for lists. It names the fields that wait and
// shows none of them.
type WaitingRow struct {
	Ref      ident.Ref
	Name     string
	PersonID int64
	Cell     org.Unit
	At       time.Time
	Fields   []string
}

// A waiting proposal lies with the open home membership of its member, which may have
// moved to another cell of the part since. $3 narrows to the fields a lead decides on.
const (
	waitingFrom = ` FROM correction x CROSS JOIN membership m CROSS JOIN org c
 WHERE x.state = 'waiting' AND m.part_id = x.part_id AND m.person_id = x.person_id AND m.kind = 'home' AND m.to_day = ''
   AND c.id = m.cell_id AND c.path >= $1 AND c.path < $2
   AND ($3 = 0 OR x.id IN (SELECT f.correction_id FROM correction_field f
     WHERE f.part_id = x.part_id AND f.verdict = '' AND f.field IN ('phone', 'other_name')))`
	waitingSQL      = `SELECT x.part_id, x.id, m.name, m.person_id, m.cell_id, x.at` + waitingFrom + ` ORDER BY x.at, x.id LIMIT $4`
	countWaitingSQL = `SELECT COUNT(*)` + waitingFrom
	openFieldsSQL   = `SELECT field FROM correction_field WHERE part_id = $1 AND correction_id = $2 AND verdict = ''`
)

// Waiting gives the proposals on which the holder of the scope of access.RegisterKeep
// decides, the oldest first.
func Waiting(ctx context.Context, q db.Q, scope access.Scope, limit int) ([]WaitingRow, error) {
	lo, hi := scope.Range()
	list, err := db.List(ctx, q, func(s db.Scanner) (w WaitingRow, err error) {
		var at int64
		err = s.Scan(&w.Ref.Part, &w.Ref.ID, &w.Name, &w.PersonID, &w.Cell.ID, &at)
		w.At = time.UnixMilli(at).UTC()
		return w, err
	}, waitingSQL, lo, hi, narrow(scope), limit)
	if err != nil {
		return nil, err
	}
	for i := range list {
		w := &list[i]
		if w.Cell, err = org.ByID(ctx, q, w.Cell.ID); err != nil {
			return nil, err
		}
		w.Fields, err = db.List(ctx, q, func(s db.Scanner) (f string, err error) { return f, s.Scan(&f) }, openFieldsSQL, w.Ref.Part, w.Ref.ID)
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// CountWaiting counts what Waiting gives without a limit.
func CountWaiting(ctx context.Context, q db.Q, scope access.Scope) (n int, err error) {
	lo, hi := scope.Range()
	err = q.QueryRow(ctx, countWaitingSQL, lo, hi, narrow(scope)).Scan(&n)
	return n, err
}

// narrow is 1 for who decides on telephone number and other name only.
func narrow(scope access.Scope) int {
	if scope.Actor().Can(access.Reveal, scope.Unit()) {
		return 0
	}
	return 1
}

// limits gives what values must be like by the rules of today in the cell.
func (s *Service) limits(cell org.Unit) Limits { return LimitsOf(s.Book.At(s.today(), cell.Path)) }
