package admission_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"chibo/access"
	"chibo/admission"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/office/officetest"
	"chibo/rulebook"
)

// plainTrail is a dossier read the plain way: its trail line by line.
type plainTrail struct {
	admission.Dossier
	days map[string]civil.Date
}

// scatter writes dossiers of Hòa Bình at all steps: some sent back and passed again, some with
// a line struck, some stopped.
func (w *world) scatter(t testing.TB, n int) {
	t.Helper()
	draw := rand.New(rand.NewPCG(7, 7))
	steps := w.Book.At(w.today(), w.HoaBinh.Path).AdmissionSteps()
	var list []admission.Past
	for i := range n {
		p := candidate()
		p.Name = fmt.Sprintf("Người thứ %d", i)
		day := w.today().AddDays(-120 - draw.IntN(900))
		past := admission.Past{Dossier: admission.Dossier{CellID: w.HoaBinh.ID, Person: p, TrackedOn: day}}
		for _, st := range steps[:1+draw.IntN(len(steps))] {
			if draw.IntN(12) == 0 && st.Code != admission.StepTrack {
				continue
			}
			if day = day.AddDays(draw.IntN(25)); day.After(w.today()) {
				break
			}
			r := admission.Record{Step: st.Code, Outcome: admission.Passed, Day: day}
			switch draw.IntN(10) {
			case 0:
				r.Outcome = admission.Back
			case 1:
				r.StruckAt = day.Time(11, 0)
			}
			past.Records = append(past.Records, r)
			if again := day.AddDays(3); (r.Outcome == admission.Back || draw.IntN(15) == 0) && !again.After(w.today()) {
				day = again
				past.Records = append(past.Records, admission.Record{Step: st.Code, Outcome: admission.Passed, Day: day})
			}
			if st.Code == admission.StepDecision {
				past.DecidedOn = day
			}
		}
		if draw.IntN(5) == 0 && past.DecidedOn.IsZero() {
			past.State, past.StopReason, past.StoppedOn = admission.Stopped, "withdrawn", day
		}
		list = append(list, past)
	}
	w.Write(t, func(ctx context.Context, tx *db.Tx) error { return w.s.AddAll(ctx, tx, w.today(), list) })
}

