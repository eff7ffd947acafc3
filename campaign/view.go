package campaign

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
	"chibo/rulebook"
)

// Listed is a unit's page of campaigns.
type Listed struct {
	Unit  org.Unit
	Set   rulebook.Set
	Day   civil.Date
	Own   []Progress // of the unit, the running ones first
	Above []Taking   // running ones of those above, in which the unit takes part
	Keep  bool
	Kinds []KindBelow // that may take part in a new one; filled for Keep
}

// Progress is a campaign with how far each step is.
type Progress struct {
	Campaign
	Counted bool    // the reader sees figures
	Counts  []Count // of each step
}

// List gives a unit's campaigns to whoever reads there or below.
func (s *Service) List(ctx context.Context, actor access.Actor, orgID int64) (v Listed, err error) {
	v.Day = civil.From(s.DB.Clock().Now())
	err = s.DB.Read(ctx, func(q db.Q) error {
		if v.Unit, err = org.ByID(ctx, q, orgID); err != nil {
			return err
		}
		if !mayOpen(actor, v.Unit.Path) {
			return access.ErrForbidden
		}
		v.Set, v.Keep = s.Book.At(v.Day, v.Unit.Path), MayKeep(actor.Quiet(), v.Unit)
		if v.Keep {
			if v.Kinds, err = kindsBelow(ctx, q, actor.Quiet(), v.Set, v.Unit, v.Day); err != nil {
				return err
			}
		}
		own, err := db.List(ctx, q, scan, ownSQL, orgID)
		if err != nil {
			return err
		}
		for _, c := range own {
			if err := c.readSteps(ctx, q); err != nil {
				return err
			}
			p := Progress{Campaign: c}
			if scope, err := scopeIn(actor.Quiet(), v.Unit, nil); err == nil {
				p.Counted = true
				if p.Counts, err = c.counts(ctx, q, scope); err != nil {
					return err
				}
			}
			v.Own = append(v.Own, p)
		}
		if mayRead(actor.Quiet(), v.Unit) {
			v.Above, err = openFor(ctx, q, v.Unit)
		}
		return err
	})
	return v, err
}

