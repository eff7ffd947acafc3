package office_test

import (
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/workday"
	"chibo/member"
	"chibo/office"
	"chibo/org/orgtest"
)

// A post in the cell ends with the membership there, a post above with being anybody's
// member; the rights go the same moment.
func TestPostsEndWithTheMembership(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		days, err := workday.New()
		if err != nil {
			t.Fatal(err)
		}
		life := &member.Life{DB: d, Book: tr.Book, Days: days}
		life.OnEnded = append(life.OnEnded, office.Ended)
		life.OnLeft = append(life.OnLeft, office.Left)
		m := member.Membership{Part: tr.HoaBinh.PartID, CellID: tr.HoaBinh.ID, Name: "Trần Văn Ba", From: civil.Of(2018, 1, 1), OfficialOn: civil.Of(2012, 1, 1)}
		err = d.Write(t.Context(), func(tx *db.Tx) (err error) {
			if m.PersonID, err = member.AddPerson(t.Context(), tx, member.Person{Part: m.Part, Name: m.Name, Sex: "m"}); err != nil {
				return err
			}
			if m.ID, err = member.AddMembership(t.Context(), tx, m); err != nil {
				return err
			}
			_, err = office.AppointAll(t.Context(), tx, []office.NewOffice{
				{Unit: tr.HoaBinh, PersonID: m.PersonID, MembershipID: m.ID, Name: m.Name, Title: office.Secretary, From: civil.Of(2025, 1, 1)},
				{Unit: tr.Town, PersonID: m.PersonID, Name: m.Name, Title: office.CommitteeMember, From: civil.Of(2025, 1, 1)},
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		keeper := orgtest.Actor(access.RoleKeeper, tr.District)
		held := func() (posts, rights int) {
			t.Helper()
			err := d.Read(t.Context(), func(q db.Q) error {
				list, err := office.OfPerson(t.Context(), q, m.PersonID, civil.Of(2026, 11, 3))
				if err != nil {
					return err
				}
				grants, err := access.LoadGrants(t.Context(), q, m.PersonID, civil.Of(2026, 11, 3))
				posts, rights = len(list), len(grants)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return posts, rights
		}
		if p, g := held(); p != 2 || g != 3 {
			t.Fatalf("%d posts, %d rights", p, g)
		}
		in := member.AnnounceIn{Kind: member.TransferInternal, ToCell: tr.Market.ID, Basis: "1-QĐ", BasisOn: civil.Of(2026, 10, 1)}
		ref, err := life.MoveAtOnce(t.Context(), keeper, m.Ref(), in, civil.Of(2026, 11, 1))
		if err != nil {
			t.Fatal(err)
		}
		if p, g := held(); p != 1 || g != 2 { // of the town's committee; a member of the other cell
			t.Errorf("moved: %d posts, %d rights", p, g)
		}
		var moved member.Transfer
		if err := d.Read(t.Context(), func(q db.Q) error { moved, err = member.TransferByID(t.Context(), q, ref); return err }); err != nil {
			t.Fatal(err)
		}
		now := m
		now.ID = moved.ToMembership
		if err := life.RecordDeath(t.Context(), keeper, now.Ref(), civil.Of(2026, 11, 2), ""); err != nil {
			t.Fatal(err)
		}
		if p, g := held(); p != 0 || g != 0 {
			t.Errorf("dead: %d posts, %d rights", p, g)
		}
	})
}