// plainTrails reads all dossiers of Hòa Bình, the newest first.
func (w *world) plainTrails(t testing.TB) (out []plainTrail) {
	t.Helper()
	w.read(t, func(ctx context.Context, q db.Q) error {
		for _, open := range []bool{true, false} {
			list, err := w.s.OfCell(ctx, q, access.System(), w.HoaBinh, open, 9999)
			if err != nil {
				return err
			}
			for _, l := range list {
				x := plainTrail{l.Dossier, map[string]civil.Date{}}
				records, err := admission.Records(ctx, q, l.Ref)
				if err != nil {
					return err
				}
				for _, r := range records {
					if r.Outcome == admission.Passed && r.StruckAt.IsZero() {
						x.days[r.Step] = r.Day
					}
				}
				if len(x.days) > 0 {
					out = append(out, x)
				}
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b plainTrail) int { return cmp.Compare(b.Ref.ID, a.Ref.ID) })
	return out
}

func (x plainTrail) began(steps []rulebook.AdmissionStep, code string) (last civil.Date) {
	i := slices.IndexFunc(steps, func(s rulebook.AdmissionStep) bool { return s.Code == code })
	if i < 0 {
		return last
	}
	for _, need := range steps[i].Needs {
		day, done := x.days[need]
		if !done {
			day = x.began(steps, need)
		}
		if day.After(last) {
			last = day
		}
	}
	return last
}

// plainTimes reckons what the year says of steps and of the rest of the year, slowly.
func plainTimes(steps []rulebook.AdmissionStep, list []plainTrail, today civil.Date) (took map[string][]int, past map[string][]admission.Stay, open []admission.Ahead) {
	took, past = map[string][]int{}, map[string][]admission.Stay{}
	for _, x := range list {
		for code, day := range x.days {
			if from := x.began(steps, code); from.IsDay() && !day.Before(from) {
				took[code] = append(took[code], day.Sub(from))
			}
		}
		end, last := admission.EndOpen, today
		if day, ok := x.days[admission.StepDecision]; ok {
			end, last = admission.EndDecided, day
		} else if x.State != admission.Open {
			end, last = admission.EndStopped, x.StoppedOn
		}
		for _, st := range steps {
			if st.Part != rulebook.PartAdmission {
				break
			}
			_, passed := x.days[st.Code]
			here := x.Dossier.Step == st.Code && (x.State == admission.Open || end == admission.EndStopped)
			if from := x.began(steps, st.Code); (passed || here) && from.IsDay() && !last.Before(from) {
				past[st.Code] = append(past[st.Code], admission.Stay{Days: last.Sub(from), End: end})
			}
			if st.Code == admission.StepDecision {
				break
			}
		}
		if end == admission.EndOpen && x.State == admission.Open {
			open = append(open, admission.Ahead{Step: x.Dossier.Step, Days: max(today.Sub(x.Since), 0)})
		}
	}
	return took, past, open
}

// The year's page reads dossiers in bulk; it says what each dossier's own trail says.
func TestReadingIsPlain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.scatter(t, 90)
		r := w.reading(t, officetest.Secretary, w.HoaBinh.ID)
		steps, list := w.Book.At(w.today(), w.HoaBinh.Path).AdmissionSteps(), w.plainTrails(t)
		took, past, open := plainTimes(steps, list, w.today())
		if r.Trails != len(list) || len(list) < 80 {
			t.Errorf("%d dossiers, want %d", r.Trails, len(list))
		}
		seen := 0
		for _, x := range r.Steps {
			days := took[x.Step]
			slices.Sort(days)
			waiting := 0
			for _, l := range list {
				if l.State == admission.Open && l.Dossier.Step == x.Step {
					waiting++
				}
			}
			if x.Done != len(days) || x.Waiting != waiting {
				t.Errorf("%s: %d passed, %d wait; want %d, %d", x.Step, x.Done, x.Waiting, len(days), waiting)
			} else if len(days) > 0 && (x.Half != days[(len(days)-1)/2] || x.Most != days[(len(days)-1)*9/10]) {
				t.Errorf("%s: %d and %d days, want those of %v", x.Step, x.Half, x.Most, days)
			}
			seen += x.Done
		}
		all := 0
		for _, days := range took {
			all += len(days)
		}
		if seen != all || all < 300 {
			t.Errorf("%d steps taken, want %d", seen, all)
		}
		want := admission.Forecast(open, past, admission.Outline{
			Left: civil.Of(w.today().Year()+1, 1, 1).Sub(w.today()) - 1, Least: r.Least, Low: r.Band.Min, High: r.Band.Max, Seed: uint64(w.HoaBinh.ID),
		})
		got := r.Outlook
		if got.Unknown -= want.Unknown; got.Unknown < 0 {
			t.Errorf("%d of the open ones are not estimated, want at least %d", r.Outlook.Unknown, want.Unknown)
		}
		if want.Unknown = got.Unknown; got != want || want.Known == 0 {
			t.Errorf("the outlook %+v, want %+v", got, want)
		}
	})
}

// Behind a step stand those who passed it, with their names and days.
func TestBehindSteps(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	w.scatter(t, 60)
	steps, list := w.Book.At(w.today(), w.HoaBinh.Path).AdmissionSteps(), w.plainTrails(t)
	for _, st := range steps {
		_, found, err := w.s.Behind(context.Background(), w.Actor(t, officetest.Secretary), w.HoaBinh.ID, w.today().Year(), admission.ByStep, st.Code)
		w.must(t, err)
		var want []string
		for _, x := range list {
			if day, ok := x.days[st.Code]; ok {
				if from := x.began(steps, st.Code); from.IsDay() && !day.Before(from) {
					want = append(want, fmt.Sprintf("%s %s %d %d", x.Person.Name, day, day.Sub(from), w.HoaBinh.ID))
				}
			}
		}
		var got []string
		for _, f := range found {
			got = append(got, fmt.Sprintf("%s %s %d %d", f.Name, f.Day, f.Days, f.UnitID))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", st.Code, got, want)
		}
	}
}
