package meeting

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/ballot"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/rulebook"
)

// matterMinutes is what a matter gets on the agenda, until somebody says otherwise.
const matterMinutes = 10

// ContentMembers is the content kind of items on members and on those who are on their way
// to become one.
const ContentMembers = "members"

var (
	// ErrNoMatter says that the meeting has no such matter on its agenda.
	ErrNoMatter = fault.New(fault.NotFound, "meeting.err.no_matter")
	// ErrMatterVoted says that this meeting has voted on the matter.
	ErrMatterVoted = fault.New(fault.Conflict, "meeting.err.matter_voted")
)

// Matter is what a feature above wants the meeting to decide on by a vote of its own: one
// person's admission or recognition (rules.md 4.27, 4.35).
type Matter struct {
	ID      int64  // in the feature's own table, in the meeting's part
	ItemID  int64  // on the agenda
	Subject string // as the vote is called in the minutes
	Purpose string // ballot.Admission, ballot.Recognition
	Href    string // its page
	Why     error  // why no vote can be opened on it now; nil: it can
}

// Outcome is how a vote on a matter ended, whether it was open or secret.
type Outcome struct {
	MatterID int64
	Purpose  string
	VoteID   int64
	Secret   bool
	Yes, No  int
	Base     int
	Passed   bool
	RuleKey  string // of the threshold
}

// Matters is a feature above whose matters meetings vote on, in the caller's transaction.
type Matters struct {
	// Of is asked which matters stand on the agenda, and whether they can be voted on.
	Of func(ctx context.Context, q db.Q, m Meeting) ([]Matter, error)
	// Decided is told when a vote on a matter has closed. An error takes the closing back.
	Decided func(ctx context.Context, tx *db.Tx, actor access.Actor, m Meeting, o Outcome) error
}

func (s *Service) mattersOf(ctx context.Context, q db.Q, m Meeting) ([]Matter, error) {
	var out []Matter
	for _, f := range s.Matters {
		list, err := f.Of(ctx, q, m)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	if len(out) == 0 {
		return nil, nil
	}
	votes, err := ballot.ByOwner(ctx, q, m.Ref.Part, owner, m.Ref.ID)
	if err != nil {
		return nil, err
	}
	for i, x := range out {
		if slices.ContainsFunc(votes, func(v ballot.Vote) bool { return v.MatterID == x.ID }) {
			out[i].Why = ErrMatterVoted
		}
	}
	return out, nil
}

// MattersOf gives the matters on the agenda for whoever runs the meeting; nothing to others.
func (s *Service) MattersOf(ctx context.Context, actor access.Actor, ref ident.Ref) (list []Matter, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		h, err := s.enter(ctx, q, actor.Quiet(), ref, mayClerk)
		if fault.KindOf(err) == fault.Forbidden {
			return nil
		}
		if err == nil {
			list, err = s.mattersOf(ctx, q, h.Meeting)
		}
		return err
	})
	return list, err
}

// PutMatter puts an item for a matter on the agenda, before what closes the meeting, in
// the transaction of the feature whose matter it is. The actor plans the meeting.
func (s *Service) PutMatter(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref, title string) (Meeting, int64, error) {
	h, err := s.enter(ctx, tx, actor, ref, mayPlan)
	if err != nil {
		return Meeting{}, 0, err
	}
	if err := h.notOver(); err != nil {
		return Meeting{}, 0, err
	}
	items, err := itemsOf(ctx, tx, ref)
	if err != nil {
		return Meeting{}, 0, err
	}
	closing := map[string]bool{}
	for _, it := range h.set.Agenda(h.unit.Type, templateKind(h.set, h.Meeting)).Items {
		closing[it.Code] = it.Section == "closing"
	}
	at := slices.IndexFunc(items, func(it Item) bool { return closing[it.Code] })
	if at < 0 {
		at = len(items)
	}
	for i := at; i < len(items); i++ {
		items[i].Seq = i + 2
		if err := updateItem(ctx, tx, ref, items[i]); err != nil {
			return Meeting{}, 0, err
		}
	}
	it := Item{ID: tx.ID(), Seq: at + 1, Title: title, Content: ContentMembers, Minutes: matterMinutes}
	if err := insertItems(ctx, tx, ref, []Item{it}); err != nil {
		return Meeting{}, 0, err
	}
	if err := updateMeeting(ctx, tx, h.Meeting, 1); err != nil {
		return Meeting{}, 0, err
	}
	s.tell(tx, ref, LiveItem)
	return h.Meeting, it.ID, record(ctx, tx, actor, ref, "matter.put", map[string]any{"item": it.ID})
}

