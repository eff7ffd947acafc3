package meeting

import (
	"context"
	"slices"
	"time"

	"chibo/access"
	"chibo/ballot"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
	"chibo/secret"
	"chibo/task"
)

// Full is a meeting with everything its pages show.
type Full struct {
	Meeting
	Unit  org.Unit
	Upper org.Unit     // zero: none
	Set   rulebook.Set // of the meeting's day

	// Hidden says that the plan is not out yet and the viewer does not prepare it: items,
	// texts and decisions are left out.
	Hidden bool

	// Kept says which unit keeps a kind of records from the viewer, by kind
	// (access.KeptOpinions and its neighbours); what is kept is left out.
	Kept map[string]access.Keeper

	Steps      []Step
	Items      []Item
	Roll       []RollRow       // by name; before the invitation the body with nothing noted
	Guests     []Guest         // in the order of their coming
	Visitors   []office.Holder // of the committee above, whose name may be chosen; for who keeps the roll
	Rooms      map[int64]Room  // who was in the room, by vote
	Trail      []Trail         // of presences noted by somebody else: all for who keeps the roll, else the viewer's own
	Attendance Attendance
	Opinions   []Opinion       // in the order they came
	Sealed     []SealedOpinion // without names, in no order; for members of the cell
	Decisions  []Decision
	Tasks      []task.ReviewRow // the table that looks back
	Votes      []VoteView
	Secrets    []secret.Vote // secret votes: turnout and result, never a choice
	Documents  []document.Document
	Committee  *CommitteeView // that agreed the plan; nil not yet
	Score      *ScoreLine     // nil: none yet

	Body     []member.OnDay
	Names    map[int64]string // by membership
	Titles   map[int64]string // office title by membership: office.Secretary, …
	Officers []office.Holder  // secretary, deputy, committee on the day
	Follower string           // of the committee above; empty: nobody
	Speakers int              // members who spoke in the meeting
	Critical int              // entries of criticism and self-criticism: their number is all that leaves their page
	Silent   []RollRow        // present members who have not spoken in it
	Planned  int              // minutes of all items
	Required int              // minutes prescribed; of one that follows another, what the two still need together
	Pair     *Pair            // the other meeting of the same evening; nil: it stands alone
	Sessions []Session        // of a meeting by group
	Online   map[int64]string // who takes part over the network, and how that is known
	Duty     PlanQuarter      // of the quarter of today, for the thematic duty
	Changes  []Change         // of the day, since it was announced
	Deadline civil.Date       // last day to send in time
	Late     int              // days late: when it was sent, or till now when it was not
	Blockers []*fault.Error   // why it cannot be closed now; while it is open
	Warnings []Warning        // what the rules would have and is not so; never stops anything
	Hints    []Warning        // questions to the chair; for who keeps or leads the open meeting
	Speeches []Speech         // who speaks, who waits in order, who spoke
	Mentions []Mention        // praise and reminders by name
	Pens     map[string]Pen   // who writes which text now, by field
	Me       Me
	Now      time.Time
}

// Me is the viewer.
type Me struct {
	MembershipID int64    // 0: not a member of this cell on the day
	Row          *RollRow // nil: not on the roll
	Prepare      bool     // may change the plan
	Clerk        bool     // may keep roll, notes, votes
	Lead         bool     // may convene, open, close, send
	TakePart     bool
	Decide       bool // decides scores: an officer of a committee above
}

// VoteView is a vote with the viewer's seat and the reserved opinions.
type VoteView struct {
	ballot.Vote
	Mine     *ballot.Seat // nil: not in the electorate
	Reserved []ballot.ReservedOpinion
}

// CommitteeView is the committee's meeting that agreed the plan (rules.md 2.08).
type CommitteeView struct {
	Ref          ident.Ref
	Day          civil.Date
	StartsAt     time.Time
	Place        string
	Conclusion   string
	Present, All int
	PresentNames []string
	Items        []Item // what the committee went through, from its template
}

// WarnNoScore says that the cell has not settled the score of the meeting, which then
// stands in neither paper (rules.md 2.37, 2.39).
const WarnNoScore = "meeting.warn.no_score"

