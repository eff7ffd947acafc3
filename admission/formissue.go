package admission

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"chibo/access"
	"chibo/audit"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/paper"
	"chibo/org"
	"chibo/rulebook"
)

// Who opens which paper, in words:
//
//   - Whoever reads the whole dossier prints its forms and its list, and opens the papers
//     that were issued of it; each time is noted as a reading.
//   - Who helps the person prints the form of the own comment, with the name alone.
//   - A paper with a number is issued by who acts for the unit that decided, and by nobody
//     from above or below: a resolution after the vote, a decision when it is its turn.
//   - The book of reserve members is printed by who sees names on the unit's board; that
//     it was printed is kept.
//   - Nobody else has any of them: being a member of the cell or an officer above is not
//     enough. After the retention nobody has them.

// formOwner begins the owner of papers of a dossier: "dossier:cell".
const formOwner = "dossier"

// ErrIssued says that the paper of this vote or decision was issued before.
var ErrIssued = fault.New(fault.Conflict, "admission.err.issued")

// FormView is one form of a dossier.
type FormView struct {
	View
	Paper  rulebook.AdmissionPaper
	Form   rulebook.AdmissionForm
	Number string // of the form
	Unit   org.Unit
	Rule   rulebook.Rule       // where the set of forms comes from
	Asks   []string            // what can be typed into it
	Made   []document.Document // issued before, the first one first
	Issues bool                // the actor may issue it now
	Draft  paper.Document
}

// Form fills a form from the dossier. It notes the reading. Errors: those of Open;
// ErrNotFound for a form that there is not.
func (s *Service) Form(ctx context.Context, actor access.Actor, ref ident.Ref, code string) (v FormView, err error) {
	if v.View, err = s.Open(ctx, actor, ref); err != nil {
		return v, err
	}
	err = s.DB.Read(ctx, func(q db.Q) error {
		f, facts, err := s.filled(ctx, q, v.View, code)
		if err != nil {
			return err
		}
		v.Paper, v.Form, v.Unit, v.Number, v.Rule = f.paper, f.AdmissionForm, f.unit, facts.number(), f.set.AdmissionFormsRule()
		if f.Lines > 0 {
			v.Asks = Asks(facts.Words["asks"])
		}
		made, err := s.madeOf(ctx, q, v.View)
		if err != nil {
			return err
		}
		v.Made = made[code]
		v.Issues = serves(actor.Quiet(), f.unit) && v.mayIssue(f, v.Made) == nil
		if facts.Symbol = formGap; f.Kind != "" {
			facts.Symbol += "-" + f.Kind + "/" + f.set.Suffix(f.unit.Kind)
		}
		v.Draft = ComposeForm(facts)
		return nil
	})
	return v, err
}

// filled gives a form with what it is filled with, for whoever sees as much.
func (s *Service) filled(ctx context.Context, q db.Q, v View, code string) (f form, facts FormFacts, err error) {
	if !v.Whole && code != paperHelper {
		return f, facts, access.ErrForbidden
	}
	if f, err = s.formOf(ctx, q, v, code); err != nil {
		return f, facts, err
	}
	facts, err = s.formFacts(ctx, q, v, f)
	return f, facts, err
}

// paperHelper is the form of who helps.
const paperHelper = "helper"

// mayIssue says why a paper cannot be issued now, nil when it can: a resolution or report
// follows its vote, a decision comes when it waits or was noted without a paper of here.
func (v View) mayIssue(f form, made []document.Document) error {
	switch {
	case f.Kind == "" || v.State == Stopped || v.State == Removed:
		return ErrState
	case f.leg.Done != nil:
		there := slices.ContainsFunc(v.Slots, func(s Slot) bool { return s.Code == f.Code && s.Present })
		if there || f.leg.Done.Number != "" { // its paper was written elsewhere, or here before it was noted
			return ErrIssued
		}
		for _, d := range made {
			if !d.On.Before(f.leg.Done.Day) {
				return ErrIssued
			}
		}
		return nil
	case (f.leg.Kind == KindDecision || f.leg.Kind == KindRecognition) && f.leg.Ready && v.State == Open:
		if len(made) > 0 {
			return ErrIssued
		}
		return nil
	}
	return fault.New(ErrOrder.Kind, ErrOrder.Key, "Step", v.Way.firstMissing(f.leg.Code).Title.Vi)
}

// FormIn is a form to be issued as a paper.
type FormIn struct {
	Code    string
	Answers []string // to what the form asks, in its order; empty ones become ruled lines
	Version int      // of the dossier, as it was shown
	Op      string   // id made on the device
}

