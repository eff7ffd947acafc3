package admission

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/org"
	"chibo/rulebook"
)

// trailsMost is how many dossiers times are reckoned from, the newest ones; a page says so.
const trailsMost = 5000

// trailsSQL gives each dossier in one row, with the steps it passed and their days in one
// text: thousands of dossiers are read for a page.
const trailsSQL = `SELECT k.part_id, k.id, k.state, k.step, k.since, k.stopped_on,
  COALESCE((SELECT string_agg(s.step || ' ' || s.day || ' ' || s.id, ',') FROM dossier_step s
     WHERE s.part_id = k.part_id AND s.dossier_id = k.id AND s.struck_at = 0 AND s.outcome = 'passed'), '')
  FROM (SELECT d.part_id, d.id, d.state, d.step, d.since, d.stopped_on FROM org c CROSS JOIN dossier d
         WHERE c.path >= $1 AND c.path < $2 AND d.part_id = c.part_id AND d.cell_id = c.id AND (d.tracked_on >= $3 OR d.state = 'open') ORDER BY d.id DESC LIMIT $4) k
 ORDER BY k.id DESC, k.part_id`

// trail is what of a dossier is read for times.
type trail struct {
	ref       ident.Ref
	state     State
	step      string
	since     civil.Date
	stoppedOn civil.Date
	days      []civil.Date // day on which each step was passed, by its place; zero: not passed
	began     []civil.Date // from when each could be done: the last day of those before it
}

// stair is the steps of the way by their place.
type stair struct {
	list  []rulebook.AdmissionStep
	at    map[string]int
	needs [][]int
	order []int // each after those it needs
}

func stairOf(list []rulebook.AdmissionStep) stair {
	st := stair{list: list, at: map[string]int{}, needs: make([][]int, len(list))}
	for i, x := range list {
		st.at[x.Code] = i
	}
	seen := make([]bool, len(list))
	var visit func(i int)
	visit = func(i int) {
		if seen[i] {
			return
		}
		seen[i] = true
		for _, need := range list[i].Needs {
			if n, ok := st.at[need]; ok {
				st.needs[i] = append(st.needs[i], n)
				visit(n)
			}
		}
		st.order = append(st.order, i)
	}
	for i := range list {
		visit(i)
	}
	return st
}

// place gives the place of a step, -1 for none.
func (st stair) place(code string) int {
	if i, ok := st.at[code]; ok {
		return i
	}
	return -1
}

// trailsOf gives the newest dossiers that passed a step at all.
func (st stair) trailsOf(ctx context.Context, q db.Q, scope access.Scope, since civil.Date) ([]trail, error) {
	lo, hi := scope.Range()
	all, err := db.List(ctx, q, func(s db.Scanner) (t trail, err error) {
		var passed string
		if err := s.Scan(&t.ref.Part, &t.ref.ID, &t.state, &t.step, &t.since, &t.stoppedOn, &passed); err != nil || passed == "" {
			return t, err
		}
		return t, st.read(&t, passed)
	}, trailsSQL, lo, hi, since, trailsMost)
	return slices.DeleteFunc(all, func(t trail) bool { return t.days == nil }), err
}

// read takes the days of the steps apart. Of a step that was passed twice the later line
// holds. A step that the cell has not is looked through.
func (st stair) read(t *trail, passed string) error {
	t.days, t.began = make([]civil.Date, len(st.list)), make([]civil.Date, len(st.list))
	last := make([]int64, len(st.list))
	for line := range strings.SplitSeq(passed, ",") {
		code, rest, _ := strings.Cut(line, " ")
		day, number, _ := strings.Cut(rest, " ")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return err
		}
		i := st.place(code)
		if i < 0 || id < last[i] {
			continue
		}
		last[i] = id
		if t.days[i], err = civil.Parse(day); err != nil {
			return err
		}
	}
	for _, i := range st.order {
		for _, n := range st.needs[i] {
			day := t.days[n]
			if day.IsZero() {
				day = t.began[n]
			}
			if day.After(t.began[i]) {
				t.began[i] = day
			}
		}
	}
	return nil
}

// took gives the days that a step took; ok is false when it was not passed, or its days are
// not known.
func (t trail) took(i int) (days int, ok bool) {
	if i < 0 || !t.days[i].IsDay() || !t.began[i].IsDay() || t.days[i].Before(t.began[i]) {
		return 0, false
	}
	return t.days[i].Sub(t.began[i]), true
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
func (st stair) timesOf(trails []trail, counts []Count) (out []StepTime) {
	for i, step := range st.list {
		var days []int
		for _, t := range trails {
			if n, ok := t.took(i); ok {
				days = append(days, n)
			}
		}
		x := StepTime{Step: step.Code, Done: len(days)}
		if x.Done > 0 {
			slices.Sort(days)
			x.Half, x.Most = days[(len(days)-1)/2], days[(len(days)-1)*9/10]
		}
		for _, c := range counts {
			if c.Step == step.Code {
				x.Waiting, x.Late, x.Oldest = c.Waiting, c.Late, c.Oldest
			}
		}
		if x.Done > 0 || x.Waiting > 0 {
			out = append(out, x)
		}
	}
	return out
}

// staysOf turns trails into the stays at each step up to the decision, and gives the open
// dossiers that wait for one.
func (st stair) staysOf(trails []trail, today civil.Date) (past map[string][]Stay, open []Ahead) {
	past = map[string][]Stay{}
	decision := st.place(StepDecision)
	for _, t := range trails {
		end, last := EndOpen, today
		if decision >= 0 && !t.days[decision].IsZero() {
			end, last = EndDecided, t.days[decision]
		} else if t.state != Open {
			end, last = EndStopped, t.stoppedOn
		}
		for i, step := range st.list {
			if step.Part != rulebook.PartAdmission || !last.IsDay() {
				break
			}
			here := t.step == step.Code && (t.state == Open || end == EndStopped)
			if from := t.began[i]; (!t.days[i].IsZero() || here) && from.IsDay() && !last.Before(from) {
				past[step.Code] = append(past[step.Code], Stay{Days: last.Sub(from), End: end})
			}
			if i == decision {
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