// Warning is a remark on a meeting by translation key.
type Warning struct {
	Key  string
	Args map[string]any
}

// Get gives a meeting with all that its pages show, as the actor may see it.
func (s *Service) Get(ctx context.Context, actor access.Actor, ref ident.Ref) (Full, error) {
	var f Full
	err := s.DB.Read(ctx, func(q db.Q) error {
		h, err := s.enter(ctx, q, actor, ref, mayRead)
		if err != nil {
			return err
		}
		kept, err := keptFrom(ctx, q, actor, h.unit)
		if err != nil {
			return err
		}
		p, err := s.read(ctx, q, h)
		if err != nil {
			return err
		}
		if err := p.askScore(ctx, q, s); err != nil {
			return err
		}
		f = p.full(s.DB.Clock().Now())
		f.Kept = kept
		if err := f.readMe(ctx, q, actor); err != nil {
			return err
		}
		for _, v := range p.secrets {
			f.Secrets = append(f.Secrets, v.Outside())
		}
		if err := f.readVotes(ctx, q, p); err != nil {
			return err
		}
		if err := f.readRest(ctx, q, s); err != nil {
			return err
		}
		if err := f.readSpeakers(ctx, q, actor); err != nil {
			return err
		}
		return f.readHints(ctx, q)
	})
	if err != nil {
		return Full{}, err
	}
	f.hide()
	return f, nil
}

func (p proceedings) full(now time.Time) Full {
	f := Full{
		Meeting: p.Meeting, Unit: p.unit, Upper: p.upper, Set: p.set, Items: p.items, Roll: p.roll, Attendance: Count(p.roll),
		Opinions: p.opinions, Mentions: p.mentions, Decisions: p.decisions, Tasks: p.review, Score: p.score, Body: p.body, Names: p.names,
		Titles: map[int64]string{}, Officers: p.o.list, Speakers: p.speakers(), Required: required(p.set, p.Meeting, p.pair), Pair: p.pair,
		Sessions: p.sessions, Online: p.online,
		Deadline: Deadline(p.set, p.Day), Now: now, Guests: p.guests, Rooms: p.rooms, Trail: p.trail,
	}
	for _, h := range p.o.list {
		if f.Titles[h.MembershipID] == "" {
			f.Titles[h.MembershipID] = h.Title
		}
	}
	for i, m := range f.Mentions {
		f.Mentions[i].Name = p.names[m.MembershipID]
	}
	spoke := map[int64]bool{}
	for i, o := range f.Opinions {
		f.Opinions[i].Name = p.names[o.MembershipID]
		if o.Phase == During {
			spoke[o.MembershipID] = true
		}
	}
	for _, r := range f.Roll {
		if r.Presence == Present && !spoke[r.MembershipID] {
			f.Silent = append(f.Silent, r)
		}
	}
	for _, it := range f.Items {
		f.Planned += it.Minutes
	}
	switch {
	case !p.SentAt.IsZero():
		f.Late = lateDays(p.set, p.Day, civil.From(p.SentAt))
	case p.State == Closed:
		f.Late = lateDays(p.set, p.Day, civil.From(now))
	}
	if p.State == Opened {
		f.Blockers = p.blockers()
	}
	f.Warnings = p.warnings(f)
	return f
}

