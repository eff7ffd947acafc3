package meeting

import (
	"context"
	"time"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
	"chibo/task"
)

// EvidenceFacts are the countable facts of one meeting from which a score is
// proposed (rules.md 3.05, table A). Days and counts are of the meeting's own records.
type EvidenceFacts struct {
	Org   org.Unit
	Month civil.Month
	Day   civil.Date
	Kind  string
	State string

	Minutes         int // from opening to closing, or to now while it is open
	RequiredMinutes int // rulebook, by kind and day (rules.md 2.03)

	Due, Present, Excused, Unexcused int // see Attendance
	MaxExcusedRun                    int // most excused absences of one member in a row that reach into this meeting, within the year (rules.md 2.23)

	CommitteeMet      bool       // rules.md 2.08
	InvitedOn         civil.Date // zero: not invited
	DocsDaysBefore    int        // days between the draft's publication and the meeting; -1 none (rules.md 2.10)
	HasFollower       bool       // a member of the committee above follows the cell
	HasFollowerNotice bool       // and was told (rules.md 2.09)

	Drafted               bool // direction or decisions are written
	ItemsDone, ItemsTotal int  // items begun, items of the agenda
	ItemsNoted            int  // items with a note of what came out
	FeeAnnounced          bool
	ContentMinutes        map[string]int // minutes spent by kind of content
	Speakers, Officials   int            // members who spoke in the meeting; official members on the roll
	Praised, Shortcomings bool
	VotesHeld             int // closed votes
	ConclusionWritten     bool
	DecisionsCount        int

	ReviewDue, ReviewDone int // tasks of the last resolution: reviewed here, and fulfilled
	Sent                  bool
	SentLate              int // days after the deadline (rules.md 2.20)
}

// Evidence gathers the facts of a meeting. q may be the caller's transaction: an open
// meeting is measured up to its instant, or up to now in a read. It checks no right: the
// caller does.
func (s *Service) Evidence(ctx context.Context, q db.Q, ref ident.Ref) (EvidenceFacts, error) {
	h, err := s.load(ctx, q, ref)
	if err != nil {
		return EvidenceFacts{}, err
	}
	p, err := s.read(ctx, q, h)
	if err != nil {
		return EvidenceFacts{}, err
	}
	now := s.DB.Clock().Now()
	if tx, ok := q.(*db.Tx); ok {
		now = tx.Now()
	}
	return p.fullEvidence(ctx, q, now)
}

// fullEvidence adds to what the proceedings say what lies outside of them.
func (p proceedings) fullEvidence(ctx context.Context, q db.Q, now time.Time) (e EvidenceFacts, err error) {
	e = p.evidence(now)
	if e.MaxExcusedRun, err = excusedRun(ctx, q, p.Meeting); err != nil {
		return e, err
	}
	_, err = office.HolderOf(ctx, q, p.Ref.Part, p.OrgID, office.Follower, p.Day)
	switch {
	case err == nil:
		e.HasFollower, e.HasFollowerNotice = true, !p.InvitedAt.IsZero()
	case fault.KindOf(err) != fault.NotFound:
		return e, err
	}
	e.ReviewDue, e.ReviewDone, err = task.FulfilledOf(ctx, q, p.Ref.Part, p.Ref.ID)
	return e, err
}

func (p proceedings) evidence(now time.Time) EvidenceFacts {
	a := Count(p.roll)
	e := EvidenceFacts{
		Org: p.unit, Month: p.Month, Day: p.Day, Kind: p.Kind, State: p.State, RequiredMinutes: required(p.set, p.Meeting, p.pair),
		Due: a.Due, Present: a.Present, Excused: a.Excused, Unexcused: a.Unexcused, Officials: a.Officials,
		CommitteeMet: p.AgreedBy != 0, DocsDaysBefore: -1, ItemsTotal: len(p.items), ContentMinutes: map[string]int{},
		Speakers: p.speakers(), Praised: p.Praise != "" || len(p.named(Praise)) > 0, Shortcomings: p.Shortcomings != "" || len(p.named(Remind)) > 0, VotesHeld: p.votesHeld(),
		ConclusionWritten: p.Conclusion != "", DecisionsCount: len(p.decisions), FeeAnnounced: p.FeePaid >= 0,
		Drafted: p.Direction != "" || len(p.decisions) > 0,
	}
	e.Minutes = lasted(p.Meeting, p.sessions, now)
	if !p.InvitedAt.IsZero() {
		e.InvitedOn = civil.From(p.InvitedAt)
		if e.Drafted {
			e.DocsDaysBefore = p.Day.Sub(e.InvitedOn)
		}
	}
	for _, it := range p.items {
		if !it.StartedAt.IsZero() {
			e.ItemsDone++
			e.ContentMinutes[it.Content] += it.Spent(now)
		}
		if it.Note != "" {
			e.ItemsNoted++
		}
	}
	if !p.SentAt.IsZero() {
		e.Sent, e.SentLate = true, lateDays(p.set, p.Day, civil.From(p.SentAt))
	}
	return e
}

// RequiredMinutes gives the prescribed length of a regular meeting in minutes (rules.md 2.03); 0
// when no rule was in force.
func RequiredMinutes(set rulebook.Set) int { return set.Int(rulebook.MeetingMinMinutesRegular) }
