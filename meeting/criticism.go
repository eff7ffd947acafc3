package meeting

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/rulebook"
)

// Who reads criticism and self-criticism, as the cell's rule says (rulebook key
// criticism.readers). Beside them read only who said it, whom it concerns, and who
// wrote it down.
const (
	ReadersRoom      = "room"      // the members who were in the room when it was written
	ReadersCommittee = "committee" // the cell committee of the day
	ReadersMembers   = "members"   // all members of the cell on the day
)

// Criticism is what a member said of another, or of himself or herself (rules.md 2.16).
// Its text goes nowhere but to its readers.
type Criticism struct {
	ID       int64
	AboutID  int64 // membership
	About    string
	SaidByID int64 // membership; the same as AboutID: self-criticism
	SaidBy   string
	Readers  string // the rule when it was written; a later rule opens nothing
	Text     string
	At       time.Time
	Own      bool // the viewer wrote it and may take it back while the meeting is open

	byAccount int64
}

// Self says whether it is self-criticism.
func (c Criticism) Self() bool { return c.AboutID == c.SaidByID }

// CriticismIn is a new entry. SaidByID 0 is the actor; another one is noted by the
// meeting secretary. AboutID 0 is who says it.
type CriticismIn struct {
	AboutID  int64
	SaidByID int64
	Text     string
	Op       string // made on the device; sent twice, kept once
}

// CriticismView is the page of a meeting's criticism as one person may see it.
type CriticismView struct {
	Full    Full
	Readers string        // the rule for what is written now
	Rule    rulebook.Rule // where it is from
	Decided bool          // by the cell itself
	Count   int           // all entries, also those that the viewer does not read
	List    []Criticism   // those that the viewer reads, in order
	Write   bool          // the viewer may write an entry now
}

const insertCriticismSQL = `INSERT INTO criticism (part_id, id, meeting_id, membership_id, said_by, readers, text, at, by_account, op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`

const criticismOpSQL = `SELECT id FROM criticism WHERE part_id = $1 AND meeting_id = $2 AND op = $3 AND by_account = $4`

// AddCriticism keeps an entry under the cell's rule of this moment and gives its id.
// Neither the audit entry nor the event names anybody. Field errors: text, about.
// ErrState unless the meeting is open; ErrStranger; ErrNotIn.
func (s *Service) AddCriticism(ctx context.Context, actor access.Actor, ref ident.Ref, in CriticismIn) (id int64, err error) {
	if in.Text = strings.TrimSpace(in.Text); in.Text == "" {
		return 0, fault.Field("text", "meeting.err.text")
	}
	if err := fit("text", in.Text, maxOpinion); err != nil {
		return 0, err
	}
	err = s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		h, row, err := s.seat(ctx, tx, actor, ref, in.SaidByID)
		if err != nil {
			return err
		}
		if err := h.in(Opened); err != nil {
			return err
		}
		if err := row.mustBeIn(ctx, tx, ref); err != nil {
			return err
		}
		if in.AboutID == 0 {
			in.AboutID = row.MembershipID
		}
		if _, err := rollOne(ctx, tx, ref, in.AboutID); err != nil {
			return fault.Field("about", "meeting.err.person")
		}
		if in.Op == "" {
			in.Op = ident.NewDevice()
		}
		if id, err = one64(ctx, tx, criticismOpSQL, ref.Part, ref.ID, in.Op, actor.AccountID); err != nil || id != 0 {
			return err
		}
		id = tx.ID()
		_, err = tx.Exec(ctx, insertCriticismSQL, ref.Part, id, ref.ID, in.AboutID, row.MembershipID, readersOf(h.set), in.Text,
			tx.NowMS(), actor.AccountID, in.Op)
		if err != nil {
			return err
		}
		s.tell(tx, ref, LiveOpinion)
		return record(ctx, tx, actor, ref, "criticism", nil)
	})
	return id, err
}