// warnings are remarks that never stop anything (rules.md 2.26).
func (p proceedings) warnings(f Full) []Warning {
	var out []Warning
	switch {
	case p.over() || len(p.items) == 0 || f.Planned >= f.Required:
	case p.AfterID != 0:
		out = append(out, Warning{"meeting.warn.short_pair", map[string]any{
			"Planned": f.Planned + p.pair.Minutes, "Required": f.Required + p.pair.Minutes,
		}})
	default:
		out = append(out, Warning{"meeting.warn.short", map[string]any{"Planned": f.Planned, "Required": f.Required}})
	}
	if p.State != Opened {
		return out
	}
	a := f.Attendance
	quorum := rulebook.MeetingQuorumWarning
	if p.Kind == Congress {
		quorum = rulebook.CongressQuorum
	}
	if q := p.set.Ratio(quorum); a.Due > 0 && q.Den > 0 && !q.Passes(a.Present, a.Due) {
		out = append(out, Warning{"meeting.warn.quorum", map[string]any{"Present": a.Present, "Due": a.Due, "Needed": q.Needed(a.Due)}})
	}
	unjudged := 0
	for _, r := range p.review {
		if r.Result == "" {
			unjudged++
		}
	}
	if unjudged > 0 {
		out = append(out, Warning{"meeting.warn.unjudged", map[string]any{"Count": unjudged}})
	}
	kind, _ := p.set.MeetingKind(p.Kind)
	if _, ok := p.adopted(); !ok && kind.Resolves {
		out = append(out, Warning{"meeting.warn.no_resolution", nil})
	}
	if p.Conclusion == "" {
		out = append(out, Warning{"meeting.warn.no_conclusion", nil})
	}
	sheet := p.set.Sheet(p.Kind)
	if p.scores && sheet.Complete && sheet.Code != "" && (p.score == nil || !p.score.Settled) {
		out = append(out, Warning{WarnNoScore, nil})
	}
	return out
}

func (f *Full) readMe(ctx context.Context, q db.Q, actor access.Actor) (err error) {
	u := f.Unit.Access()
	offered := actor.Quiet()
	f.Me = Me{
		Prepare: offered.Can(access.Prepare, u), Clerk: offered.Can(access.Clerk, u), Lead: offered.Can(access.Lead, u),
		TakePart: offered.Can(access.TakePart, u), Decide: offered.Can(access.ScoreDecide, u),
	}
	if f.Me.MembershipID, err = f.membershipOf(ctx, q, actor); err != nil {
		return err
	}
	if f.Me.MembershipID != 0 && f.Me.MembershipID == f.ClerkID && f.Me.TakePart {
		f.Me.Clerk = true
	}
	for i, r := range f.Roll {
		if r.MembershipID == f.Me.MembershipID && r.MembershipID != 0 {
			f.Me.Row = &f.Roll[i]
		}
	}
	if !f.Me.Clerk {
		f.Trail = slices.DeleteFunc(f.Trail, func(t Trail) bool { return t.MembershipID != f.Me.MembershipID || t.MembershipID == 0 })
	} else if !f.over() {
		if f.Visitors, err = visitors(ctx, q, f.Meeting, f.Upper); err != nil {
			return err
		}
	}
	for i, o := range f.Opinions {
		f.Opinions[i].Own = o.byAccount != 0 && o.byAccount == actor.AccountID && o.MembershipID == f.Me.MembershipID
	}
	return nil
}

func (f *Full) readVotes(ctx context.Context, q db.Q, p proceedings) error {
	for _, v := range p.votes {
		view := VoteView{Vote: v, Reserved: p.reserved[v.Ref.ID]}
		if f.Me.MembershipID != 0 {
			seat, err := ballot.SeatOf(ctx, q, v.Ref, f.Me.MembershipID)
			switch {
			case err == nil:
				view.Mine = &seat
			case fault.KindOf(err) != fault.Forbidden:
				return err
			}
		}
		f.Votes = append(f.Votes, view)
	}
	return f.readSealed(ctx, q)
}

// readSpeakers reads what is said by whom beside the opinions, and who writes.
func (f *Full) readSpeakers(ctx context.Context, q db.Q, actor access.Actor) (err error) {
	if f.Speeches, err = speechesOf(ctx, q, f.Ref); err != nil {
		return err
	}
	for i, p := range f.Speeches {
		f.Speeches[i].Name = f.Names[p.MembershipID]
	}
	return f.readPens(ctx, q, actor)
}