func (c Campaign) counts(ctx context.Context, q db.Q, scope access.Scope) (out []Count, err error) {
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return nil, err
	}
	for _, st := range c.Steps {
		n, err := c.count(ctx, q, span, st)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// Shown is one campaign as its page shows it.
type Shown struct {
	Campaign
	Owning  org.Unit
	Set     rulebook.Set
	Day     civil.Date
	Keep    bool
	Under   org.Unit // whose units are counted; zero: the reader sees no figures
	Counts  []Count  // of each step
	Unit    org.Unit // a unit that takes part, whose reports are shown; zero: none
	Reports map[int64]Told
	May     bool // the reader reports for Unit
	Decide  bool // the reader accepts reports of Unit
}

// Told is a report with its trail and the number of its files.
type Told struct {
	Report
	Words []Word
	Files int
}

// Show gives a campaign to whoever reads at its committee or below. unit is the unit from
// which it is looked at: one that takes part shows its reports to who reads them, one above
// narrows the counts; 0 is the committee, or the reader's own part.
func (s *Service) Show(ctx context.Context, actor access.Actor, id, unit int64) (v Shown, err error) {
	v.Day = civil.From(s.DB.Clock().Now())
	err = s.DB.Read(ctx, func(q db.Q) error {
		if v.Campaign, err = byID(ctx, q, id); err != nil {
			return err
		}
		if !mayOpen(actor, v.path) {
			return access.ErrForbidden
		}
		if v.Owning, err = org.ByID(ctx, q, v.OrgID); err != nil {
			return err
		}
		v.Set, v.Keep = s.Book.At(v.Day, v.path), MayKeep(actor.Quiet(), v.Owning)
		var asked *org.Unit
		if unit != 0 {
			u, err := org.ByID(ctx, q, unit)
			if err != nil {
				return err
			}
			if !v.path.Contains(u.Path) || !actor.Can(access.CellRead, u.Access()) {
				return access.ErrForbidden
			}
			asked = &u
			if err := s.showUnit(ctx, q, actor, &v, u); err != nil {
				return err
			}
		}
		if asked != nil && asked.IsCell() {
			return nil
		}
		scope, err := scopeIn(actor.Quiet(), v.Owning, asked)
		if err != nil {
			return nil //nolint:nilerr // who sees no figures sees the campaign without
		}
		if v.Under, err = org.ByID(ctx, q, scope.Unit().ID); err != nil {
			return err
		}
		if asked == nil && v.Under.IsCell() && v.MeantFor(v.Under) { // who leads a cell comes to report
			own := v.Under
			v.Under = org.Unit{}
			return s.showUnit(ctx, q, actor, &v, own)
		}
		v.Counts, err = v.counts(ctx, q, scope)
		return err
	})
	return v, err
}

func (s *Service) showUnit(ctx context.Context, q db.Q, actor access.Actor, v *Shown, u org.Unit) error {
	if !v.MeantFor(u) || !mayRead(actor, u) {
		return nil
	}
	v.Unit, v.Reports = u, map[int64]Told{}
	v.May = v.Running() && MayReport(actor.Quiet(), u)
	v.Decide = mayDecide(actor.Quiet(), v.path, u)
	list, err := db.List(ctx, q, scanReport, reportsOfSQL, u.PartID, v.ID, u.ID)
	if err != nil {
		return err
	}
	for _, r := range list {
		t := Told{Report: r}
		if t.Words, err = words(ctx, q, r.Ref); err != nil {
			return err
		}
		if s.Files != nil {
			if t.Files, err = s.Files(ctx, q, r.Ref); err != nil {
				return err
			}
		}
		v.Reports[r.Step] = t
	}
	return nil
}

// StepList is the list behind a number of a step.
type StepList struct {
	Campaign
	At     Step
	Owning org.Unit
	Under  org.Unit
	Day    civil.Date
	Tab    string
	Count  Count
	Parts  []PartCount // where there are very many units: those right below
	Units  []UnitLine  // else, one page
	Next   string      // cursor of the next page; "" no more
}

// unitsOf is how many units a page has.
const unitsOf = 100

// manyUnits is from how many units on the units right below are shown instead.
const manyUnits = 1000

// StepUnits gives the units of a step by tab, under a unit or in the reader's own part.
func (s *Service) StepUnits(ctx context.Context, actor access.Actor, id, step, unit int64, tab, after string) (v StepList, err error) {
	v.Day, v.Tab = civil.From(s.DB.Clock().Now()), tab
	err = s.DB.Read(ctx, func(q db.Q) error {
		if v.Campaign, err = byID(ctx, q, id); err != nil {
			return err
		}
		var ok bool
		if v.At, ok = v.Campaign.Step(step); !ok {
			return ErrNotFound
		}
		if v.Owning, err = org.ByID(ctx, q, v.OrgID); err != nil {
			return err
		}
		var asked *org.Unit
		if unit != 0 {
			u, err := org.ByID(ctx, q, unit)
			if err != nil {
				return err
			}
			asked = &u
		}
		scope, err := scopeIn(actor, v.Owning, asked)
		if err != nil {
			return err
		}
		if v.Under, err = org.ByID(ctx, q, scope.Unit().ID); err != nil {
			return err
		}
		return v.read(ctx, q, scope, after)
	})
	return v, err
}

func (v *StepList) read(ctx context.Context, q db.Q, scope access.Scope, after string) error {
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return err
	}
	if v.Count, err = v.count(ctx, q, span, v.At); err != nil {
		return err
	}
	if v.Count.Of >= manyUnits && v.Under.IsAbove() && v.Tab != TabWaiting {
		v.Parts, err = v.parts(ctx, q, scope, v.Under.ID, v.At)
		return err
	}
	v.Units, err = v.units(ctx, q, span.Lo, span.Hi, v.At, v.Tab, after, unitsOf+1)
	if len(v.Units) > unitsOf {
		v.Units = v.Units[:unitsOf]
		v.Next = v.Units[unitsOf-1].Cursor
	}
	return err
}
