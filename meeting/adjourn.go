package meeting

import (
	"context"
	"time"

	"chibo/access"
	"chibo/ballot"
	"chibo/document"
	"chibo/figure"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/paper"
	"chibo/notify"
	"chibo/secret"
	"chibo/task"
)

// Adjourn closes the meeting. In one transaction: attendance is fixed, the resolution
// (when one was adopted) and the minutes are issued and frozen, decisions become tasks,
// the month's figures are put, OnClosed is told, everybody gets a notice; or nothing of
// it. version is that of the meeting.
//
// Errors: ErrAlreadyClosed, also to the second of two; ErrState; ErrStale; ErrVoteOpen;
// ErrNotAdopted when decisions stand in the draft without a vote that adopted them;
// ErrRollOpen (Count); ErrGroupsOpen (Count); those of document.Issue.
func (s *Service) Adjourn(ctx context.Context, actor access.Actor, ref ident.Ref, version int) error {
	made, err := s.foresee(ctx, actor, ref, version)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.closable(ctx, tx, actor, ref, version)
		if err != nil {
			return err
		}
		return s.close(ctx, tx, actor, p, made)
	})
}

// closable gives the proceedings of a meeting that can be closed now.
func (s *Service) closable(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref, version int) (proceedings, error) {
	h, err := s.enter(ctx, q, actor, ref, mayLead)
	if err != nil {
		return proceedings{}, err
	}
	if err := h.notOver(); err != nil {
		return proceedings{}, err
	}
	if err := h.in(Opened); err != nil {
		return proceedings{}, err
	}
	if h.Version != version {
		return proceedings{}, ErrStale
	}
	p, err := s.read(ctx, q, h)
	if err != nil {
		return proceedings{}, err
	}
	if blockers := p.blockers(); len(blockers) > 0 {
		return proceedings{}, blockers[0]
	}
	return p, nil
}

