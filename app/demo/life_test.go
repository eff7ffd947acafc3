package demo_test

import (
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/workday"
	"chibo/meeting"
	"chibo/member"
	"chibo/org"
)

// lively: around the visitor's cell transfers are under way, two of them late; a member
// has not settled the fee for months; somebody away should have reported.
func lively(t *testing.T, s district, q db.Q, today civil.Date) {
	days, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	l := &member.Life{DB: s.db, Book: s.book, Days: days, Skipped: meeting.Skipped}
	story := storyCell(t, q)
	town, err := org.ByID(t.Context(), q, story.ParentID)
	if err != nil {
		t.Fatal(err)
	}
	scope, err := access.For(access.System(), access.MemberList, town.Access())
	if err != nil {
		t.Fatal(err)
	}
	open, err := member.Transfers(t.Context(), q, scope, member.TransferFilter{Open: true})
	late := 0
	for _, v := range open {
		for _, c := range l.Clocks(v, today) {
			if c.Late() {
				late++
				break
			}
		}
	}
	if err != nil || len(open) != 5 || late != 2 {
		t.Errorf("%d transfers, %d late, %v", len(open), late, err)
	}
	hints, err := l.Suggestions(t.Context(), q, story, today)
	if err != nil || len(hints) != 1 || len(hints[0].Facts.Unpaid) != 4 {
		t.Errorf("suggestions %+v, %v", hints, err)
	}
	away, err := member.InSpell(t.Context(), q, scope, member.SpellAway, today, 500)
	if err != nil || len(away) == 0 || !away[0].ReportOn.Before(today) || !away[len(away)-1].ReportOn.After(today) {
		t.Errorf("%d away, %v", len(away), err)
	}
	fee, err := member.FeeOf(t.Context(), q, story, today.Month().Add(-1), today)
	if err != nil || fee.Paid != len(fee.Rows) || len(fee.Rows) != 28 {
		t.Errorf("last month's fee: %d of %d, %v", fee.Paid, len(fee.Rows), err)
	}
}
