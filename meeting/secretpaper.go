package meeting

import (
	"context"
	"fmt"
	"io"
	"strings"

	"chibo/access"
	"chibo/document"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/paper"
	"chibo/rulebook"
	"chibo/secret"
)

// PreviewProtocol composes the protocol of a counted vote without a number, for who keeps
// the meeting. Errors: secret.ErrState when it is not counted.
func (s *Service) PreviewProtocol(ctx context.Context, actor access.Actor, ref ident.Ref, voteID int64) (d paper.Document, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		p, v, err := s.counted(ctx, q, actor, ref, voteID, mayClerk)
		if err != nil {
			return err
		}
		d, err = s.protocolIn(actor, p, v).Build(wordNoNumber + p.numberless(PaperCount))
		return err
	})
	return d, err
}

// IssueProtocol numbers and freezes the protocol of a counted vote; asked again it gives the
// one that there is. The cell's lead issues it. Errors: secret.ErrState; those of
// document.Issue.
func (s *Service) IssueProtocol(ctx context.Context, actor access.Actor, ref ident.Ref, voteID int64) (doc document.Document, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		p, v, err := s.counted(ctx, tx, actor, ref, voteID, mayLead)
		if err != nil {
			return err
		}
		if v.Protocol != 0 {
			doc, err = document.ByRef(ctx, tx, ident.Ref{Part: ref.Part, ID: v.Protocol})
			return err
		}
		doc, err = s.issueProtocol(ctx, tx, actor, p, v)
		return err
	})
	return doc, err
}

// counted gives a counted vote with the proceedings around it.
func (s *Service) counted(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref, voteID int64, r right) (p proceedings, v secret.Vote, err error) {
	h, err := s.enter(ctx, q, actor, ref, r)
	if err != nil {
		return p, v, err
	}
	if v, err = h.secretVote(ctx, q, voteID); err != nil {
		return p, v, err
	}
	if v.State != secret.StateCounted {
		return p, v, secret.ErrState
	}
	if v, err = secret.Get(ctx, q, v.Ref); err != nil {
		return p, v, err
	}
	p, err = s.read(ctx, q, h)
	return p, v, err
}

func (s *Service) issueProtocol(ctx context.Context, tx *db.Tx, actor access.Actor, p proceedings, v secret.Vote) (document.Document, error) {
	doc, err := s.Documents.Issue(ctx, tx, s.protocolIn(actor, p, v))
	if err != nil {
		return doc, err
	}
	if err := secret.SetProtocol(ctx, tx, v.Ref, doc.Ref.ID); err != nil {
		return doc, err
	}
	s.tell(tx, p.Ref, LiveVote)
	return doc, record(ctx, tx, actor, p.Ref, "secret.protocol", map[string]any{"vote": v.Ref.ID, "symbol": doc.Symbol})
}

// issueProtocols issues those that nobody has issued, when the meeting closes: its minutes
// name them.
func (s *Service) issueProtocols(ctx context.Context, tx *db.Tx, actor access.Actor, p *proceedings) error {
	for i, v := range p.secrets {
		if v.State != secret.StateCounted || v.Protocol != 0 {
			continue
		}
		doc, err := s.issueProtocol(ctx, tx, actor, *p, v)
		if err != nil {
			return err
		}
		p.secrets[i].Protocol, p.protocols[v.Ref.ID] = doc.Ref.ID, doc.Symbol
	}
	return nil
}

func (s *Service) protocolIn(actor access.Actor, p proceedings, v secret.Vote) document.IssueIn {
	in := p.paperIn(actor, PaperCount)
	in.Subject = flat(v.Subject)
	in.Build = func(symbol string) (paper.Document, error) {
		frame, err := p.frame(PaperCount, s.Sample)
		frame.Symbol = symbol
		return ComposeCount(p.countFacts(frame, v)), err
	}
	return in
}

// readProtocols gives the numbers of the protocols of the meeting's secret votes.
func (p *proceedings) readProtocols(ctx context.Context, q db.Q) error {
	p.protocols = map[int64]string{}
	for _, v := range p.secrets {
		if v.Protocol == 0 {
			continue
		}
		doc, err := document.ByRef(ctx, q, ident.Ref{Part: v.Ref.Part, ID: v.Protocol})
		if err != nil {
			return err
		}
		p.protocols[v.Ref.ID] = doc.Symbol
	}
	return nil
}

func (p proceedings) countFacts(frame Frame, v secret.Vote) CountFacts {
	f := CountFacts{
		Frame: frame, HeldFacts: p.heldFacts(), SecretFacts: p.secretOne(v), Seats: v.Seats, Base: v.Base, InRoom: v.Present, Sums: v.Sums(), Broken: v.Broken,
		Prints: v.Prints, Recorded: v.CountedAt,
	}
	if v.Sealed > 0 {
		f.Warrant = v.Warrant
	}
	cumulated := v.Cumulative()
	for i, o := range v.Options {
		f.Lines = append(f.Lines, CountLine{
			Title: o.Title, Votes: o.Votes, Cumulated: cumulated[i], Threshold: o.Threshold, Source: p.set.Rule(o.RuleKey).Source, Passed: o.Passed,
		})
	}
	for _, id := range v.Team {
		f.Team = append(f.Team, p.names[id])
	}
	return f
}

