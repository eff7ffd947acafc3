package demo_test

import (
	"testing"

	"chibo/access"
	"chibo/admission"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/workday"
	"chibo/org"
)

// onTheWay: about ninety people before their admission wait at every step, a few of them
// too long; reserve members have their dossiers, and the years of the report stay as they
// are.
func onTheWay(t *testing.T, s district, q db.Q, top org.Unit, today civil.Date) {
	days, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	svc := &admission.Service{DB: s.db, Book: s.book, Days: days}
	system := access.System()
	counts, err := svc.CountsOf(t.Context(), q, system, top, today)
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]admission.Count{}
	for _, c := range counts {
		at[c.Step] = c
	}
	for _, st := range s.book.At(today, top.Path).AdmissionSteps() {
		switch st.Code {
		case "track", "section", "rec_section", "member_cv":
		default:
			if at[st.Code].Waiting == 0 && st.Part == "admission" {
				t.Errorf("nobody waits at %s", st.Code)
			}
		}
	}
	before, reserve, late := 0, 0, 0
	list, err := svc.Board(t.Context(), q, system, top, admission.Filter{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list {
		if l.JoinedOn.IsZero() {
			before++
		} else {
			reserve++
			if l.MembershipID == 0 || l.JoinedOn.Before(l.DecidedOn) {
				t.Errorf("a reserve member decided on %s, joined on %s, membership %d", l.DecidedOn, l.JoinedOn, l.MembershipID)
			}
		}
		if l.Late(today) {
			late++
		}
		if l.TrackedOn.After(today) || l.Since.After(today) || l.Dossier.Step == "" {
			t.Errorf("tracked on %s, waits for %q since %s", l.TrackedOn, l.Dossier.Step, l.Since)
		}
	}
	if before < 85 || before > 100 || reserve < 60 || late < 5 || late > 40 {
		t.Errorf("%d before, %d reserve, %d late", before, reserve, late)
	}
	story := storyCell(t, q)
	mine, err := svc.OfCell(t.Context(), q, system, story, true, 100)
	if err != nil || len(mine) != 6 {
		t.Errorf("%d on the way in the story's cell, %v", len(mine), err)
	}
	still, _, err := svc.StalledIn(t.Context(), q, system, top, today)
	reasons := 0
	for _, x := range still {
		if x.Plan.Reason != "" {
			reasons++
		}
	}
	if err != nil || reasons < 20 || reasons == len(still) {
		t.Errorf("%d of %d cells without an admission say why, %v", reasons, len(still), err)
	}
	p, err := admission.PlanOf(t.Context(), q, top, today.Year())
	if err != nil || p.Target() == 0 || p.Base != 8701 {
		t.Errorf("the district's plan %+v, %v", p, err)
	}
}