func (f *Full) readRest(ctx context.Context, q db.Q, s *Service) (err error) {
	if err := q.QueryRow(ctx, criticismCountSQL, f.Ref.Part, f.Ref.ID).Scan(&f.Critical); err != nil {
		return err
	}
	if f.Steps, err = stepsOf(ctx, q, f.Ref); err != nil {
		return err
	}
	f.Steps = inPathOrder(f.Set, f.Steps)
	if f.Me.Prepare || f.Me.Decide {
		if f.Duty, err = s.Duty(ctx, q, f.Unit, civil.From(f.Now)); err != nil {
			return err
		}
	}
	if f.Changes, err = changesOf(ctx, q, f.Ref); err != nil {
		return err
	}
	if f.Documents, err = document.ByOwner(ctx, q, f.Ref.Part, owner, f.Ref.ID); err != nil {
		return err
	}
	follower, err := office.HolderOf(ctx, q, f.Ref.Part, f.OrgID, office.Follower, f.Day)
	switch {
	case err == nil:
		f.Follower = follower.Name
	case fault.KindOf(err) != fault.NotFound:
		return err
	}
	return f.readCommittee(ctx, q)
}

// inPathOrder puts steps in the order of the month path; two may have the same day.
func inPathOrder(set rulebook.Set, steps []Step) []Step {
	out := make([]Step, 0, len(steps))
	for _, p := range set.MonthPath() {
		for _, st := range steps {
			if st.Step == p.Code {
				out = append(out, st)
			}
		}
	}
	return out
}

func (f *Full) readCommittee(ctx context.Context, q db.Q) error {
	if f.AgreedBy == 0 {
		return nil
	}
	c, err := meetingByRef(ctx, q, ident.Ref{Part: f.Ref.Part, ID: f.AgreedBy})
	if err != nil {
		return err
	}
	rows, err := rollRows(ctx, q, c.Ref)
	if err != nil {
		return err
	}
	items, err := itemsOf(ctx, q, c.Ref)
	if err != nil {
		return err
	}
	f.Committee = &CommitteeView{Items: items, Ref: c.Ref, Day: c.Day, StartsAt: c.StartsAt, Place: c.Place, Conclusion: c.Conclusion, All: len(rows)}
	for _, r := range rows {
		if r.Presence == Present {
			f.Committee.Present++
			f.Committee.PresentNames = append(f.Committee.PresentNames, f.Names[r.MembershipID])
		}
	}
	return nil
}

// keptFrom gives what is kept from the actor in the unit, by kind.
func keptFrom(ctx context.Context, q db.Q, actor access.Actor, unit org.Unit) (map[string]access.Keeper, error) {
	out := map[string]access.Keeper{}
	for _, kind := range []string{access.KeptOpinions, access.KeptDrafts, access.KeptTasks} {
		by, kept, err := access.KeptFrom(ctx, q, actor, access.CellRead, unit.Access(), kind)
		if err != nil {
			return nil, err
		}
		if kept {
			out[kind] = by
		}
	}
	return out, nil
}

// hideKept takes out what the cell keeps from the viewer.
func (f *Full) hideKept() {
	if f.Keeps(access.KeptOpinions) {
		f.Opinions = slices.DeleteFunc(f.Opinions, func(o Opinion) bool { return o.Phase == Before })
	}
	if f.Keeps(access.KeptTasks) {
		f.Tasks = nil
	}
	if f.Keeps(access.KeptDrafts) {
		f.Decisions, f.Mentions = nil, nil
		f.Review, f.Direction, f.Praise, f.Shortcomings, f.Conclusion = "", "", "", "", ""
	}
}

// Keeps says whether records of the kind are kept from the viewer. Drafts are, until
// the meeting is over: then they are its papers.
func (f Full) Keeps(kind string) bool {
	_, kept := f.Kept[kind]
	return kept && (kind != access.KeptDrafts || (f.State != Closed && f.State != Sent))
}

// hide takes out the plan before it is handed out, for those who do not prepare it.
func (f *Full) hide() {
	f.hideKept()
	if f.Me.Row == nil && !f.Me.Prepare && !f.Me.Clerk {
		f.Room = "" // for those who take part
	}
	if f.Me.Prepare || (f.State != Preparing && f.State != Agreed) {
		return
	}
	f.Hidden = true
	f.Items, f.Decisions, f.Tasks, f.Opinions, f.Mentions = nil, nil, nil, nil, nil
	f.Review, f.Direction, f.Praise, f.Shortcomings, f.Conclusion = "", "", "", "", ""
}