// Agenda gives the items of a meeting in their order. It checks no right.
func Agenda(ctx context.Context, q db.Q, ref ident.Ref) ([]Item, error) { return itemsOf(ctx, q, ref) }

// HasItem says whether a meeting that is not over has the item on its agenda. It checks no
// right.
func HasItem(ctx context.Context, q db.Q, ref ident.Ref, itemID int64) (Meeting, bool, error) {
	m, err := meetingByRef(ctx, q, ref)
	if fault.KindOf(err) == fault.NotFound {
		return m, false, nil
	}
	if err != nil || m.over() {
		return m, false, err
	}
	items, err := itemsOf(ctx, q, ref)
	return m, slices.ContainsFunc(items, func(it Item) bool { return it.ID == itemID }), err
}

const upcomingSQL = `SELECT m.id FROM meeting m WHERE m.part_id = $1 AND m.org_id = $2 AND m.body = 'cell' AND m.state IN ('preparing', 'agreed', 'invited', 'open')
 ORDER BY m.day, m.id LIMIT $3`

// Upcoming gives the cell's own meetings on whose agenda something can still be put, the
// next one first. It checks no right.
func Upcoming(ctx context.Context, q db.Q, part, cellID int64, limit int) ([]Meeting, error) {
	ids, err := db.List(ctx, q, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, upcomingSQL, part, cellID, limit)
	if err != nil {
		return nil, err
	}
	out := make([]Meeting, len(ids))
	for i, id := range ids {
		if out[i], err = meetingByRef(ctx, q, ident.Ref{Part: part, ID: id}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// OpenMatter opens the vote on a matter of the agenda: one person at a time, by the
// threshold of its purpose. Errors: ErrNoMatter, ErrMatterVoted, what the feature says,
// those of OpenVote.
func (s *Service) OpenMatter(ctx context.Context, actor access.Actor, ref ident.Ref, matterID int64) (vote ident.Ref, err error) {
	err = s.voting(ctx, actor, ref, "vote.open", func(tx *db.Tx, h held) error {
		list, err := s.mattersOf(ctx, tx, h.Meeting)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(x Matter) bool { return x.ID == matterID })
		if i < 0 {
			return ErrNoMatter
		}
		if list[i].Why != nil {
			return list[i].Why
		}
		rule := rulebook.VoteAdmission
		if list[i].Purpose == ballot.Recognition {
			rule = rulebook.VoteRecognition
		}
		vote, err = openVote(ctx, tx, h, ballot.NewVote{Subject: list[i].Subject, Purpose: list[i].Purpose, RuleKey: rule, MatterID: matterID})
		return err
	})
	return vote, err
}

// decided tells the features above how a vote on a matter of theirs ended.
func (s *Service) decided(ctx context.Context, tx *db.Tx, actor access.Actor, m Meeting, v ballot.Vote) error {
	if v.MatterID == 0 || v.IsOpen() {
		return nil
	}
	return s.Decided(ctx, tx, actor, m, Outcome{
		MatterID: v.MatterID, Purpose: v.Purpose, VoteID: v.Ref.ID, Yes: v.Yes, No: v.No, Base: v.Base, Passed: v.Passed, RuleKey: v.RuleKey,
	})
}

// Decided tells the features above the outcome of a vote, whatever its way, in the
// transaction that closes it.
func (s *Service) Decided(ctx context.Context, tx *db.Tx, actor access.Actor, m Meeting, o Outcome) error {
	for _, f := range s.Matters {
		if err := f.Decided(ctx, tx, actor, m, o); err != nil {
			return err
		}
	}
	return nil
}
