package admission

import (
	"context"
	"encoding/json"
	"strconv"

	"chibo/access"
	"chibo/audit"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// Plan is a unit's yearly sourcing plan and target (rules.md 4.01-4.05).
type Plan struct {
	Part     int64
	OrgID    int64
	Year     int
	Quarters [4]int // admissions up to the end of each quarter; the last is the target
	Sources  int    // people on the list at the year's end
	Text     string // how
	None     bool   // nobody is left to be admitted (4.05)
	Reason   string // why nobody was admitted for years
	NextStep string
	NextOn   civil.Date
	BaseOn   civil.Date // day of the membership that the rate is of (4.04)
	Base     int        // members on that day
	ByName   string
	Version  int // 0: no plan yet
}

// Target gives the admissions planned for the year.
func (p Plan) Target() int { return p.Quarters[3] }

// Progress is a plan with what has come of it.
type Progress struct {
	Plan
	Unit     org.Unit
	Done     [4]int     // admissions by decision up to the end of each quarter
	Quarter  int        // 1..4 now; 0 before the year, 5 after it
	Tracked  int        // on the list now
	Last     civil.Date // last admission; zero none known
	Rate     rulebook.Range
	RateRule rulebook.Rule
	Keep     int // months for which stopped dossiers are kept
	KeepRule rulebook.Rule
	Edits    bool // the reader makes the plan
}

// Percent gives admissions in percent of the base, in tenths; ok is false without a base.
func (p Progress) Percent() (tenths int, ok bool) {
	if p.Base <= 0 {
		return 0, false
	}
	return (p.Done[3]*2000/p.Base + 1) / 2, true
}

const planSQL = `SELECT p.part_id, p.org_id, p.year, p.q1, p.q2, p.q3, p.q4, p.sources, p.text, p.none, p.reason, p.next_step, p.next_on, p.base_on,
  p.base_members, p.by_name, p.version FROM admission_plan p WHERE p.part_id = $1 AND p.org_id = $2 AND p.year = $3`

func scanPlan(s db.Scanner) (p Plan, err error) {
	return p, s.Scan(&p.Part, &p.OrgID, &p.Year, &p.Quarters[0], &p.Quarters[1], &p.Quarters[2], &p.Quarters[3], &p.Sources, &p.Text, &p.None, &p.Reason,
		&p.NextStep, &p.NextOn, &p.BaseOn, &p.Base, &p.ByName, &p.Version)
}

// PlanOf gives a unit's plan of a year, one of Version 0 for none. It checks no right.
func PlanOf(ctx context.Context, q db.Q, u org.Unit, year int) (Plan, error) {
	p, err := scanPlan(q.QueryRow(ctx, planSQL, u.PartID, u.ID, year))
	if db.NoRows(err) {
		return Plan{Part: u.PartID, OrgID: u.ID, Year: year}, nil
	}
	return p, err
}

const trackedSQL = `SELECT COUNT(*) FROM org c CROSS JOIN dossier d
 WHERE c.path >= $1 AND c.path < $2 AND d.part_id = c.part_id AND d.cell_id = c.id AND d.state = 'open' AND d.joined_on = ''`

// PlanFor gives a plan with its progress to whoever sees the unit's board. Fails with
// access.ErrForbidden.
func (s *Service) PlanFor(ctx context.Context, actor access.Actor, unitID int64, year int) (p Progress, err error) {
	if p, err = s.progress(ctx, actor, unitID, year); err != nil {
		return p, err
	}
	err = s.DB.Read(ctx, func(q db.Q) error {
		scope, err := boardScope(actor.Quiet(), p.Unit)
		if err != nil {
			return err
		}
		lo, hi := scope.Range()
		return q.QueryRow(ctx, trackedSQL, lo, hi).Scan(&p.Tracked)
	})
	return p, err
}

// progress gives it without how many are tracked now.
func (s *Service) progress(ctx context.Context, actor access.Actor, unitID int64, year int) (p Progress, err error) {
	actor = actor.Quiet()
	err = s.DB.Read(ctx, func(q db.Q) error {
		u, err := s.UnitOf(ctx, q, actor, unitID)
		if err != nil {
			return err
		}
		scope, err := boardScope(actor, u)
		if err != nil {
			return err
		}
		today := civil.From(s.DB.Clock().Now())
		p.Unit, p.Edits = u, serves(actor, u)
		if p.Plan, err = PlanOf(ctx, q, u, year); err != nil {
			return err
		}
		set := s.Book.At(civil.Of(year, 1, 1), u.Path)
		p.Rate, p.RateRule = set.Range(rulebook.AdmissionTargetRate), set.Rule(rulebook.AdmissionTargetRate)
		now := s.Book.At(today, u.Path)
		p.Keep, p.KeepRule = now.Int(rulebook.AdmissionKeepMonths), now.Rule(rulebook.AdmissionKeepMonths)
		return p.read(ctx, q, scope, today)
	})
	return p, err
}

// read counts admissions by the day of the decision.
func (p *Progress) read(ctx context.Context, q db.Q, scope access.Scope, today civil.Date) error {
	from := civil.Of(p.Year, 1, 1)
	days, err := member.AdmittedDays(ctx, q, scope, from, from.AddMonths(12))
	if err != nil {
		return err
	}
	for _, d := range days {
		for i := (d.Day.MonthNum() - 1) / 3; i < 4; i++ {
			p.Done[i] += d.Count
		}
	}
	switch {
	case today.Year() > p.Year:
		p.Quarter = 5
	case today.Year() == p.Year:
		p.Quarter = (today.MonthNum()-1)/3 + 1
	}
	if p.Version == 0 && p.BaseOn.IsZero() {
		p.BaseOn = from
	}
	if p.Version == 0 { // a proposal: the members of today
		p.Base, err = member.Count(ctx, q, scope, member.Filter{Day: today})
	}
	return err
}

const putPlanSQL = `INSERT INTO admission_plan (part_id, org_id, year, q1, q2, q3, q4, sources, text, none, reason, next_step, next_on, base_on, base_members,
  by_account, by_name, at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 1)
ON CONFLICT (part_id, org_id, year) DO UPDATE SET q1 = excluded.q1, q2 = excluded.q2, q3 = excluded.q3, q4 = excluded.q4, sources = excluded.sources,
  text = excluded.text, none = excluded.none, reason = excluded.reason, next_step = excluded.next_step, next_on = excluded.next_on,
  base_on = excluded.base_on, base_members = excluded.base_members, by_account = excluded.by_account, by_name = excluded.by_name, at = excluded.at,
  version = admission_plan.version + 1 WHERE admission_plan.version = $19`

// planMost bounds the numbers of a plan, against a slip.
const planMost = 100000

// yearsAround is how far from today a plan's year may lie.
const yearsAround = 20

// PutPlan writes a unit's plan of a year. Who acts for exactly this unit may. Fields year,
// q1 to q4, sources, text, reason, next_step, next_on, base_on, base; ErrChanged.
func (s *Service) PutPlan(ctx context.Context, actor access.Actor, p Plan) error {
	tidy(&p.Text, &p.Reason, &p.NextStep)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		u, err := org.ByID(ctx, tx, p.OrgID)
		if err != nil {
			return err
		}
		if !serves(actor, u) {
			return access.ErrForbidden
		}
		if err := p.check(tx.Today()); err != nil {
			return err
		}
		had, err := PlanOf(ctx, tx, u, p.Year)
		if err != nil {
			return err
		}
		if had.Version != p.Version {
			return ErrChanged
		}
		res, err := tx.Exec(ctx, putPlanSQL, u.PartID, u.ID, p.Year, p.Quarters[0], p.Quarters[1], p.Quarters[2], p.Quarters[3], p.Sources, p.Text, p.None,
			p.Reason, p.NextStep, p.NextOn, p.BaseOn, p.Base, actor.AccountID, actor.Name, tx.NowMS(), p.Version)
		if err := one(res, err, ErrChanged); err != nil {
			return err
		}
		if err := say(ctx, tx, actor, u, had, p); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: u.PartID, Account: actor.AccountID, Action: "admission.plan", Target: "org", TargetID: u.ID, Detail: map[string]any{"year": p.Year},
		})
	})
}

