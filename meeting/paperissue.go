package meeting

import (
	"context"
	"slices"
	"strings"

	"chibo/access"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/paper"
	"chibo/notify"
	"chibo/office"
	"chibo/org"
	"chibo/secret"
)

// PaperIn is a paper to be made of a meeting beside its minutes and resolution.
type PaperIn struct {
	Kind     string // PaperConclusion to PaperExtract
	Text     string // of a conclusion, notice, invitation; proposals of a report
	To       document.Addressee
	Decision int64 // of an extract: a decision, or a secret vote that was counted
	Op       string
}

// PaperOffer is a kind of paper that the meeting may have now.
type PaperOffer struct {
	Kind string
	Text string // what the program proposes to say
}

// Offers gives the kinds of paper that can be made of a meeting at its stage, with what
// the program proposes to say in them.
func (f Full) Offers() []PaperOffer {
	var out []PaperOffer
	for _, kind := range []string{PaperProgramme, PaperInvitation, PaperConclusion, PaperNotice, PaperReport, PaperExtract} {
		if _, ok := f.Set.PaperKind(f.Unit.Kind, kind); !ok {
			continue
		}
		if fitsStage(kind, f.Meeting, f.hasResolution() || f.counted()) == nil {
			out = append(out, PaperOffer{Kind: kind, Text: f.proposed(kind)})
		}
	}
	return out
}

func (f Full) hasResolution() bool {
	return slices.ContainsFunc(f.Documents, func(d document.Document) bool { return d.Kind == PaperResolution })
}

// fitsStage says whether a paper of the kind can be made of the meeting now.
func fitsStage(kind string, m Meeting, resolution bool) error {
	planned := m.State == Agreed || m.State == Invited
	ok := false
	switch kind {
	case PaperProgramme, PaperInvitation:
		ok = planned
	case PaperNotice:
		ok = planned || m.wasHeld()
	case PaperConclusion:
		ok = m.AgreedBy != 0
	case PaperReport:
		ok = m.wasHeld()
	case PaperExtract:
		ok = m.wasHeld() && resolution
	}
	if !ok {
		return fault.New(fault.Conflict, ErrState.Key, "State", m.State)
	}
	return nil
}

// proposed is what the program proposes to say in a paper of the kind, line by line.
func (f Full) proposed(kind string) string {
	var out []string
	switch {
	case kind == PaperConclusion && f.Committee != nil:
		return f.Committee.Conclusion
	case kind == PaperNotice && f.wasHeld():
		for _, d := range f.Documents {
			if d.Kind == PaperResolution {
				out = append(out, "Chi bộ đã thông qua Nghị quyết số "+d.Symbol)
			}
		}
		for _, d := range f.Decisions {
			out = append(out, flat(d.Title)+" ("+wordCommunist+f.Names[d.AssigneeID]+", hạn "+d.Due.Vi()+")")
		}
	case kind == PaperNotice:
		out = append(out, labelTime+"bắt đầu lúc "+hour(f.StartsAt)+", "+civil.From(f.StartsAt).Long(), labelPlace+flat(f.Place))
		out = append(out, labelContent+f.agenda())
	case kind == PaperInvitation:
		out = append(out, f.agenda())
	}
	return strings.Join(out, "\n")
}

// agenda names the items that are more than procedure.
func (f Full) agenda() string {
	var names []string
	for _, it := range f.Items {
		if weighs(f.Set, it.Content) {
			names = append(names, lowerFirst(flat(it.Title)))
		}
	}
	return strings.Join(names, "; ")
}

// PreviewPaper composes a paper without a number, for who prepares the meeting. Errors as
// those of IssuePaper.
func (s *Service) PreviewPaper(ctx context.Context, actor access.Actor, ref ident.Ref, in PaperIn) (d paper.Document, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		h, err := s.enter(ctx, q, actor, ref, mayPrepare)
		if err != nil {
			return err
		}
		made, err := s.make(ctx, q, actor, h, &in, civil.From(s.DB.Clock().Now()))
		if err != nil {
			return err
		}
		d, err = made(wordNoNumber + h.numberless(in.Kind))
		return err
	})
	return d, err
}

// numberless is what stands after the number: "-TB/CB".
func (h held) numberless(kind string) string {
	k, _ := h.set.PaperKind(h.unit.Kind, kind)
	return "-" + kind + "/" + k.Suffix
}

