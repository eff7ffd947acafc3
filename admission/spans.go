package admission

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/org"
	"chibo/rulebook"
)

// trailsMost is how many dossiers times are reckoned from, the newest ones; a page says so.
const trailsMost = 5000

const trailsSQL = `SELECT k.part_id, k.id, k.name, k.cell_id, k.short, k.state, k.step, k.since, k.stopped_on, s.step, s.day
  FROM (SELECT d.part_id, d.id, d.name, d.cell_id, c.short, d.state, d.step, d.since, d.stopped_on FROM org c CROSS JOIN dossier d
         WHERE c.path >= $1 AND c.path < $2 AND d.part_id = c.part_id AND d.cell_id = c.id AND (d.tracked_on >= $3 OR d.state = 'open') ORDER BY d.id DESC LIMIT $4) k
  CROSS JOIN dossier_step s
 WHERE s.part_id = k.part_id AND s.dossier_id = k.id AND s.struck_at = 0 AND s.outcome = 'passed' ORDER BY k.id DESC, k.part_id, s.id`

// trail is what of a dossier is read for times.
type trail struct {
	ref       ident.Ref
	name      string
	cellID    int64
	cell      string
	state     State
	step      string
	since     civil.Date
	stoppedOn civil.Date
	days      map[string]civil.Date // day on which each step was passed
}

func trailsOf(ctx context.Context, q db.Q, scope access.Scope, since civil.Date) (out []trail, err error) {
	lo, hi := scope.Range()
	_, err = db.List(ctx, q, func(s db.Scanner) (n struct{}, err error) {
		t, step, day := trail{days: map[string]civil.Date{}}, "", civil.Date{}
		if err := s.Scan(&t.ref.Part, &t.ref.ID, &t.name, &t.cellID, &t.cell, &t.state, &t.step, &t.since, &t.stoppedOn, &step, &day); err != nil {
			return n, err
		}
		if len(out) == 0 || out[len(out)-1].ref != t.ref {
			out = append(out, t)
		}
		out[len(out)-1].days[step] = day
		return n, nil
	}, trailsSQL, lo, hi, since, trailsMost)
	return out, err
}

// began gives from when a step could be done: the last day of those before it. A step that
// the cell has not is looked through.
func (t trail) began(steps map[string]rulebook.AdmissionStep, code string) (last civil.Date) {
	for _, need := range steps[code].Needs {
		day, done := t.days[need]
		if !done {
			day = t.began(steps, need)
		}
		if day.After(last) {
			last = day
		}
	}
	return last
}

// StepTime is how long dossiers took for a step, and how long some wait for it now.
type StepTime struct {
	Step    string
	Done    int        // that passed it
	Half    int        // days within which half of them did
	Most    int        // and nine in ten
	Waiting int        // now
	Late    int        // of them over their deadline
	Oldest  civil.Date // since when the one that waits longest does
}

// timesOf gives the times of the steps, in their order; those that nobody took or waits for
// are left out.
func timesOf(list []rulebook.AdmissionStep, trails []trail, counts []Count) (out []StepTime) {
	steps := byCode(list)
	took := map[string][]int{}
	for _, t := range trails {
		for code, day := range t.days {
			if from := t.began(steps, code); from.IsDay() && day.IsDay() && !day.Before(from) {
				took[code] = append(took[code], day.Sub(from))
			}
		}
	}
	for _, st := range list {
		x := StepTime{Step: st.Code, Done: len(took[st.Code])}
		if x.Done > 0 {
			days := took[st.Code]
			slices.Sort(days)
			x.Half, x.Most = days[(len(days)-1)/2], days[(len(days)-1)*9/10]
		}
		for _, c := range counts {
			if c.Step == st.Code {
				x.Waiting, x.Late, x.Oldest = c.Waiting, c.Late, c.Oldest
			}
		}
		if x.Done > 0 || x.Waiting > 0 {
			out = append(out, x)
		}
	}
	return out
}

func byCode(list []rulebook.AdmissionStep) map[string]rulebook.AdmissionStep {
	out := map[string]rulebook.AdmissionStep{}
	for _, st := range list {
		out[st.Code] = st
	}
	return out
}

