package member

import (
	"context"
	"encoding/json"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/org"
)

// States of a proposal that a member leaves.
const (
	Proposed  = "proposed"
	Confirmed = "confirmed"
	Dropped   = "dropped"
)

// LeavingFacts are the months that lead to a removal (rules.md 5.30), as they stood when
// it was proposed.
type LeavingFacts struct {
	Skipped []civil.Month `json:"skipped,omitempty"`
	Unpaid  []civil.Month `json:"unpaid,omitempty"`
	Limit   int           `json:"limit,omitempty"`
}

// Any says whether there are facts at all.
func (f LeavingFacts) Any() bool { return len(f.Skipped) > 0 || len(f.Unpaid) > 0 }

// Leaving is a proposal that a member leaves. The cell considers and proposes, the
// competent level decides (rules.md 5.30, 5.31); what is recorded here is the decision.
type Leaving struct {
	Ref          ident.Ref
	MembershipID int64
	CellID       int64
	Kind         string // EndingRemoval and its neighbours, never a transfer
	State        string
	Facts        LeavingFacts
	Reason       string
	ProposedOn   civil.Date
	Decision     string
	DecisionOn   civil.Date
	LeftOn       civil.Date // first day outside
	Version      int

	Name, Cell string // as lists show them
}

// Membership names the membership that is to end.
func (v Leaving) Membership() ident.Ref { return ident.Ref{Part: v.Ref.Part, ID: v.MembershipID} }

const leavingColumns = `SELECT v.part_id, v.id, v.membership_id, v.cell_id, v.kind, v.state, v.facts, v.reason, v.proposed_on, v.decision,
  v.decision_on, v.left_on, v.version, COALESCE(m.name, ''), COALESCE(c.name, '')
  FROM leaving v LEFT JOIN membership m ON m.part_id = v.part_id AND m.id = v.membership_id LEFT JOIN org c ON c.id = v.cell_id`

func scanLeaving(s db.Scanner) (Leaving, error) {
	var v Leaving
	var facts string
	err := s.Scan(&v.Ref.Part, &v.Ref.ID, &v.MembershipID, &v.CellID, &v.Kind, &v.State, &facts, &v.Reason, &v.ProposedOn, &v.Decision,
		&v.DecisionOn, &v.LeftOn, &v.Version, &v.Name, &v.Cell)
	if err != nil {
		return v, err
	}
	return v, json.Unmarshal([]byte(facts), &v.Facts)
}

const leavingByIDSQL = leavingColumns + ` WHERE v.part_id = $1 AND v.id = $2`