// mustBeIn gives ErrNotIn when the member is not in the room as noted so far.
func (r RollRow) mustBeIn(ctx context.Context, q db.Q, ref ident.Ref) error {
	if r.Presence == Present {
		aways, err := awaysOf(ctx, q, ref)
		if err != nil {
			return err
		}
		r.Aways = aways[r.MembershipID]
	}
	if !r.InRoom() {
		return ErrNotIn
	}
	return nil
}

// one64 reads one number, 0 when there is no row.
func one64(ctx context.Context, q db.Q, query string, args ...any) (n int64, err error) {
	if err = q.QueryRow(ctx, query, args...).Scan(&n); db.NoRows(err) {
		return 0, nil
	}
	return n, err
}

// readersOf gives the rule of the day; without one, only those in the room.
func readersOf(set rulebook.Set) string {
	if code := set.Text(rulebook.CriticismReaders); code != "" {
		return code
	}
	return ReadersRoom
}

const dropCriticismSQL = `DELETE FROM criticism WHERE part_id = $1 AND meeting_id = $2 AND id = $3 AND by_account = $4`

// RemoveCriticism takes an entry back; only who wrote it, and only while the meeting is
// open. Errors: ErrNotFound, ErrState.
func (s *Service) RemoveCriticism(ctx context.Context, actor access.Actor, ref ident.Ref, id int64) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayRead)
		if err != nil {
			return err
		}
		if err := h.in(Opened); err != nil {
			return err
		}
		res, err := tx.Exec(ctx, dropCriticismSQL, ref.Part, ref.ID, id, actor.AccountID)
		if err := one(res, err, ErrNotFound); err != nil {
			return err
		}
		s.tell(tx, ref, LiveOpinion)
		return record(ctx, tx, actor, ref, "criticism.remove", nil)
	})
}

const criticismCountSQL = `SELECT COUNT(*) FROM criticism WHERE part_id = $1 AND meeting_id = $2`

const criticismsSQL = `SELECT id, membership_id, said_by, readers, text, at, by_account FROM criticism
 WHERE part_id = $1 AND meeting_id = $2 ORDER BY id`

// Criticisms gives the entries that the actor reads, and of the others only that they
// are. Each person whose criticism somebody else looks at has the look noted (audit).
func (s *Service) Criticisms(ctx context.Context, actor access.Actor, ref ident.Ref) (v CriticismView, err error) {
	if v.Full, err = s.Get(ctx, actor, ref); err != nil {
		return v, err
	}
	err = s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		v.List = nil
		h, err := s.enter(ctx, tx, actor, ref, mayRead)
		if err != nil {
			return err
		}
		all, err := db.List(ctx, tx, func(sc db.Scanner) (c Criticism, err error) {
			var at int64
			err = sc.Scan(&c.ID, &c.AboutID, &c.SaidByID, &c.Readers, &c.Text, &at, &c.byAccount)
			c.At = instant(at)
			return c, err
		}, criticismsSQL, ref.Part, ref.ID)
		if err != nil {
			return err
		}
		who, err := s.reader(ctx, tx, actor, h)
		if err != nil {
			return err
		}
		v.Count = len(all)
		for _, c := range all {
			if !who.reads(c) {
				continue
			}
			c.About, c.SaidBy, c.Own = v.Full.Names[c.AboutID], v.Full.Names[c.SaidByID], c.byAccount == actor.AccountID
			v.List = append(v.List, c)
		}
		return v.noteReading(ctx, tx, actor)
	})
	v.Readers, v.Rule = readersOf(v.Full.Set), v.Full.Set.Rule(rulebook.CriticismReaders)
	v.Decided = v.Rule.OrgID == v.Full.OrgID
	here := v.Full.Me.Row != nil && v.Full.Me.Row.InRoom()
	v.Write = v.Full.State == Opened && (here && v.Full.Me.TakePart || v.Full.Me.Clerk)
	return v, err
}

