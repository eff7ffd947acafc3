package meeting

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/paper"
	"chibo/org"
	"chibo/rulebook"
)

// Who words papers, in words: the lead of a cell for the cell; the officers of a committee
// above for it and all below it. Whoever may read a unit sees its words.

// mayWord says whether the actor may word the papers of the unit.
func mayWord(actor access.Actor, u org.Unit) error {
	action := access.ScoreDecide
	if slices.Contains(org.CellKinds(), u.Kind) {
		action = access.Lead
	}
	_, err := access.For(actor, action, u.Access())
	return err
}

// WordingView is the standing words of a kind of paper in a unit on a day.
type WordingView struct {
	Unit     org.Unit
	Template Template
	Title    rulebook.Text // of the kind of paper
	Day      civil.Date
	Pieces   []WordingPiece
	May      bool
}

// WordingPiece is one of them.
type WordingPiece struct {
	Code string
	rulebook.Wording
	From string // name of the unit whose words they are; empty: the program's
	Own  bool   // the unit's own
}

// Wording gives the standing words of a kind of paper, for who may read the unit.
func (s *Service) Wording(ctx context.Context, actor access.Actor, unitID int64, kind string, day civil.Date) (v WordingView, err error) {
	t, _, ok := s.worded(s.Book.At(day, ""), kind)
	if !ok {
		return v, ErrNotFound
	}
	err = s.DB.Read(ctx, func(q db.Q) error {
		if v.Unit, err = org.ByID(ctx, q, unitID); err != nil {
			return err
		}
		if _, err := access.For(actor, access.CellRead, v.Unit.Access()); err != nil {
			return err
		}
		v.Template, v.Day, v.May = t, day, mayWord(actor.Quiet(), v.Unit) == nil
		set := s.Book.At(day, v.Unit.Path)
		v.Title = t.Title
		for _, c := range set.Choices("paper.names") {
			if c.Code == kind {
				v.Title = c.Title
			}
		}
		for _, code := range t.Pieces {
			p := WordingPiece{Code: code, Wording: set.Wording(t.Key(code))}
			if id := p.Rule.OrgID; id != 0 {
				u, err := org.ByID(ctx, q, id)
				if err != nil {
					return err
				}
				p.From, p.Own = u.Name, id == v.Unit.ID
			}
			v.Pieces = append(v.Pieces, p)
		}
		return nil
	})
	return v, err
}

// WordIn is new standing words for a kind of paper.
type WordIn struct {
	UnitID int64
	Kind   string
	From   civil.Date
	Texts  map[string]string // by piece; one that is as inherited becomes no words of the unit's own
	Source string            // the decision behind them
}

// Word writes the unit's own words for a kind of paper from a day on. Papers that are
// issued do not change. Field errors: from (no day, or before today), source, and each
// piece by its code.
func (s *Service) Word(ctx context.Context, actor access.Actor, in WordIn) error {
	t, _, ok := s.worded(s.Book.At(in.From, ""), in.Kind)
	if !ok && in.From.IsDay() {
		return ErrNotFound
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		u, err := org.ByID(ctx, tx, in.UnitID)
		if err != nil {
			return err
		}
		if err := mayWord(actor, u); err != nil {
			return err
		}
		var bad fault.Fields
		if !in.From.IsDay() || in.From.Before(tx.Today()) {
			bad.Add("from", "meeting.err.wording_from")
		}
		fits(&bad, "source", in.Source, maxShort)
		changes := s.rewordings(t, u, in, &bad)
		if len(changes) == 0 && len(bad) == 0 {
			bad.Add("text", "meeting.err.wording_same")
		}
		if err := bad.Err(); err != nil {
			return err
		}
		for _, o := range changes {
			if err := s.Book.Override(ctx, tx, actor.AccountID, o); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: u.PartID, Account: actor.AccountID, Action: "meeting.wording", Target: "unit", TargetID: u.ID,
			Detail: map[string]any{"kind": in.Kind, "from": in.From.String(), "pieces": len(changes)},
		})
	})
}

