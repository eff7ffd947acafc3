package admission

import (
	"context"
	"strconv"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/member"
	"chibo/rulebook"
)

// By what admissions are told apart. Sex and age are those of the register; the others are
// known of those whose dossier is here.
const (
	BySex          = "sex"
	ByAge          = "age"
	ByAmong        = "among" // who stands in a row of its own, several for one person
	ByOccupation   = "occupation"
	ByEducation    = "education"
	ByProfessional = "professional"
	ByEthnic       = "ethnic"
)

// Rows of ByAmong.
const (
	AmongMinority = "minority"
	AmongYouth    = "youth"
	AmongOwner    = "owner"
	AmongAgain    = "again"
)

// Unsaid is the code of a row of those of whom it is not known.
const Unsaid = "unsaid"

// Group is the admissions of a year told apart by one thing.
type Group struct {
	By   string
	Rows []GroupRow
}

// GroupRow is how many are of one kind.
type GroupRow struct {
	Code         string // of the rulebook; of an age band its oldest age, "over" for the last
	Count, Women int
	From, To     int // of an age band; To zero: open
}

// Most gives the largest row, for the bars.
func (g Group) Most() (n int) {
	for _, r := range g.Rows {
		n = max(n, r.Count)
	}
	return n
}

// Reading is a unit's year of admissions.
type Reading struct {
	Progress
	Entered    int // of those admitted: with a dossier here
	Ceremonies int // decided on in the year, the ceremony is not held yet
	Mean       int // age in tenths of a year; 0 not known
	Groups     []Group
	Steps      []StepTime
	Trails     int // dossiers from which the times are
	Most       int // of them at most
	Bases      []Base
	Apart      bool // the unit has grassroots organisations below it
	Totals     []Total
	Still      int // cells that admitted nobody for StillYears
	StillYears int
	Outlook    Outlook
	Over       bool // the year is not the present one: there is nothing to estimate
	Years      int  // of past dossiers that the estimate uses
	Band       rulebook.Range
	Least      int
	Said       []Said
}

// Sorts counts the grassroots organisations in a state.
func (r Reading) Sorts(sort string) (n int) {
	for _, b := range r.Bases {
		if b.Sort() == sort {
			n++
		}
	}
	return n
}

// Read gives a unit's year to whoever sees its board, over the unit and below. Fails with
// access.ErrForbidden.
func (s *Service) Read(ctx context.Context, actor access.Actor, unitID int64, year int) (r Reading, err error) {
	actor = actor.Quiet()
	if r.Progress, err = s.progress(ctx, actor, unitID, year); err != nil {
		return r, err
	}
	err = s.DB.Read(ctx, func(q db.Q) error {
		scope, err := boardScope(actor, r.Unit)
		if err != nil {
			return err
		}
		today := civil.From(s.DB.Clock().Now())
		set := s.Book.At(today, r.Unit.Path)
		if err := r.admitted(ctx, q, scope, set); err != nil {
			return err
		}
		if err := r.times(ctx, q, s, actor, scope, today); err != nil {
			return err
		}
		still, err := figure.ScopeOf(actor, r.Unit)
		if err != nil {
			return err
		}
		r.StillYears = set.Int(rulebook.WallNoAdmissionYears)
		cells, err := figure.LastAdmitted(ctx, q, still, today.AddMonths(-12*r.StillYears))
		if err != nil {
			return err
		}
		r.Still = len(cells)
		lines, err := totalLines(ctx, q, scope, year)
		if err != nil {
			return err
		}
		r.Totals = totalsOf(set.Choices(rulebook.AdmissionTotals), r.Unit, lines)
		r.Said, err = saidOf(ctx, q, r.Unit)
		return err
	})
	return r, err
}

func period(year int) (from, to civil.Date) { return civil.Of(year, 1, 1), civil.Of(year+1, 1, 1) }

// kindsSQL counts those who were admitted in the year and have a dossier here; one who is
// decided on and waits for the ceremony is no member yet.
const kindsSQL = `SELECT d.sex, d.ethnic, d.education, d.professional, d.occupation, d.owner, d.youth_union, d.again, CASE WHEN d.joined_on <> '' THEN 1 ELSE 0 END, COUNT(*)
  FROM dossier d JOIN org c ON c.id = d.cell_id
 WHERE d.decided_on <> '' AND d.decided_on >= $3 AND d.decided_on < $4 AND c.path >= $1 AND c.path < $2 AND (d.joined_on <> '' OR d.state = 'open')
 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9`

type kindCount struct {
	Person
	joined bool
	count  int
}

func (r *Reading) admitted(ctx context.Context, q db.Q, scope access.Scope, set rulebook.Set) error {
	from, to := period(r.Year)
	ages, err := member.AdmittedAges(ctx, q, scope, from, to)
	if err != nil {
		return err
	}
	r.Groups = append(r.Groups, sexes(ages), r.ages(ages, set.Ints(rulebook.AdmissionAgeBands)))
	lo, hi := scope.Range()
	kinds, err := db.List(ctx, q, func(s db.Scanner) (k kindCount, err error) {
		return k, s.Scan(&k.Sex, &k.Ethnic, &k.Education, &k.Professional, &k.Occupation, &k.Owner, &k.YouthUnion, &k.Again, &k.joined, &k.count)
	}, kindsSQL, lo, hi, from, to)
	if err != nil {
		return err
	}
	r.kinds(kinds, set.Text(rulebook.PeopleMajority))
	if r.Apart = cellsIn(r.Unit); r.Apart {
		by, err := member.AdmittedUnits(ctx, q, scope, from, to)
		if err != nil {
			return err
		}
		r.Bases, err = basesOf(ctx, q, scope, r.Year, by)
		return err
	}
	return nil
}