// IssuePaper signs and issues a paper of a meeting: numbered, frozen, told to those whom it
// is for. Errors: ErrState when the meeting is not at the stage for it; document.ErrKind;
// fields text, to, decision.
func (s *Service) IssuePaper(ctx context.Context, actor access.Actor, ref ident.Ref, in PaperIn) (doc document.Document, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayLead)
		if err != nil {
			return err
		}
		made, err := s.make(ctx, tx, actor, h, &in, tx.Today())
		if err != nil {
			return err
		}
		issue := document.IssueIn{
			Unit: h.unit, Kind: in.Kind, Owner: owner, OwnerID: ref.ID, On: tx.Today(), By: actor.AccountID, Build: made, Freeze: true, Op: in.Op,
		}
		if d, err := made(""); err == nil {
			issue.Subject = d.Subject
		}
		if in.Kind == PaperExtract {
			issue.To = []document.Addressee{in.To}
		}
		if doc, err = s.Documents.Issue(ctx, tx, issue); err != nil {
			return err
		}
		if doc.IssuedAt != tx.Now() { // sent a second time: all of it was done before
			return nil
		}
		if err := s.tellPaper(ctx, tx, h, in, doc); err != nil {
			return err
		}
		s.tell(tx, ref, LiveState)
		return record(ctx, tx, actor, ref, "paper", map[string]any{"kind": in.Kind, "symbol": doc.Symbol})
	})
	return doc, err
}

// make checks what was typed and gives the composition, waiting for its number.
func (s *Service) make(ctx context.Context, q db.Q, actor access.Actor, h held, in *PaperIn, day civil.Date) (func(string) (paper.Document, error), error) {
	p, err := s.read(ctx, q, h)
	if err != nil {
		return nil, err
	}
	if err := p.askScore(ctx, q, s); err != nil {
		return nil, err
	}
	docs, err := document.ByOwner(ctx, q, h.Ref.Part, owner, h.Ref.ID)
	if err != nil {
		return nil, err
	}
	f := PaperFacts{
		HeldFacts: p.heldFacts(), Starts: h.StartsAt, Over: h.wasHeld(), Tasks: p.taskFacts(), Decisions: p.decisionFacts(), Score: p.graded(),
	}
	for _, d := range docs {
		if d.Kind == PaperResolution {
			f.Resolution = d.Symbol
		}
	}
	if err := fitsStage(in.Kind, h.Meeting, f.Resolution != "" || len(p.secretResults()) > 0); err != nil {
		return nil, err
	}
	if err := p.checkPaper(ctx, q, in, &f); err != nil {
		return nil, err
	}
	if v, ok := p.adopted(); ok {
		facts := p.voteFacts(v)
		f.Vote = &facts
	}
	f.Items = p.minutesFacts(Frame{}, "").Items
	if f.Committee, err = committeeFacts(ctx, q, h.Meeting); err != nil {
		return nil, err
	}
	if f.Signer, err = p.signer(ctx, q, actor); err != nil {
		return nil, err
	}
	set := s.Book.At(day, h.unit.Path)
	if f.Frame, err = NewFrame(set, h.unit, p.upper, in.Kind, day, s.Sample); err != nil {
		return nil, err
	}
	f.Text, f.To = in.Text, in.To.Name
	return func(symbol string) (paper.Document, error) {
		f.Symbol = symbol
		return ComposePaper(in.Kind, f), nil
	}, nil
}

// signer is who issues the paper, else the chair.
func (p proceedings) signer(ctx context.Context, q db.Q, actor access.Actor) (PersonFacts, error) {
	me, err := p.membershipOf(ctx, q, actor)
	if err != nil {
		return PersonFacts{}, err
	}
	if p.o.title(me) == "" {
		me = p.ChairID
	}
	return p.o.person(p.set, me, p.names[me]), nil
}

func (p proceedings) checkPaper(ctx context.Context, q db.Q, in *PaperIn, f *PaperFacts) error {
	var bad fault.Fields
	in.Text = strings.TrimSpace(in.Text)
	fits(&bad, "text", in.Text, maxLong)
	if in.Text == "" && (in.Kind == PaperConclusion || in.Kind == PaperNotice) {
		bad.Add("text", "meeting.err.paper_text")
	}
	if in.Kind == PaperInvitation || in.Kind == PaperExtract {
		if err := p.addressee(ctx, q, &in.To, &bad); err != nil {
			return err
		}
	}
	if in.Kind == PaperExtract {
		i := slices.IndexFunc(p.decisions, func(d Decision) bool { return d.ID == in.Decision })
		j := slices.IndexFunc(p.secrets, func(v secret.Vote) bool { return v.Ref.ID == in.Decision && v.State == secret.StateCounted })
		switch {
		case i >= 0:
			f.Decisions = f.Decisions[i : i+1]
		case j >= 0:
			one := p.secretOne(p.secrets[j])
			f.Secret = &one
		default:
			bad.Add("decision", "meeting.err.paper_decision")
		}
	}
	return bad.Err()
}

