package meeting

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/notify"
)

// A member's receipt for the papers of a meeting (rules.md 2.10). Each paper has its own:
// the plan (agenda, draft, decisions) by its version, each file by itself. That it was
// opened is noted by the program, that it was read the member says by one press. A plan
// that was changed since is a new version and asks again.

// ErrPlanChanged says that the plan was changed since the member opened it.
var ErrPlanChanged = fault.New(fault.Conflict, "meeting.err.plan_changed")

// Seen is one member's receipt for one paper.
type Seen struct {
	MembershipID int64
	PaperID      int64 // file; 0 the plan
	No           int   // version of the plan
	OpenedAt     time.Time
	ReadAt       time.Time // zero: not confirmed
}

// PlanReading is how a member stands to the plan.
type PlanReading struct {
	No      int       // version that the member has open; 0 not opened as it stands
	Read    time.Time // when this version was confirmed; zero: not
	Earlier int       // version the member confirmed before; 0 none
}

// Changed says that the member has read a version that is not in force any more.
func (p PlanReading) Changed() bool { return p.Read.IsZero() && p.Earlier > 0 }

// Receipts is what the secretary sees of the reading of a meeting's papers.
type Receipts struct {
	No    int  // latest version of the plan that somebody has opened; 0 none
	Fresh bool // the plan was changed since: nobody has opened it as it stands
	List  []Seen
}

// Of gives the receipts of a member for a paper, of the plan the latest version.
func (r Receipts) Of(membershipID, paperID int64) (s Seen, ok bool) {
	for _, x := range r.List {
		if x.MembershipID == membershipID && x.PaperID == paperID && x.No >= s.No {
			s, ok = x, true
		}
	}
	return s, ok
}

// planPrint gives a mark that changes with what members read before a meeting. Day, hour
// and place are told on their own when they change.
func planPrint(m Meeting, items []Item, decisions []Decision) string {
	type item struct {
		Title, Content string
		Minutes        int
		Speaker        int64
	}
	type decision struct {
		Title, Product string
		Assignee       int64
		Due            civil.Date
	}
	var v struct {
		Theme, Review, Direction, Praise, Shortcomings string
		Items                                          []item
		Decisions                                      []decision
	}
	v.Theme, v.Review, v.Direction, v.Praise, v.Shortcomings = m.Theme, m.Review, m.Direction, m.Praise, m.Shortcomings
	for _, it := range items {
		v.Items = append(v.Items, item{it.Title, it.Content, it.Minutes, it.SpeakerID})
	}
	for _, d := range decisions {
		v.Decisions = append(v.Decisions, decision{d.Title, d.Product, d.AssigneeID, d.Due})
	}
	text, _ := json.Marshal(v) // strings and numbers always are JSON
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// planVersion is a version of the plan that somebody has opened.
type planVersion struct {
	no    int
	print string
}

const latestPlanSQL = `SELECT no, print FROM plan_version WHERE part_id = $1 AND meeting_id = $2 ORDER BY no DESC LIMIT 1`

// latestPlan gives the last version that was opened, the zero one for none.
func latestPlan(ctx context.Context, q db.Q, ref ident.Ref) (v planVersion, err error) {
	err = q.QueryRow(ctx, latestPlanSQL, ref.Part, ref.ID).Scan(&v.no, &v.print)
	if db.NoRows(err) {
		return v, nil
	}
	return v, err
}

const insertPlanSQL = `INSERT INTO plan_version (part_id, meeting_id, no, print, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (part_id, meeting_id, no) DO NOTHING`

// planNow gives the version of the plan as it stands and numbers it when it is new. Of two
// who open it first in the same moment one numbers it.
func planNow(ctx context.Context, tx *db.Tx, h held) (int, error) {
	v, err := latestPlan(ctx, tx, h.Ref)
	if err != nil {
		return 0, err
	}
	print, err := printOf(ctx, tx, h.Meeting)
	if err != nil || v.print == print {
		return v.no, err
	}
	_, err = tx.Exec(ctx, insertPlanSQL, h.Ref.Part, h.Ref.ID, v.no+1, print, tx.NowMS())
	return v.no + 1, err
}

func printOf(ctx context.Context, q db.Q, m Meeting) (string, error) {
	items, err := itemsOf(ctx, q, m.Ref)
	if err != nil {
		return "", err
	}
	decisions, err := decisionsOf(ctx, q, m.Ref)
	return planPrint(m, items, decisions), err
}

const (
	seenPaperSQL = `INSERT INTO paper_seen (part_id, meeting_id, membership_id, paper_id, no, opened_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (part_id, meeting_id, membership_id, paper_id, no) DO NOTHING`

	readPaperSQL = `UPDATE paper_seen SET read_at = $6
 WHERE part_id = $1 AND meeting_id = $2 AND membership_id = $3 AND paper_id = $4 AND no = $5 AND read_at = 0`

	seenOfSQL = `SELECT membership_id, paper_id, no, opened_at, read_at FROM paper_seen
 WHERE part_id = $1 AND meeting_id = $2 AND (CAST($3 AS bigint) = 0 OR membership_id = $3) ORDER BY membership_id, paper_id, no`
)

func seenOf(ctx context.Context, q db.Q, ref ident.Ref, membershipID int64) ([]Seen, error) {
	return db.List(ctx, q, scanSeen, seenOfSQL, ref.Part, ref.ID, membershipID)
}

func scanSeen(s db.Scanner) (v Seen, err error) {
	var opened, read int64
	err = s.Scan(&v.MembershipID, &v.PaperID, &v.No, &opened, &read)
	v.OpenedAt, v.ReadAt = instant(opened), instant(read)
	return v, err
}

const seenBySQL = `SELECT membership_id, paper_id, no, opened_at, read_at FROM paper_seen
 WHERE part_id = $1 AND membership_id = $2 ORDER BY opened_at, paper_id, no`

// SeenBy gives a member's receipts for the papers of all meetings. It checks no right: it is
// for the member's own copy.
func SeenBy(ctx context.Context, q db.Q, membership ident.Ref) ([]Seen, error) {
	return db.List(ctx, q, scanSeen, seenBySQL, membership.Part, membership.ID)
}

// receipts says whether papers of the meeting are receipted now: they are out, and it is
// not over.
func (m Meeting) receipts() bool { return m.State == Invited || m.State == Opened }

// PlanReading says how the viewer, a member on the roll, stands to the plan that f shows.
func (s *Service) PlanReading(ctx context.Context, f Full) (p PlanReading, err error) {
	if f.Me.Row == nil || !f.receipts() {
		return p, nil
	}
	err = s.DB.Read(ctx, func(q db.Q) error {
		v, err := latestPlan(ctx, q, f.Ref)
		if err != nil {
			return err
		}
		own, err := seenOf(ctx, q, f.Ref, f.Me.MembershipID)
		for _, x := range own {
			switch {
			case x.PaperID != 0:
			case x.No == v.no && v.print == planPrint(f.Meeting, f.Items, f.Decisions):
				p.No, p.Read = x.No, x.ReadAt
			case !x.ReadAt.IsZero():
				p.Earlier = x.No
			}
		}
		return err
	})
	return p, err
}

// MarkSeen notes that the actor has opened the invitation with the plan as it stands, and
// gives the plan's version, 0 when it is not receipted. Somebody who is not on the roll
// leaves no trace.
func (s *Service) MarkSeen(ctx context.Context, actor access.Actor, ref ident.Ref) (int, error) {
	no := 0
	err := s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		no = 0
		h, err := s.enter(ctx, tx, actor, ref, mayRead)
		if err != nil {
			return err
		}
		me, err := h.membershipOf(ctx, tx, actor)
		if err != nil || me == 0 {
			return err
		}
		if _, err := tx.Exec(ctx, seenSQL, ref.Part, ref.ID, me, tx.NowMS()); err != nil {
			return err
		}
		if h.receipts() {
			if no, err = planNow(ctx, tx, h); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, seenPaperSQL, ref.Part, ref.ID, me, 0, no, tx.NowMS()); err != nil {
				return err
			}
		}
		return notify.MarkHref(ctx, tx, actor.PartID, actor.PersonID, Href(ref))
	})
	return no, err
}

