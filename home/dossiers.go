package home

import (
	"context"
	"fmt"

	"chibo/access"
	"chibo/admission"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
	"chibo/rulebook"
)

// LateDossiers is a Source: the cells with dossiers of admission that are late or soon due,
// each cell once with the most pressing one. It says at which step, never of whom.
func LateDossiers(ctx context.Context, q db.Q, scope access.Scope, u org.Unit, set rulebook.Set, day civil.Date) (Group, error) {
	g := Group{Kind: Dossiers, Rule: set.Rule(rulebook.AdmissionAlarmDays)}
	list, err := admission.Waiting(ctx, q, scope, day, soonest(set))
	long := longest(set.Ints(rulebook.AdmissionRiseDays))
	steps := map[string]rulebook.Text{}
	for _, st := range set.AdmissionSteps() {
		steps[st.Code] = st.Title
	}
	at, more := map[int64]int{}, map[int64]int{}
	for _, w := range list {
		if _, seen := at[w.CellID]; seen {
			more[w.CellID]++
			continue
		}
		at[w.CellID] = len(g.Rows)
		tab := "all"
		if w.Days > 0 {
			tab = "late"
		}
		g.Rows = append(g.Rows, Row{
			CellID: w.CellID, Name: w.Cell, UnitShort: w.Upper, Since: w.Due, About: steps[w.Step], Grave: w.Days >= long,
			Href: admission.BoardHref(u.ID) + "?tab=" + tab,
		})
	}
	for cell, n := range more {
		g.Rows[at[cell]].Text = fmt.Sprintf("(+%d)", n)
	}
	return g, err
}

// soonest gives how many days before a deadline the last alarm but the one of the day is.
func soonest(set rulebook.Set) int {
	soon := 0
	for _, n := range set.Ints(rulebook.AdmissionAlarmDays) {
		if n > 0 && (soon == 0 || n < soon) {
			soon = n
		}
	}
	return soon
}

func longest(days []int) (long int) {
	for _, n := range days {
		long = max(long, n)
	}
	return long
}

// deskDossiers is how many dossiers a first page shows.
const deskDossiers = 3

// dossiers reads what waits for the cell in admissions, and how many people the reader
// helps.
func (d *Desk) dossiers(ctx context.Context, q db.Q, actor access.Actor) (err error) {
	list, err := admission.NextOf(ctx, q, actor, d.Unit)
	if err != nil {
		return err
	}
	d.DossiersAll, d.Dossiers = len(list), list[:min(deskDossiers, len(list))]
	d.Helped, err = admission.CountHelped(ctx, q, actor)
	return err
}