// foresee draws the papers as they will be, before the transaction: on an evening many
// meetings close at the same time, and nobody else can write while one does. What came
// out otherwise in the transaction is drawn there.
func (s *Service) foresee(ctx context.Context, actor access.Actor, ref ident.Ref, version int) (document.Made, error) {
	var list []paper.Document
	err := s.DB.Read(ctx, func(q db.Q) error {
		p, err := s.closable(ctx, q, actor, ref, version)
		if err != nil {
			return err
		}
		p.State, p.ClosedAt, p.ItemID = Closed, s.DB.Clock().Now().UTC().Truncate(time.Millisecond), 0
		if err := p.askScore(ctx, q, s); err != nil {
			return err
		}
		symbol := ""
		if in, ok := s.resolutionIn(actor, p); ok {
			var content paper.Document
			if symbol, content, err = s.Documents.Foresee(ctx, q, in); err != nil {
				return err
			}
			list = append(list, content)
		}
		_, content, err := s.Documents.Foresee(ctx, q, s.minutesIn(actor, p, symbol))
		list = append(list, content)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.Documents.Draw(ctx, list...)
}

// blockers are the reasons why the meeting cannot be closed now.
func (p proceedings) blockers() []*fault.Error {
	var out []*fault.Error
	for _, v := range p.votes {
		if v.IsOpen() {
			out = append(out, ErrVoteOpen)
		}
	}
	for _, v := range p.secrets {
		if v.State == secret.StateOpen || v.State == secret.StateClosed {
			out = append(out, ErrSecretOpen)
		}
	}
	if _, ok := p.adopted(); !ok && len(p.decisions) > 0 {
		out = append(out, ErrNotAdopted)
	}
	if n := Count(p.roll).Uncalled; n > 0 {
		out = append(out, fault.New(ErrRollOpen.Kind, ErrRollOpen.Key, "Count", n))
	}
	return append(out, p.groupsOpen()...)
}

func (s *Service) close(ctx context.Context, tx *db.Tx, actor access.Actor, p proceedings, made document.Made) error {
	if err := endItems(ctx, tx, p.Ref); err != nil {
		return err
	}
	p.State, p.ClosedAt, p.ItemID = Closed, tx.Now(), 0
	if err := updateMeeting(ctx, tx, p.Meeting, 1); err != nil {
		return err
	}
	p.Version++
	if err := p.askScore(ctx, tx, s); err != nil {
		return err
	}
	if err := s.issueProtocols(ctx, tx, actor, &p); err != nil {
		return err
	}
	resolution, err := s.issue(ctx, tx, actor, p, made)
	if err != nil {
		return err
	}
	if err := p.assign(ctx, tx, actor, resolution); err != nil {
		return err
	}
	if err := s.endTurn(ctx, tx, actor, p.held, true); err != nil {
		return err
	}
	e, err := p.fullEvidence(ctx, tx, tx.Now())
	if err != nil {
		return err
	}
	if err := p.putFigures(ctx, tx, e); err != nil {
		return err
	}
	if err := p.putBalance(ctx, tx); err != nil {
		return err
	}
	for _, step := range []string{StepHold, StepPapers, StepTasks} {
		if err := StepDone(ctx, tx, p.Ref, step, tx.Today()); err != nil {
			return err
		}
	}
	for _, told := range s.OnClosed {
		if err := told(ctx, tx, p.Meeting, e); err != nil {
			return err
		}
	}
	notice := notify.Notice{Kind: "meeting.closed", Href: Href(p.Ref), Args: noticeArgs(p.Meeting, p.unit)}
	to, err := everybody(ctx, tx, p.Meeting, p.body)
	if err != nil {
		return err
	}
	if err := notify.Send(ctx, tx, notice, to...); err != nil {
		return err
	}
	s.tell(tx, p.Ref, LiveState)
	return record(ctx, tx, actor, p.Ref, "adjourn", map[string]any{"decisions": len(p.decisions), "resolution": resolution.Symbol})
}

// issue issues the resolution, when one was adopted, and the minutes; the zero Document
// stands for no resolution.
func (s *Service) issue(ctx context.Context, tx *db.Tx, actor access.Actor, p proceedings, made document.Made) (resolution document.Document, err error) {
	if in, ok := s.resolutionIn(actor, p); ok {
		in.Made = made
		if resolution, err = s.Documents.Issue(ctx, tx, in); err != nil {
			return document.Document{}, err
		}
	}
	in := s.minutesIn(actor, p, resolution.Symbol)
	in.Made = made
	_, err = s.Documents.Issue(ctx, tx, in)
	return resolution, err
}

// paperIn is what every paper of the meeting has in common.
func (p proceedings) paperIn(actor access.Actor, kind string) document.IssueIn {
	return document.IssueIn{
		Unit: p.unit, Kind: kind, Subject: p.heldFacts().Subject(), Owner: owner, OwnerID: p.Ref.ID, On: p.Day,
		By: actor.AccountID, Freeze: true,
	}
}

// resolutionIn is the resolution to be issued; false when none was adopted.
func (s *Service) resolutionIn(actor access.Actor, p proceedings) (document.IssueIn, bool) {
	vote, ok := p.adopted()
	in := p.paperIn(actor, PaperResolution)
	in.Build = func(symbol string) (paper.Document, error) {
		frame, err := p.frame(PaperResolution, s.Sample)
		frame.Symbol = symbol
		return ComposeResolution(p.resolutionFacts(frame, vote)), err
	}
	return in, ok
}

// minutesIn is the minutes to be issued.
func (s *Service) minutesIn(actor access.Actor, p proceedings, resolution string) document.IssueIn {
	in := p.paperIn(actor, PaperMinutes)
	in.Build = func(symbol string) (paper.Document, error) {
		frame, err := p.frame(PaperMinutes, s.Sample)
		frame.Symbol = symbol
		return ComposeMinutes(p.minutesFacts(frame, resolution)), err
	}
	return in
}

// assign makes tasks of the decisions (rules.md 6.04); one that carries an earlier task
// on gives that task its new day.
func (p proceedings) assign(ctx context.Context, tx *db.Tx, actor access.Actor, resolution document.Document) error {
	list := make([]task.NewTask, 0, len(p.decisions))
	to := make([]notify.To, 0, len(p.decisions))
	taskOf := make(map[int64]int64, len(p.decisions))
	fresh := make([]int64, 0, len(p.decisions)) // decisions of list
	people := make(map[int64]int64, len(p.body))
	for _, b := range p.body {
		people[b.MembershipID] = b.PersonID
	}
	for i, d := range p.decisions {
		renewed := false
		if d.TaskID != 0 {
			var err error
			renewed, err = task.Renew(ctx, tx, actor, ident.Ref{Part: p.Ref.Part, ID: d.TaskID}, d.AssigneeID, d.Due)
			if err != nil {
				return err
			}
		}
		if taskOf[d.ID] = d.TaskID; !renewed {
			fresh = append(fresh, d.ID)
			list = append(list, task.NewTask{
				SourceID: p.Ref.ID, DocumentID: resolution.Ref.ID, Seq: i + 1, Title: d.Title, Product: d.Product, AssigneeID: d.AssigneeID,
				Kind: task.Planned, StartOn: p.Day, Due: d.Due,
			})
		}
		to = append(to, notify.To{Part: p.Ref.Part, PersonID: people[d.AssigneeID]})
	}
	if len(to) == 0 {
		return nil
	}
	ids, err := task.Assign(ctx, tx, p.Ref.Part, p.OrgID, list)
	if err != nil {
		return err
	}
	for i, id := range ids {
		taskOf[fresh[i]] = id
	}
	if err := p.linkWork(ctx, tx, taskOf); err != nil {
		return err
	}
	notice := notify.Notice{Kind: "task.given", Href: "/tasks", Args: map[string]any{"Cell": p.unit.Name, "Day": p.Day}}
	return notify.Send(ctx, tx, notice, to...)
}

// putFigures tells the roll-ups what the month's meeting was.
func (p proceedings) putFigures(ctx context.Context, tx *db.Tx, e EvidenceFacts) error {
	key := p.figureKey()
	switch p.Kind {
	case Thematic:
		return figure.PutThematic(ctx, tx, key)
	case Extraordinary:
		return nil
	}
	err := figure.PutMeeting(ctx, tx, key, figure.Held{
		MetDay: p.Day, Due: e.Due, Present: e.Present, Excused: e.Excused, Unexcused: e.Unexcused, Speakers: e.Speakers,
		Minutes: e.Minutes, Agreed: e.CommitteeMet,
	})
	if err != nil {
		return err
	}
	return figure.PutTasks(ctx, tx, key, e.ReviewDue, e.ReviewDone)
}

func (m Meeting) figureKey() figure.Key {
	return figure.Key{Part: m.Ref.Part, Month: m.Month, CellID: m.OrgID}
}

// speakers counts the members who spoke in the meeting.
func (p proceedings) speakers() int {
	who := map[int64]bool{}
	for _, o := range p.opinions {
		if o.Phase == During {
			who[o.MembershipID] = true
		}
	}
	for _, t := range p.turns {
		if t.Speaks() {
			who[t.MembershipID] = true
		}
	}
	return len(who)
}

// held votes are those that were closed.
func (p proceedings) votesHeld() (n int) {
	for _, v := range p.votes {
		if v.State == ballot.StateClosed {
			n++
		}
	}
	return n
}
