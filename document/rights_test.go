package document_test

import (
	"context"
	"testing"

	"chibo/access"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/office"
	"chibo/office/officetest"
)

// Who reads a paper, for every kind of person of the district. What a cell keeps from
// above is no paper that was issued.
func TestWhoReadsPapersOfTheDistrict(t *testing.T) {
	d := dbtest.New(t)
	w := officetest.New(t, d)
	s := &document.Service{DB: d, Book: w.Book}
	var ref ident.Ref
	in := issueIn(t, s, "BB", civil.Of(2026, 11, 3))
	in.Unit = w.HoaBinh
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := office.AddTerm(ctx, tx, office.Term{Part: w.Town.ID, OrgID: w.HoaBinh.ID, Name: "2025-2030", From: civil.Of(2025, 5, 20)})
		if err != nil {
			return err
		}
		doc, err := s.Issue(ctx, tx, in)
		ref = doc.Ref
		return err
	})
	open := func(a access.Actor) error { _, err := s.Open(t.Context(), a, ref, 0); return err }
	file := func(a access.Actor) error { _, err := s.File(t.Context(), a, ref, 0, document.PDF); return err }
	for what, f := range map[string]func(access.Actor) error{"open": open, "take the file of": file} {
		w.Only(t, what+" the minutes of Hòa Bình", f, officetest.Secretary, officetest.Deputy, officetest.Committee, officetest.Member,
			officetest.Follower, officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff)
	}
}