// LeavingByID gives a proposal, or ErrNotFound. It checks no right.
func LeavingByID(ctx context.Context, q db.Q, ref ident.Ref) (Leaving, error) {
	v, err := scanLeaving(q.QueryRow(ctx, leavingByIDSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return v, ErrNotFound
	}
	return v, err
}

const proposedSQL = leavingColumns + ` WHERE c.path >= $1 AND c.path < $2 AND v.state = 'proposed' ORDER BY v.id LIMIT $3`

// Proposals gives the open proposals of the scope, the oldest first.
func Proposals(ctx context.Context, q db.Q, scope access.Scope, limit int) ([]Leaving, error) {
	lo, hi := scope.Range()
	return db.List(ctx, q, scanLeaving, proposedSQL, lo, hi, limit)
}

const leavingsOfSQL = leavingColumns + ` WHERE v.part_id = $1 AND v.membership_id = $2 ORDER BY v.id DESC`

// LeavingsOf gives the proposals about a membership, the latest first. It checks no
// right.
func LeavingsOf(ctx context.Context, q db.Q, ref ident.Ref) ([]Leaving, error) {
	return db.List(ctx, q, scanLeaving, leavingsOfSQL, ref.Part, ref.ID)
}

const insertLeavingSQL = `INSERT INTO leaving (part_id, id, membership_id, cell_id, kind, state, facts, reason, proposed_on, by_account)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

// ErrProposed says that a proposal about the member is open already.
var ErrProposed = fault.New(fault.Conflict, "member.err.proposed")

// Propose notes that the cell proposes that a member leaves: removal, resignation or
// expulsion. The months of absence and of unpaid fee go along as they stand today. A
// death is no proposal: see RecordDeath.
func (l *Life) Propose(ctx context.Context, actor access.Actor, ref ident.Ref, kind, reason string, on civil.Date) (out ident.Ref, err error) {
	reason = strings.TrimSpace(reason)
	err = l.DB.Write(ctx, func(tx *db.Tx) error {
		m, cell, err := kept(ctx, tx, actor, ref)
		if err != nil {
			return err
		}
		var f fault.Fields
		switch kind {
		case EndingRemoval, EndingResignation, EndingExpulsion:
		default:
			f.Add("kind", "member.err.leaving_kind")
		}
		if reason == "" {
			f.Add("reason", "member.err.reason_empty")
		}
		checkDay(&f, "proposed_on", on, tx.Today())
		if err := f.Err(); err != nil {
			return err
		}
		v := Leaving{MembershipID: m.ID, CellID: cell.ID, Kind: kind, Reason: reason, ProposedOn: on}
		if kind == EndingRemoval {
			if v.Facts, err = l.Facts(ctx, tx, cell, m.ID, on); err != nil {
				return err
			}
		}
		out, err = l.propose(ctx, tx, actor, m, v)
		return err
	})
	return out, err
}

func (l *Life) propose(ctx context.Context, tx *db.Tx, actor access.Actor, m Membership, v Leaving) (ident.Ref, error) {
	if err := touchPerson(ctx, tx, m.Part, m.PersonID); err != nil {
		return ident.Ref{}, err
	}
	if m.Kind != KindHome || !m.To.IsZero() {
		return ident.Ref{}, fault.New(fault.Conflict, "member.err.not_home")
	}
	before, err := LeavingsOf(ctx, tx, m.Ref())
	if err != nil {
		return ident.Ref{}, err
	}
	if len(before) > 0 && before[0].State == Proposed {
		return before[0].Ref, ErrProposed
	}
	facts, err := json.Marshal(v.Facts)
	if err != nil {
		return ident.Ref{}, err
	}
	ref := ident.Ref{Part: m.Part, ID: tx.ID()}
	if _, err := tx.Exec(ctx, insertLeavingSQL, ref.Part, ref.ID, m.ID, m.CellID, v.Kind, Proposed, string(facts), v.Reason,
		v.ProposedOn, actor.AccountID); err != nil {
		return ident.Ref{}, err
	}
	return ref, note(ctx, tx, actor, "member.leaving_propose", "leaving", ref, map[string]any{"kind": v.Kind})
}

// ConfirmIn is the decision on a proposal.
type ConfirmIn struct {
	Decision   string // number; not needed for a death
	DecisionOn civil.Date
	Day        civil.Date // first day outside
	Version    int
}

func (in *ConfirmIn) check(kind string, today civil.Date) error {
	in.Decision = strings.TrimSpace(in.Decision)
	var f fault.Fields
	if kind != EndingDeath {
		if in.Decision == "" {
			f.Add("decision", "member.err.basis_empty")
		}
		checkDay(&f, "decision_on", in.DecisionOn, today)
	}
	checkDay(&f, "day", in.Day, today)
	return f.Err()
}

// ConfirmLeaving records the decision on a proposal: the membership ends on the day
// with rights, posts and spells, and the person is nobody's member.
func (l *Life) ConfirmLeaving(ctx context.Context, actor access.Actor, ref ident.Ref, in ConfirmIn) error {
	return l.DB.Write(ctx, func(tx *db.Tx) error {
		v, m, cell, err := l.proposal(ctx, tx, actor, ref, in.Version)
		if err != nil {
			return err
		}
		if err := in.check(v.Kind, tx.Today()); err != nil {
			return err
		}
		return l.confirm(ctx, tx, actor, v, m, cell, in)
	})
}

func (l *Life) proposal(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref, version int) (v Leaving, m Membership, cell org.Unit, err error) {
	if v, err = LeavingByID(ctx, tx, ref); err != nil {
		return v, m, cell, err
	}
	if m, cell, err = kept(ctx, tx, actor, v.Membership()); err != nil {
		return v, m, cell, err
	}
	switch {
	case v.State != Proposed:
		err = fault.New(fault.Conflict, "member.err.leaving."+v.State)
	case v.Version != version:
		err = ErrChanged
	default:
		err = touchPerson(ctx, tx, m.Part, m.PersonID)
	}
	return v, m, cell, err
}

const confirmSQL = `UPDATE leaving SET state = 'confirmed', decision = $4, decision_on = $5, left_on = $6, version = version + 1
 WHERE part_id = $1 AND id = $2 AND version = $3 AND state = 'proposed'`

func (l *Life) confirm(ctx context.Context, tx *db.Tx, actor access.Actor, v Leaving, m Membership, cell org.Unit, in ConfirmIn) error {
	if err := one(tx.Exec(ctx, confirmSQL, v.Ref.Part, v.Ref.ID, v.Version, in.Decision, in.DecisionOn, in.Day)); err != nil {
		return err
	}
	if err := l.closeOthers(ctx, tx, m, in.Day, ident.Ref{}); err != nil {
		return err
	}
	if err := l.end(ctx, tx, m, in.Day, v.Kind); err != nil {
		return err
	}
	if err := l.gone(ctx, tx, m, in.Day, v.Kind); err != nil {
		return err
	}
	if err := recountCell(ctx, tx, cell); err != nil {
		return err
	}
	return note(ctx, tx, actor, "member.leaving_confirm", "leaving", v.Ref, map[string]any{"kind": v.Kind})
}

const dropSQL = `UPDATE leaving SET state = 'dropped', reason = $4, version = version + 1
 WHERE part_id = $1 AND id = $2 AND version = $3 AND state = 'proposed'`

// DropLeaving notes that nothing comes of a proposal, and why.
func (l *Life) DropLeaving(ctx context.Context, actor access.Actor, ref ident.Ref, why string, version int) error {
	return l.DB.Write(ctx, func(tx *db.Tx) error {
		v, _, _, err := l.proposal(ctx, tx, actor, ref, version)
		if err != nil {
			return err
		}
		if why = strings.TrimSpace(why); why == "" {
			return fault.Field("why", "member.err.reason_empty")
		}
		if err := one(tx.Exec(ctx, dropSQL, ref.Part, ref.ID, v.Version, v.Reason+"\n"+why)); err != nil {
			return err
		}
		return note(ctx, tx, actor, "member.leaving_drop", "leaving", ref, map[string]any{"kind": v.Kind})
	})
}

// RecordDeath ends the membership of a member who has died on the day; the day after is
// the first one outside.
func (l *Life) RecordDeath(ctx context.Context, actor access.Actor, ref ident.Ref, day civil.Date, reason string) error {
	return l.DB.Write(ctx, func(tx *db.Tx) error {
		m, cell, err := kept(ctx, tx, actor, ref)
		if err != nil {
			return err
		}
		var f fault.Fields
		checkDay(&f, "day", day, tx.Today())
		if err := f.Err(); err != nil {
			return err
		}
		v := Leaving{MembershipID: m.ID, CellID: cell.ID, Kind: EndingDeath, Reason: strings.TrimSpace(reason), ProposedOn: day, Version: 1}
		v.Ref, err = l.propose(ctx, tx, actor, m, v)
		if err != nil {
			return err
		}
		return l.confirm(ctx, tx, actor, v, m, cell, ConfirmIn{Day: day.AddDays(1)})
	})
}
