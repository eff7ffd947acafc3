package meeting

import (
	"context"
	"sync"
	"time"

	"chibo/access"
	"chibo/account"
	"chibo/audit"
	"chibo/document"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/org"
	"chibo/question"
	"chibo/rulebook"
)

// Expected failures. Those of single fields are of kind Invalid with keys
// "meeting.err.*" at the field.
var (
	// ErrNotFound says that there is no such meeting.
	ErrNotFound = fault.New(fault.NotFound, "meeting.err.not_found")
	// ErrNoItem says that the agenda has no such item.
	ErrNoItem = fault.New(fault.NotFound, "meeting.err.no_item")
	// ErrNoDecision says that the draft has no such decision.
	ErrNoDecision = fault.New(fault.NotFound, "meeting.err.no_decision")
	// ErrStale says that somebody else has changed the meeting meanwhile; nothing of the
	// later change was kept. From SaveText and NoteItem it carries Other, the stored text.
	ErrStale = fault.New(fault.Conflict, "meeting.err.stale")
	// ErrState says that the meeting is not at the stage for the act; it carries State.
	ErrState = fault.New(fault.Conflict, "meeting.err.state")
	// ErrAlreadyClosed says that the meeting was closed before, also to the second of
	// two who close it.
	ErrAlreadyClosed = fault.New(fault.Conflict, "meeting.err.already_closed")
	// ErrCancelled says that the meeting was called off.
	ErrCancelled = fault.New(fault.Conflict, "meeting.err.cancelled")
	// ErrAdopted says that the text was voted on, or is being voted on.
	ErrAdopted = fault.New(fault.Conflict, "meeting.err.adopted")
	// ErrVoteOpen says that a vote is not finished.
	ErrVoteOpen = fault.New(fault.Conflict, "meeting.err.vote_open")
	// ErrNotAdopted says that decisions stand in the draft and no vote has adopted it.
	ErrNotAdopted = fault.New(fault.Conflict, "meeting.err.not_adopted")
	// ErrRollOpen says that members bound to attend were not called; it carries Count.
	ErrRollOpen = fault.New(fault.Conflict, "meeting.err.roll_open")
	// ErrStranger says that the person is not on the roll.
	ErrStranger = fault.New(fault.Forbidden, "meeting.err.stranger")
	// ErrNotIn says that the person is not in the room, so cannot leave or help others.
	ErrNotIn = fault.New(fault.Conflict, "meeting.err.not_in")
	// ErrInRoom says that the guest was in the room when a vote closed.
	ErrInRoom = fault.New(fault.Conflict, "meeting.err.in_room")
	// ErrNoContest says that nobody else noted the member's presence, so there is nothing
	// to contest.
	ErrNoContest = fault.New(fault.Conflict, "meeting.err.no_contest")
)

// Service has the use cases of meetings. DB, Book and Documents are required; the
// hooks may be nil. It is safe for use from many goroutines once filled.
type Service struct {
	DB        *db.DB
	Book      *rulebook.Book
	Documents *document.Service

	// Questions keeps what members ask, for what is put on an agenda; nil: none.
	Questions *question.Service

	// Sample marks the papers as sample data.
	Sample bool

	// ScoreFor is asked for the score of a meeting, for part IV of the resolution and the
	// sheet attached to the minutes (rules.md 2.37, 2.39). false: there is none yet.
	ScoreFor func(ctx context.Context, q db.Q, ref ident.Ref) (ScoreLine, bool, error)
	// OnClosed is told in the transaction that closes a meeting, after papers, tasks and
	// figures, with what Evidence would give. An error takes all of it back. Nobody else
	// writes meanwhile: what can wait until later belongs in a job.
	OnClosed []func(ctx context.Context, tx *db.Tx, m Meeting, e EvidenceFacts) error
	// OnSent is consulted and told in the transaction that sends a meeting up, before the
	// figures. An error refuses.
	OnSent []func(ctx context.Context, tx *db.Tx, m Meeting) error
	// OnSecretResult is told in the transaction that counts a secret vote. What it is about
	// is known by the item of the agenda. An error takes the count back.
	OnSecretResult []func(ctx context.Context, tx *db.Tx, r SecretResult) error
	// OnInvited is told in the transaction of the invitation with the persons of the
	// body: who has no account yet gets one.
	OnInvited []func(ctx context.Context, tx *db.Tx, m Meeting, personIDs []int64) error
	// Matters are the features above whose matters meetings vote on.
	Matters []Matters
	// Worded are the papers of features above whose words committees set beside the
	// meeting's own.
	Worded []Worded
	// Live is told after the commit that screens of a meeting should look again; topic is
	// Topic(ref), name one of the Live constants. It must not block.
	Live func(topic, name string)

	once  sync.Once
	wrong *account.Limiter

	onceSealed sync.Once
	sealed     *account.Limiter
}