func (p Plan) check(today civil.Date) error {
	var f fault.Fields
	if p.Year < today.Year()-yearsAround || p.Year > today.Year()+yearsAround {
		f.Add("year", "admission.err.year")
	}
	before := 0
	for i, n := range p.Quarters {
		field := "q" + strconv.Itoa(i+1)
		switch {
		case n < 0 || n > planMost:
			f.Add(field, "admission.err.number_most", "Most", planMost)
		case n < before:
			f.Add(field, "admission.err.quarter", "Count", before)
		}
		before = max(before, n)
	}
	if p.Sources < 0 || p.Sources > planMost {
		f.Add("sources", "admission.err.number_most", "Most", planMost)
	}
	if p.Base < 0 || p.Base > 100*planMost {
		f.Add("base", "admission.err.number_most", "Most", 100*planMost)
	}
	for _, d := range []struct {
		field string
		day   civil.Date
	}{{"next_on", p.NextOn}, {"base_on", p.BaseOn}} {
		if !d.day.IsZero() && !d.day.IsDay() {
			f.Add(d.field, "admission.err.day_partial")
		}
	}
	fits(&f, "text", p.Text, textMost)
	fits(&f, "reason", p.Reason, textMost)
	fits(&f, "next_step", p.NextStep, textMost)
	return f.Err()
}