// criticismReader is somebody who asks for the entries of a meeting.
type criticismReader struct {
	account, membership   int64
	stay                  Stay // in the room
	inCommittee, isMember bool
}

// reader says who the actor is for the entries: by the roll, the committee and the body
// of the meeting's day. Nobody is a reader by an office above.
func (s *Service) reader(ctx context.Context, q db.Q, actor access.Actor, h held) (r criticismReader, err error) {
	if !actor.Can(access.TakePart, h.unit.Access()) {
		return r, nil
	}
	r.account = actor.AccountID
	if r.membership, err = h.membershipOf(ctx, q, actor); err != nil || r.membership == 0 {
		return r, err
	}
	r.isMember = true
	row, err := rollOne(ctx, q, h.Ref, r.membership)
	if err != nil && fault.KindOf(err) != fault.Forbidden {
		return r, err
	}
	if row.Presence == Present {
		aways, err := awaysOf(ctx, q, h.Ref)
		if err != nil {
			return r, err
		}
		row.Aways = aways[row.MembershipID]
	}
	r.stay = row.Stay()
	o, err := officersOf(ctx, q, h.unit, h.Day)
	r.inCommittee = o.title(r.membership) != ""
	return r, err
}

// reads says whether the person reads an entry.
func (r criticismReader) reads(c Criticism) bool {
	if r.account != 0 && r.account == c.byAccount {
		return true
	}
	if r.membership == 0 {
		return false
	}
	if r.membership == c.AboutID || r.membership == c.SaidByID {
		return true
	}
	switch c.Readers {
	case ReadersRoom:
		return r.stay.In(c.At)
	case ReadersCommittee:
		return r.inCommittee
	case ReadersMembers:
		return r.isMember
	}
	return false
}

// noteReading notes the look for each person whom an entry that was handed out concerns.
func (v CriticismView) noteReading(ctx context.Context, tx *db.Tx, actor access.Actor) error {
	people := map[int64]int64{}
	for _, p := range v.Full.Body {
		people[p.MembershipID] = p.PersonID
	}
	rows := map[int64]int{}
	var order []int64
	for _, c := range v.List {
		id := people[c.AboutID]
		if id == 0 || id == actor.PersonID {
			continue
		}
		if rows[id] == 0 {
			order = append(order, id)
		}
		rows[id]++
	}
	g, _ := actor.By(access.TakePart, v.Full.Unit.Access())
	for _, id := range order {
		err := audit.RecordReading(ctx, tx, audit.Reading{
			Part: v.Full.Ref.Part, Account: actor.AccountID, Reader: actor.Name, PersonID: id, OrgID: v.Full.OrgID,
			What: audit.ReadCriticism, Rows: rows[id], Role: g.Role, RoleOrg: g.OrgID,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// SetReaders writes the cell's own rule on who reads criticism, from today on: for what
// is written from then. source is the decision it stands on. Field errors: readers, source.
func (s *Service) SetReaders(ctx context.Context, actor access.Actor, ref ident.Ref, readers, source string) error {
	source = strings.TrimSpace(source)
	if !slices.Contains([]string{ReadersRoom, ReadersCommittee, ReadersMembers}, readers) {
		return fault.Field("readers", "meeting.err.readers")
	}
	if source == "" {
		return fault.Field("source", "meeting.err.source")
	}
	if err := fit("source", source, maxReason); err != nil {
		return err
	}
	value, err := json.Marshal(readers)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayLead)
		if err != nil {
			return err
		}
		if err := h.notOver(); err != nil {
			return err
		}
		err = s.Book.Override(ctx, tx, actor.AccountID, rulebook.Override{
			OrgID: h.OrgID, Key: rulebook.CriticismReaders, Value: value, ValidFrom: tx.Today(), Source: source,
		})
		if err != nil {
			return err
		}
		s.tell(tx, ref, LiveOpinion)
		return record(ctx, tx, actor, ref, "criticism.readers", map[string]any{"readers": readers})
	})
}
