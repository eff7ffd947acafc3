package admissionweb_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"chibo/access"
	"chibo/admission"
	"chibo/office/officetest"
)

// Of the cells that admitted nobody for years those come first that have not said why, with
// how many they are.
func TestUnsaidComesFirst(t *testing.T) {
	w := newWorld(t)
	cells := func() (names []string, text string) {
		doc := w.get(t, officetest.DistrictStaff, fmt.Sprintf("/units/%d/admission?tab=still", w.District.ID))
		for _, row := range doc.Tag("tbody").Tags("tr") {
			names = append(names, row.Tag("a").Text())
		}
		return names, doc.Tag("main").Text()
	}
	before, text := cells()
	if len(before) < 2 || !strings.Contains(text, fmt.Sprintf("%d chi bộ chưa nêu nguyên nhân", len(before))) {
		t.Fatalf("%v: %s", before, text)
	}
	for _, c := range w.Cells {
		if c.Name == before[0] {
			plan := admission.Plan{OrgID: c.ID, Year: w.today().Year(), Reason: "Thanh niên đi làm xa"}
			if err := w.s.PutPlan(context.Background(), access.System(), plan); err != nil {
				t.Fatal(err)
			}
		}
	}
	after, text := cells()
	if want := append(slices.Clone(before[1:]), before[0]); !slices.Equal(after, want) || !strings.Contains(text, fmt.Sprintf("%d chi bộ chưa nêu nguyên nhân", len(before)-1)) {
		t.Errorf("%v, want %v: %s", after, want, text)
	}
}