// rewordings gives what has to be written: the pieces that are said otherwise than now.
func (s *Service) rewordings(t Template, u org.Unit, in WordIn, bad *fault.Fields) []rulebook.Override {
	own := s.Book.At(in.From, u.Path)
	above := s.Book.At(in.From, u.Path.Parent())
	var out []rulebook.Override
	for _, code := range t.Pieces {
		text, ok := in.Texts[code]
		if text = tidyWords(text); !ok || text == own.Wording(t.Key(code)).Text {
			continue
		}
		o := rulebook.Override{OrgID: u.ID, Key: t.Key(code), ValidFrom: in.From, Source: strings.TrimSpace(in.Source)}
		if o.Source == "" {
			o.Source = u.Name
		}
		if text != above.Wording(t.Key(code)).Text {
			o.Value, _ = json.Marshal(map[string]string{"text": text}) //nolint:errchkjson // a string
		}
		for _, f := range fault.FieldsOf(s.Book.Check(o)) {
			if f.Field == "value" { // the day is checked beside
				f.Field = code
				*bad = append(*bad, f)
			}
		}
		out = append(out, o)
	}
	return out
}

func tidyWords(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }

const wordingMeetingSQL = `SELECT m.part_id, m.id FROM org o JOIN meeting m ON m.part_id = o.part_id AND m.org_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND m.body = 'cell' AND m.state IN ('closed', 'sent') AND m.kind = 'regular' AND m.day >= $3
 ORDER BY m.day DESC, m.id DESC LIMIT 1`

// sampleMonths is how far back a real meeting is looked for.
const sampleMonths = 3

// PreviewWording shows a kind of paper in the words given: of the last meeting held in the
// unit or below it that the actor may read, else of an invented one. real says which.
// Unknown fields are errors as of Word.
func (s *Service) PreviewWording(ctx context.Context, actor access.Actor, in WordIn) (d paper.Document, real bool, err error) {
	t, above, ok := s.worded(s.Book.At(in.From, ""), in.Kind)
	if !ok && in.From.IsDay() {
		return d, false, ErrNotFound
	}
	err = s.DB.Read(ctx, func(q db.Q) error {
		u, err := org.ByID(ctx, q, in.UnitID)
		if err != nil {
			return err
		}
		scope, err := access.For(actor, access.CellRead, u.Access())
		if err != nil {
			return err
		}
		if !in.From.IsDay() {
			return fault.Field("from", "meeting.err.wording_from")
		}
		var bad fault.Fields
		s.rewordings(t, u, in, &bad)
		if err := bad.Err(); err != nil {
			return err
		}
		if above != nil {
			d, err = s.previewAbove(ctx, q, above, t, u, in)
			return err
		}
		var f specimen
		if f, real, err = s.specimenOf(ctx, q, actor, scope, u, in); err != nil {
			return err
		}
		for code, text := range in.Texts {
			if w, ok := f.frame.wording[code]; ok && tidyWords(text) != "" {
				w.Text = tidyWords(text)
				f.frame.wording[code] = w
			}
		}
		d = f.compose(in.Kind)
		return nil
	})
	return d, real, err
}

// previewAbove composes an invented paper of a feature above in the words given.
func (s *Service) previewAbove(ctx context.Context, q db.Q, above *Worded, t Template, u org.Unit, in WordIn) (d paper.Document, err error) {
	upper := org.Unit{}
	if u.ParentID != 0 {
		if upper, err = org.ByID(ctx, q, u.ParentID); err != nil {
			return d, err
		}
	}
	set := s.Book.At(in.From, u.Path)
	words := t.wording(set)
	for code, text := range in.Texts {
		if w, ok := words[code]; ok && tidyWords(text) != "" {
			w.Text = tidyWords(text)
			words[code] = w
		}
	}
	if d, err = above.Preview(set, u, upper, t, words); err == nil {
		d.Watermark = wordSpecimen
	}
	return d, err
}
