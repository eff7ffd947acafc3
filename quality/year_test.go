package quality_test

import (
	"slices"
	"strings"
	"testing"

	"chibo/figure"
	"chibo/internal/civil"
	"chibo/quality"
	"chibo/rulebook"
)

// A year's months in letters: G good, F fair, A average, W weak; P a pass by the list of
// 2018; h held and not graded; - missed; a blank does not count.
func yearOf(letters string) (months []quality.YearMonth) {
	grades := map[rune]string{'G': "good", 'F': "fair", 'A': "average", 'W': "weak", 'P': "pass"}
	points := map[rune]int{'G': 950, 'F': 800, 'A': 600, 'W': 401}
	for i, c := range letters {
		m := quality.YearMonth{Counts: c != ' '}
		m.Month, m.Score10, m.Grade = civil.Month(202601+i), figure.NoScore, grades[c]
		if n, ok := points[c]; ok {
			m.Score10 = n
		}
		if c != '-' && c != ' ' {
			m.MetDay = m.Month.Last()
		}
		months = append(months, m)
	}
	return months
}

// The yearly rule (rules.md 3.12): good asks for all meetings fair or better and seven good
// ones; a month without its meeting breaks "all" (14.26) unless the committee leaves it
// out; what the source lost gives no grade.
func TestSumUp(t *testing.T) {
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	set := book.At(civil.Of(2026, 11, 30), "")
	leftOut := set.YearRule()
	leftOut.Missed = rulebook.MissedLeftOut
	whole := rulebook.YearRule{Missed: rulebook.MissedBreaks, Grades: slices.Clone(set.YearRule().Grades)}
	whole.Grades[1].Gap = rulebook.Text{}
	for _, c := range []struct {
		name    string
		rule    rulebook.YearRule
		months  string
		grade   string
		gap     bool
		missed  int
		broken  int // months that break the best grade
		waiting int
		have    int
		mean10  int
	}{
		{"twelve good", set.YearRule(), "GGGGGGGGGGGG", "good", false, 0, 0, 0, 12, 950},
		{"seven good are enough", set.YearRule(), "GGGGGGGFFFFF", "good", false, 0, 0, 0, 7, 888},
		{"six are not, and the source is cut off below", set.YearRule(), "GGGGGGFFFFFF", "", true, 0, 0, 0, 6, 875},
		{"six by a committee's own rule", whole, "GGGGGGFFFFFF", "fair", false, 0, 0, 0, 6, 875},
		{"one average breaks good", whole, "GGGGGGGGGGGA", "fair", false, 0, 1, 0, 11, 921},
		{"one weak breaks both", whole, "GGGGGGGGGGGW", "", false, 0, 1, 0, 11, 904},
		{"a missed month breaks both", whole, "GGGGGG-GGGGG", "", false, 1, 1, 0, 11, 950},
		{"a missed month left out", leftOut, "GGGGGG-GGGGG", "good", false, 1, 0, 0, 11, 950},
		{"a month that waits for its grade", set.YearRule(), "GGGGGGGGGGGh", "", false, 0, 0, 1, 11, 950},
		{"a cell founded in June", set.YearRule(), "     GGGGGGG", "good", false, 0, 0, 0, 7, 950},
		{"a pass of 2018 is none of the grades", whole, "PGGGGGGGGGGG", "", false, 0, 1, 0, 11, 950},
		{"nothing yet", set.YearRule(), "            ", "", false, 0, 0, 0, 0, quality.None},
		{"never met, missed months left out", leftOut, "------------", "", false, 12, 0, 0, 0, quality.None},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			got := quality.SumUp(c.rule, set.Bands(), yearOf(c.months))
			best := got.Checks[0]
			if got.Grade != c.grade || (got.Gap.Vi != "") != c.gap || got.Missed != c.missed || got.Mean10 != c.mean10 {
				t.Errorf("grade %q, gap %q, %d missed, mean %d", got.Grade, got.Gap.Vi, got.Missed, got.Mean10)
			}
			if len(best.Broken) != c.broken || len(best.Waiting) != c.waiting || best.Have != c.have {
				t.Errorf("good: %d broken, %d waiting, %d good", len(best.Broken), len(best.Waiting), best.Have)
			}
		})
	}
}