// IssueForm issues a form as a paper of the unit that decided: numbered, frozen, dated on
// the day of the vote, a decision on today. The same Op again gives the paper of before.
// Errors: ErrIssued, ErrOrder, ErrState, ErrChanged, ErrNotFound; field answer-N; those of
// document.Issue.
func (s *Service) IssueForm(ctx context.Context, actor access.Actor, ref ident.Ref, in FormIn) (doc document.Document, err error) {
	v, err := s.Open(ctx, actor, ref)
	if err != nil {
		return doc, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		f, facts, err := s.filled(ctx, tx, v, in.Code)
		if err != nil {
			return err
		}
		if !serves(actor, f.unit) {
			return access.ErrForbidden
		}
		if doc, err = document.ByOp(ctx, tx, f.unit.PartID, ref.ID, in.Op); !errors.Is(err, document.ErrNotFound) {
			return err
		}
		made, err := s.madeOf(ctx, tx, v)
		if err != nil {
			return err
		}
		if err := v.mayIssue(f, made[in.Code]); err != nil {
			return err
		}
		if facts.Answers, err = answers(in, len(Asks(facts.Words["asks"]))); err != nil {
			return err
		}
		doc, err = s.issue(ctx, tx, actor, v, f, facts, in)
		return err
	})
	return doc, err
}

// issue keeps the paper and lets the dossier be changed by it, so that two cannot issue the
// same paper at once.
func (s *Service) issue(ctx context.Context, tx *db.Tx, actor access.Actor, v View, f form, facts FormFacts, in FormIn) (document.Document, error) {
	d, err := byRef(ctx, tx, v.Ref)
	if err != nil {
		return document.Document{}, err
	}
	if d.Version != v.Version || in.Version != v.Version {
		return document.Document{}, ErrChanged
	}
	t := turn{s: s, tx: tx, actor: actor, d: d, cell: v.Cell}
	if err := t.save(ctx, "form"); err != nil {
		return document.Document{}, err
	}
	if facts.Day = f.day; !facts.Day.IsDay() {
		facts.Day = tx.Today()
	}
	return s.Meetings.Documents.Issue(ctx, tx, document.IssueIn{
		Unit: f.unit, Kind: f.Kind, Subject: facts.say("subject"), Owner: formOwner + ":" + in.Code, OwnerID: v.Ref.ID, On: facts.Day, By: actor.AccountID,
		Freeze: true, Op: in.Op,
		Build: func(symbol string) (paper.Document, error) {
			facts.Symbol = symbol
			return ComposeForm(facts), nil
		},
	})
}

// answers checks what was typed into a form that asks for n things.
func answers(in FormIn, n int) ([]string, error) {
	var f fault.Fields
	out := slices.Clone(in.Answers)
	for i := range out {
		out[i] = strings.TrimSpace(strings.ReplaceAll(out[i], "\r\n", "\n"))
		fits(&f, "answer-"+string(rune('0'+i)), out[i], textMost)
	}
	return out[:min(n, len(out))], f.Err()
}

// FormFile gives a form as a file to print or to write on, without a number. Its name
// names nobody. Errors as those of Form.
func (s *Service) FormFile(ctx context.Context, actor access.Actor, ref ident.Ref, code string, format document.Format) (document.File, error) {
	v, err := s.Form(ctx, actor, ref, code)
	if err != nil {
		return document.File{}, err
	}
	return fileOf(v.Draft, v.Number, v.Today, format)
}

// fileOf draws a paper that is not kept.
func fileOf(d paper.Document, name string, day civil.Date, format document.Format) (document.File, error) {
	var b bytes.Buffer
	write := paper.PDF
	if format == document.DOCX {
		write = paper.DOCX
	}
	if err := write(&b, d); err != nil {
		return document.File{}, err
	}
	return document.File{Data: b.Bytes(), Name: document.PlainName(name) + "-" + day.String() + "." + string(format)}, nil
}

// Guard says who reads a paper that was issued of a dossier: whoever reads the dossier
// whole, as long as it names somebody.
func (s *Service) Guard(ctx context.Context, q db.Q, actor access.Actor, d document.Document) error {
	dossier, err := byID(ctx, q, d.OwnerID)
	if err != nil {
		return err
	}
	cell, err := org.ByID(ctx, q, dossier.CellID)
	if err != nil {
		return err
	}
	how, err := sees(ctx, q, actor, dossier, cell)
	if err == nil && (how != seesAll || dossier.Person.Name == "") {
		err = access.ErrForbidden
	}
	return err
}

const byIDSQL = `SELECT ` + columns + ` FROM dossier d WHERE d.id = $1`

// byID gives a dossier wherever it lies, or ErrNotFound. It checks no right.
func byID(ctx context.Context, q db.Q, id int64) (Dossier, error) {
	d, err := scan(q.QueryRow(ctx, byIDSQL, id))
	if db.NoRows(err) {
		return d, ErrNotFound
	}
	return d, err
}

// printed keeps that a list of several people was printed.
func (s *Service) printed(ctx context.Context, actor access.Actor, u org.Unit, action string, count int) error {
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, audit.Entry{
			Part: u.PartID, Account: actor.AccountID, Action: "admission." + action, Target: "unit", TargetID: u.ID, Detail: map[string]any{"count": count},
		})
	})
}