// keepMost bounds for how many months a stopped dossier is kept, against a slip.
const keepMost = 240

// SetKeep sets for how long the dossiers that stop from now on are kept, in a unit and
// below. An officer of the committee may. Fields months, source.
func (s *Service) SetKeep(ctx context.Context, actor access.Actor, unitID int64, months int, source string) error {
	tidy(&source)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		u, err := org.ByID(ctx, tx, unitID)
		if err != nil {
			return err
		}
		if u.IsCell() || !serves(actor, u) {
			return access.ErrForbidden
		}
		var f fault.Fields
		if months < 1 || months > keepMost {
			f.Add("months", "admission.err.months", "Most", keepMost)
		}
		if source == "" {
			f.Add("source", "admission.err.source")
		}
		fits(&f, "source", source, lineMost)
		if err := f.Err(); err != nil {
			return err
		}
		value, err := json.Marshal(months)
		if err != nil {
			return err
		}
		err = s.Book.Override(ctx, tx, actor.AccountID, rulebook.Override{
			OrgID: u.ID, Key: rulebook.AdmissionKeepMonths, Value: value, ValidFrom: tx.Today(), Source: source,
		})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: u.PartID, Account: actor.AccountID, Action: "admission.keep", Target: "org", TargetID: u.ID, Detail: map[string]any{"months": months},
		})
	})
}

// Stalled is a cell that has admitted nobody for long, with the reason, the plan and the
// next step that it wrote down.
type Stalled struct {
	figure.CellName
	Plan Plan
}

// Unsaid says whether the cell has not written down why.
func (x Stalled) Unsaid() bool { return x.Plan.Reason == "" && !x.Plan.None }

// StalledIn gives the cells of a unit that have admitted nobody for the years of the rule.
func (s *Service) StalledIn(ctx context.Context, q db.Q, actor access.Actor, u org.Unit, day civil.Date) ([]Stalled, int, error) {
	scope, err := figure.ScopeOf(actor.Quiet(), u)
	if err != nil {
		return nil, 0, err
	}
	years := s.Book.At(day, u.Path).Int(rulebook.WallNoAdmissionYears)
	list, err := figure.LastAdmitted(ctx, q, scope, day.AddMonths(-12*years))
	if err != nil {
		return nil, years, err
	}
	plans, err := plansBelow(ctx, q, scope, day.Year())
	out := make([]Stalled, len(list))
	for i, c := range list {
		out[i] = Stalled{CellName: c, Plan: plans[c.ID]}
	}
	return out, years, err
}

// RefOf names a cell's plan row, for tests and pages.
func (p Plan) RefOf() ident.Ref { return ident.Ref{Part: p.Part, ID: p.OrgID} }