// tally counts rows by code in the order in which they come.
type tally struct {
	group Group
	at    map[string]int
}

func newTally(by string) *tally { return &tally{group: Group{By: by}, at: map[string]int{}} }

func (t *tally) add(code, sex string, n int) {
	if code == "" {
		code = Unsaid
	}
	i, ok := t.at[code]
	if !ok {
		i = len(t.group.Rows)
		t.at[code] = i
		t.group.Rows = append(t.group.Rows, GroupRow{Code: code})
	}
	t.group.Rows[i].Count += n
	if sex == "f" {
		t.group.Rows[i].Women += n
	}
}

func sexes(ages []member.AgeCount) Group {
	t := newTally(BySex)
	for _, code := range []string{"f", "m"} {
		t.add(code, code, 0)
	}
	for _, a := range ages {
		t.add(a.Sex, a.Sex, a.Count)
	}
	return t.group
}

// bandOf gives the band of an age.
func bandOf(bands []int, age int) GroupRow {
	from := 0
	for _, most := range bands {
		if age <= most {
			return GroupRow{Code: strconv.Itoa(most), From: from, To: most}
		}
		from = most + 1
	}
	return GroupRow{Code: "over", From: from}
}

func (r *Reading) ages(ages []member.AgeCount, bands []int) Group {
	t := newTally(ByAge)
	for _, most := range append(bands[:len(bands):len(bands)], 1000) {
		row := bandOf(bands, most)
		t.add(row.Code, "", 0)
		t.group.Rows[t.at[row.Code]] = row
	}
	sum, known := 0, 0
	for _, a := range ages {
		if a.Age < 0 {
			t.add(Unsaid, a.Sex, a.Count)
			continue
		}
		t.add(bandOf(bands, a.Age).Code, a.Sex, a.Count)
		sum, known = sum+a.Age*a.Count, known+a.Count
	}
	if known > 0 {
		r.Mean = (sum*20/known + 1) / 2
	}
	return t.group
}

func (r *Reading) kinds(kinds []kindCount, majority string) {
	among, occupation, education := newTally(ByAmong), newTally(ByOccupation), newTally(ByEducation)
	professional, ethnic := newTally(ByProfessional), newTally(ByEthnic)
	for _, code := range []string{AmongMinority, AmongYouth, AmongOwner, AmongAgain} {
		among.add(code, "", 0)
	}
	for _, k := range kinds {
		if !k.joined {
			r.Ceremonies += k.count
			continue
		}
		r.Entered += k.count
		for code, is := range map[string]bool{
			AmongMinority: k.Ethnic != "" && k.Ethnic != majority, AmongYouth: k.YouthUnion, AmongOwner: k.Owner, AmongAgain: k.Again,
		} {
			if is {
				among.add(code, k.Sex, k.count)
			}
		}
		occupation.add(k.Occupation, k.Sex, k.count)
		education.add(k.Education, k.Sex, k.count)
		professional.add(k.Professional, k.Sex, k.count)
		ethnic.add(k.Ethnic, k.Sex, k.count)
	}
	for _, t := range []*tally{among, occupation, education, professional, ethnic} {
		r.Groups = append(r.Groups, t.group)
	}
}

// times reads how long steps take, where dossiers wait, and what the year may still bring.
func (r *Reading) times(ctx context.Context, q db.Q, s *Service, actor access.Actor, scope access.Scope, today civil.Date) error {
	set := s.Book.At(today, r.Unit.Path)
	counts, err := s.CountsOf(ctx, q, actor, r.Unit, today)
	if err != nil {
		return err
	}
	r.Years, r.Least, r.Band = set.Int(rulebook.AdmissionForecastYears), set.Int(rulebook.AdmissionForecastLeast), set.Range(rulebook.AdmissionForecastBand)
	steps := stairOf(set.AdmissionSteps())
	trails, err := steps.trailsOf(ctx, q, scope, today.AddMonths(-12*r.Years))
	if err != nil {
		return err
	}
	r.Trails, r.Most = len(trails), trailsMost
	r.Steps = steps.timesOf(trails, counts)
	if r.Over = r.Year != today.Year(); r.Over {
		return nil
	}
	past, open := steps.staysOf(trails, today)
	_, end := period(r.Year)
	r.Outlook = Forecast(open, past, Outline{
		Left: end.Sub(today) - 1, Least: r.Least, Low: r.Band.Min, High: r.Band.Max, Seed: uint64(r.Unit.ID), //nolint:gosec // an id is never below zero
	})
	waiting := 0
	for _, c := range counts {
		if i := steps.place(c.Step); i >= 0 && steps.list[i].Part == rulebook.PartAdmission && c.Step != StepCeremony {
			waiting += c.Waiting
		}
	}
	r.Outlook.Unknown += max(waiting-len(open), 0)
	return nil
}

// ReadingHref is the page of a unit's year.
func ReadingHref(unitID int64, year int) string {
	return BoardHref(unitID) + "/reading?year=" + strconv.Itoa(year)
}