// What has changed on a meeting's screens.
const (
	LiveState   = "state"
	LiveRoll    = "roll"
	LiveItem    = "item"
	LiveVote    = "vote"
	LiveOpinion = "opinion"
)

// Topic names a meeting for Live.
func Topic(ref ident.Ref) string { return "meeting:" + ref.String() }

// Href is the page of a meeting.
func Href(ref ident.Ref) string { return "/meetings/" + ref.String() }

func (s *Service) tell(tx *db.Tx, ref ident.Ref, name string) {
	if s.Live != nil {
		tx.OnCommit(func() { s.Live(Topic(ref), name) })
	}
}

// record writes the audit entry of an act on a meeting.
func record(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref, action string, detail map[string]any) error {
	return audit.Record(ctx, tx, audit.Entry{
		Part: ref.Part, Account: actor.AccountID, Action: "meeting." + action, Target: "meeting", TargetID: ref.ID, Detail: detail,
	})
}

// held is a meeting with what every act needs beside it.
type held struct {
	Meeting
	unit org.Unit
	set  rulebook.Set
}

// Rules gives the rules of a meeting: those of its day, for its unit.
func (s *Service) Rules(m Meeting, u org.Unit) rulebook.Set { return s.Book.At(m.Day, u.Path) }

func (s *Service) load(ctx context.Context, q db.Q, ref ident.Ref) (held, error) {
	m, err := meetingByRef(ctx, q, ref)
	if err != nil {
		return held{}, err
	}
	u, err := org.ByID(ctx, q, m.OrgID)
	if err != nil {
		return held{}, err
	}
	return held{Meeting: m, unit: u, set: s.Rules(m, u)}, nil
}

// in says whether the meeting is at one of the stages, or gives ErrState.
func (m Meeting) in(states ...string) error {
	for _, s := range states {
		if m.State == s {
			return nil
		}
	}
	return fault.New(fault.Conflict, ErrState.Key, "State", m.State)
}

// over says whether nothing but the sending may change the meeting any more.
func (m Meeting) over() bool { return m.State == Closed || m.State == Sent || m.State == Cancelled }

// wasHeld says whether the meeting was held and is closed, unlike one that was called off.
func (m Meeting) wasHeld() bool { return m.State == Closed || m.State == Sent }

// notOver refuses when the meeting is closed or was called off.
func (m Meeting) notOver() error {
	switch {
	case m.State == Cancelled:
		return ErrCancelled
	case m.over():
		return ErrAlreadyClosed
	}
	return nil
}

// The limit of wrong codes. It guards the program, it is no rule of the field.
const (
	wrongMost = 5
	wrongSpan = time.Minute
)

// guard gives the limiter of wrong codes.
func (s *Service) guard() *account.Limiter {
	s.once.Do(func() { s.wrong = account.NewLimiter(wrongMost, wrongSpan, s.DB.Clock()) })
	return s.wrong
}