// secretFacts are the secret votes that came to an end, as minutes and resolution tell them.
func (p proceedings) secretFacts() []SecretFacts {
	var out []SecretFacts
	for _, v := range p.secrets {
		if v.State == secret.StateCounted || v.State == secret.StateVoid {
			out = append(out, p.secretOne(v))
		}
	}
	return out
}

// secretResults are those that were counted: a resolution tells what was decided.
func (p proceedings) secretResults() []SecretFacts {
	var out []SecretFacts
	for _, v := range p.secrets {
		if v.State == secret.StateCounted {
			out = append(out, p.secretOne(v))
		}
	}
	return out
}

func (p proceedings) secretOne(v secret.Vote) SecretFacts {
	f := SecretFacts{
		Subject: v.Subject, Ballot: v.Kind, Round: v.Round, Void: v.State == secret.StateVoid, Guarded: v.Guarded, Places: v.Seats, Protocol: p.protocols[v.Ref.ID],
	}
	var numbers []string
	for i, o := range v.Options {
		if o.Passed {
			f.Passed = append(f.Passed, o.Title)
		}
		n := v.Cumulative()[i]
		numbers = append(numbers, fmt.Sprintf("%s %d/%d (%s)", lowerUnlessName(v.Kind, o.Title), n, v.Base, percent(n, v.Base)))
	}
	if !v.Guarded {
		f.Result = strings.Join(numbers, ", ")
	}
	return f
}

// lowerUnlessName puts a title into a sentence.
func lowerUnlessName(kind, title string) string {
	if kind == secret.Candidates {
		return title
	}
	return lowerFirst(title)
}

// WriteBallots writes the paper ballots of an open vote as a PDF: as many as were given out
// or wait to be, all the same. It gives how many. The record says that and by whom they
// were printed. Errors: secret.ErrState.
func (s *Service) WriteBallots(ctx context.Context, actor access.Actor, ref ident.Ref, voteID int64, w io.Writer) (n int, err error) {
	var sheet paper.Ballot
	err = s.secretly(ctx, actor, ref, voteID, "secret.print", func(tx *db.Tx, v secret.Vote) error {
		if v.State != secret.StateOpen {
			return secret.ErrState
		}
		v, err := secret.Get(ctx, tx, v.Ref)
		if err != nil {
			return err
		}
		h, err := s.load(ctx, tx, ref)
		if err != nil {
			return err
		}
		f, err := ballotFacts(h, v, s.Sample)
		sheet, n = f.Sheet(), v.Paper+v.Waiting()
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, paper.Ballots(w, sheet, n, "vi", s.DB.Clock().Now())
}

func ballotFacts(h held, v secret.Vote, sample bool) (f BallotFacts, err error) {
	kind := PaperVoting
	if v.Kind == secret.Candidates {
		kind = PaperBallot
	}
	f = BallotFacts{
		Subject: v.Subject, Ballot: v.Kind, Round: v.Round, Seats: v.Seats, Min: v.Min, Max: v.Max, Slate: v.Slate,
		Strike: v.Kind == secret.Candidates && h.set.Text(rulebook.SecretMark) == MarkStrike,
	}
	for _, o := range v.Options {
		f.Titles = append(f.Titles, o.Title)
	}
	f.Frame, err = NewFrame(h.set, h.unit, h.unit, kind, h.Day, sample)
	return f, err
}

// MarkStrike is the value of rulebook.SecretMark by which names are struck out.
const MarkStrike = "strike"

// SecretResult is the result of a secret vote of a meeting, as the features above are told.
type SecretResult struct {
	Meeting ident.Ref
	Vote    ident.Ref
	OrgID   int64
	Body    string // BodyCell, BodyCommittee
	ItemID  int64  // of the agenda; 0 none
	Purpose string // secret.Admission, secret.Recognition, …
	Kind    string // secret.Question, …
	Round   int
	Passed  bool
	Base    int  // people the share was taken of
	Yes     int  // votes of the first option of a question; 0 of other kinds
	Guarded bool // Yes stands in the protocol only: whoever keeps it shows it nowhere
}

func resultOf(m Meeting, v secret.Vote) SecretResult {
	r := SecretResult{
		Meeting: m.Ref, Vote: v.Ref, OrgID: m.OrgID, Body: m.Body, ItemID: v.ItemID, Purpose: v.Purpose, Kind: v.Kind, Round: v.Round,
		Passed: v.Elected() > 0, Base: v.Base, Guarded: v.Guarded,
	}
	if v.Kind == secret.Question {
		r.Yes = v.Options[0].Votes
	}
	return r
}

// tellResult tells the features above what a secret vote brought.
func (s *Service) tellResult(ctx context.Context, tx *db.Tx, m Meeting, v secret.Vote) error {
	for _, told := range s.OnSecretResult {
		if err := told(ctx, tx, resultOf(m, v)); err != nil {
			return err
		}
	}
	return nil
}

// counted says whether a secret vote of the meeting has a result.
func (f Full) counted() bool {
	for _, v := range f.Secrets {
		if v.State == secret.StateCounted {
			return true
		}
	}
	return false
}