// addressee checks for whom the paper is and names it as papers do.
func (p proceedings) addressee(ctx context.Context, q db.Q, to *document.Addressee, bad *fault.Fields) error {
	to.Name = flat(to.Name)
	switch to.Kind {
	case document.ToPerson:
		for _, b := range p.body {
			if b.PersonID == to.PersonID {
				to.Name = wordCommunist + b.Name
				return nil
			}
		}
		bad.Add("member", "meeting.err.person")
	case document.ToUnit:
		units, err := Neighbours(ctx, q, p.unit)
		if err != nil {
			return err
		}
		for _, u := range units {
			if u.ID == to.UnitID {
				to.Name = CommitteeName(u.Name)
				return nil
			}
		}
		bad.Add("unit", "meeting.err.paper_unit")
	default:
		to.Kind = document.ToText
		if to.Name == "" {
			bad.Add("to", "meeting.err.paper_to")
		}
		fits(bad, "to", to.Name, maxShort)
	}
	return nil
}

const neighboursSQL = `SELECT id, name FROM org
 WHERE (id = $1 OR parent_id = $1) AND id <> $2 AND valid_to = '' ORDER BY path LIMIT 300`

// Neighbours gives the units that a cell's extract may be for: the one above and those
// below it. Names of units are no secret inside the organisation.
func Neighbours(ctx context.Context, q db.Q, u org.Unit) ([]org.Unit, error) {
	return db.List(ctx, q, func(s db.Scanner) (n org.Unit, err error) { return n, s.Scan(&n.ID, &n.Name) }, neighboursSQL, u.ParentID, u.ID)
}

func committeeFacts(ctx context.Context, q db.Q, m Meeting) (CommitteeFacts, error) {
	if m.AgreedBy == 0 {
		return CommitteeFacts{}, nil
	}
	c, err := meetingByRef(ctx, q, ident.Ref{Part: m.Ref.Part, ID: m.AgreedBy})
	if err != nil {
		return CommitteeFacts{}, err
	}
	rows, err := rollRows(ctx, q, c.Ref)
	f := CommitteeFacts{Held: c.OpenedAt, Place: c.Place, All: len(rows)}
	for _, r := range rows {
		if r.Presence == Present {
			f.Present++
		}
	}
	return f, err
}

// tellPaper tells those whom a paper is for.
func (s *Service) tellPaper(ctx context.Context, tx *db.Tx, h held, in PaperIn, doc document.Document) (err error) {
	var to []notify.To
	switch {
	case in.Kind == PaperExtract && in.To.Kind == document.ToPerson:
		to, err = addReceiver(ctx, tx, nil, in.To.PersonID, h.Ref.Part)
	case in.Kind == PaperExtract && in.To.Kind == document.ToUnit:
		to, err = holdersOf(ctx, tx, in.To.UnitID)
	case in.Kind == PaperReport && h.unit.ParentID != 0:
		to, err = holdersOf(ctx, tx, h.unit.ParentID)
	case slices.Contains(h.set.PaperReadKinds(), in.Kind):
		body, err := bodyOf(ctx, tx, h.Meeting)
		if err != nil {
			return err
		}
		if to, err = everybody(ctx, tx, h.Meeting, body); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	return notify.Send(ctx, tx, notify.Notice{
		Kind: "meeting.paper", Href: "/documents/" + doc.Ref.String(), Args: map[string]any{"Cell": h.unit.Name, "Symbol": doc.Symbol, "Subject": flat(doc.Subject)},
	}, to...)
}

// holdersOf gives who holds a post in a unit.
func holdersOf(ctx context.Context, tx *db.Tx, unitID int64) (to []notify.To, err error) {
	u, err := org.ByID(ctx, tx, unitID)
	if err != nil {
		return nil, err
	}
	list, err := office.Holders(ctx, tx, u.PartID, u.ID, tx.Today())
	if err != nil {
		return nil, err
	}
	for _, o := range list {
		if to, err = addReceiver(ctx, tx, to, o.PersonID, u.PartID); err != nil {
			return nil, err
		}
	}
	return to, nil
}