// staysOf turns trails into the stays at each step up to the decision, and gives the open
// dossiers that wait for one.
func staysOf(list []rulebook.AdmissionStep, trails []trail, today civil.Date) (past map[string][]Stay, open []Ahead) {
	steps, past := byCode(list), map[string][]Stay{}
	for _, t := range trails {
		end, last := EndOpen, today
		if day, ok := t.days[StepDecision]; ok {
			end, last = EndDecided, day
		} else if t.state != Open {
			end, last = EndStopped, t.stoppedOn
		}
		for _, st := range list {
			if st.Part != rulebook.PartAdmission || !last.IsDay() {
				break
			}
			_, passed := t.days[st.Code]
			here := t.state == Open && t.step == st.Code
			from := t.began(steps, st.Code)
			if (passed || here || end == EndStopped && t.step == st.Code) && from.IsDay() && !last.Before(from) {
				past[st.Code] = append(past[st.Code], Stay{Days: last.Sub(from), End: end})
			}
			if st.Code == StepDecision {
				break
			}
		}
		if end == EndOpen && t.state == Open {
			open = append(open, Ahead{Step: t.step, Days: max(today.Sub(t.since), 0)})
		}
	}
	return past, open
}

// Base is a grassroots organisation in a year (rules.md 4.05).
type Base struct {
	ID       int64
	Short    string
	Admitted int
	None     bool       // it said that nobody is left to be admitted
	SaidOn   civil.Date // when it did
	SaidBy   string
}

const basesSQL = `SELECT o.id, o.short, COALESCE(p.none, FALSE), COALESCE(p.at, 0), COALESCE(p.by_name, '')
  FROM org o LEFT JOIN admission_plan p ON p.part_id = o.part_id AND p.org_id = o.id AND p.year = $3
 WHERE o.path >= $1 AND o.path < $2 AND o.valid_to = '' AND o.id = o.part_id AND o.kind IN ('grassroots', 'grassroots_cell', 'commune') ORDER BY o.path`

// basesOf gives the grassroots organisations of a scope, with how many each admitted.
func basesOf(ctx context.Context, q db.Q, scope access.Scope, year int, admitted map[int64]int) ([]Base, error) {
	lo, hi := scope.Range()
	return db.List(ctx, q, func(s db.Scanner) (b Base, err error) {
		var at int64
		err = s.Scan(&b.ID, &b.Short, &b.None, &at, &b.SaidBy)
		if b.Admitted = admitted[b.ID]; b.None {
			b.SaidOn = civil.From(instant(at))
		}
		return b, err
	}, basesSQL, lo, hi, year)
}

// The states of a grassroots organisation in a year.
const (
	BaseAdmitted = "admitted"
	BaseNone     = "none"    // nobody was, and nobody is left
	BaseNeither  = "neither" // nobody was, and it did not say so
)

// Sort gives which of the states it is in.
func (b Base) Sort() string {
	switch {
	case b.Admitted > 0:
		return BaseAdmitted
	case b.None:
		return BaseNone
	}
	return BaseNeither
}

const stillPlansSQL = `SELECT p.part_id, p.org_id, p.year, p.q1, p.q2, p.q3, p.q4, p.sources, p.text, p.none, p.reason, p.next_step, p.next_on, p.base_on,
  p.base_members, p.by_name, p.version FROM org o JOIN admission_plan p ON p.part_id = o.part_id AND p.org_id = o.id AND p.year = $3
 WHERE o.path >= $1 AND o.path < $2 AND o.kind IN ('cell', 'grassroots_cell')`

// plansBelow gives the plans of all cells of a scope in a year.
func plansBelow(ctx context.Context, q db.Q, scope access.Scope, year int) (map[int64]Plan, error) {
	lo, hi := scope.Range()
	list, err := db.List(ctx, q, scanPlan, stillPlansSQL, lo, hi, year)
	out := make(map[int64]Plan, len(list))
	for _, p := range list {
		out[p.OrgID] = p
	}
	return out, err
}

// cellsIn says whether a unit has grassroots organisations below it, so that they are told
// apart.
func cellsIn(u org.Unit) bool { return u.IsAbove() }