// ReadPlan notes that the actor has read the version of the plan; the first time counts.
// Errors: ErrStranger when the actor is not on the roll, ErrPlanChanged when another
// version is in force, ErrState unless the papers are out and the meeting is not over.
func (s *Service) ReadPlan(ctx context.Context, actor access.Actor, ref ident.Ref, no int) error {
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayTake)
		if err != nil {
			return err
		}
		if err := h.in(Invited, Opened); err != nil {
			return err
		}
		me, err := h.membershipOf(ctx, tx, actor)
		if err != nil {
			return err
		}
		if me == 0 {
			return ErrStranger
		}
		v, err := latestPlan(ctx, tx, ref)
		if err != nil {
			return err
		}
		print, err := printOf(ctx, tx, h.Meeting)
		if err != nil {
			return err
		}
		if v.no != no || v.print != print {
			return ErrPlanChanged
		}
		if _, err := tx.Exec(ctx, seenPaperSQL, ref.Part, ref.ID, me, 0, no, tx.NowMS()); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, readPaperSQL, ref.Part, ref.ID, me, 0, no, tx.NowMS())
		return err
	})
}

// fileOpened notes that a member on the roll has opened a file of a meeting; the first
// time counts, and only until the meeting is over.
func (s *Service) fileOpened(ctx context.Context, actor access.Actor, ref ident.Ref, file int64) error {
	me := int64(0)
	err := s.DB.Read(ctx, func(q db.Q) error {
		h, err := s.load(ctx, q, ref)
		if err != nil || !h.receipts() {
			return err
		}
		if me, err = h.membershipOf(ctx, q, actor); err != nil || me == 0 {
			return err
		}
		own, err := seenOf(ctx, q, ref, me)
		if slices.ContainsFunc(own, func(x Seen) bool { return x.PaperID == file }) {
			me = 0
		}
		return err
	})
	if err != nil || me == 0 {
		return err
	}
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, seenPaperSQL, ref.Part, ref.ID, me, file, 0, tx.NowMS())
		return err
	})
}

// Receipts gives who opened and read which paper of a meeting, for who prepares it or
// keeps its roll.
func (s *Service) Receipts(ctx context.Context, f Full) (r Receipts, err error) {
	if !f.Me.Prepare && !f.Me.Clerk {
		return r, access.ErrForbidden
	}
	err = s.DB.Read(ctx, func(q db.Q) error {
		v, err := latestPlan(ctx, q, f.Ref)
		if err != nil {
			return err
		}
		r.No, r.Fresh = v.no, f.receipts() && v.no > 0 && v.print != planPrint(f.Meeting, f.Items, f.Decisions)
		r.List, err = seenOf(ctx, q, f.Ref, 0)
		return err
	})
	return r, err
}
