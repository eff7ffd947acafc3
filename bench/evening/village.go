package evening

import (
	"context"
	"fmt"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/task"
)

// firstID is the id of the first person and membership of a village.
const firstID = 1_000

// tasksOpen is how many tasks each cell looks back on.
const tasksOpen = 3

// Village makes a small town in an empty database: so many cells with so many members
// each, a committee of three, terms, and tasks of last month to look back on.
func (s *Stager) Village(ctx context.Context, cells, members int) (out []org.Unit, err error) {
	today := civil.From(s.DB.Clock().Now())
	founded := civil.Of(2015, 1, 1)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		out = nil
		set := s.Book.At(founded, "")
		var above org.Unit
		for _, kind := range []string{org.KindDistrict, org.KindGrassrootsParty} {
			u, err := org.Add(ctx, tx, org.NewUnit{Set: set, ParentID: above.ID, Kind: kind, Name: "Thị trấn", Short: "Thị trấn", Seq: 1, ValidFrom: founded, Place: "Đức Thọ"})
			if err != nil {
				return err
			}
			above = u
		}
		for i := range cells {
			name := fmt.Sprintf("Tổ dân phố %d", i+1)
			u, err := org.Add(ctx, tx, org.NewUnit{
				Set: set, ParentID: above.ID, Kind: org.KindCell, Type: "residential", Name: "Chi bộ " + name, Short: name, Seq: i + 1, ValidFrom: founded,
				Place: "Đức Thọ", Hall: "Nhà văn hóa",
			})
			if err != nil {
				return err
			}
			if err := settle(ctx, tx, u, int64(firstID+i*members), members, today); err != nil {
				return err
			}
			out = append(out, u)
		}
		return nil
	})
	return out, err
}

// settle gives a cell its members, committee, term and tasks.
func settle(ctx context.Context, tx *db.Tx, u org.Unit, first int64, members int, today civil.Date) error {
	joined := civil.Of(2015, 5, 19)
	var b member.Batch
	for i := range members {
		id, name := first+int64(i), fmt.Sprintf("Nguyễn Văn Tối %d", first+int64(i))
		b.Persons = append(b.Persons, member.Person{Part: u.PartID, ID: id, Name: name, Sex: "m"})
		b.Memberships = append(b.Memberships, member.Membership{
			Part: u.PartID, ID: id, PersonID: id, CellID: u.ID, Kind: member.KindHome, Name: name,
			From: joined, Origin: member.OriginAdmission, AdmittedOn: joined, OfficialOn: joined.AddMonths(12),
		})
	}
	if err := member.AddAll(ctx, tx, b); err != nil {
		return err
	}
	if err := member.RefreshState(ctx, tx, u.PartID, u.ID, today); err != nil {
		return err
	}
	var posts []office.NewOffice
	for i, title := range []string{office.Secretary, office.Deputy, office.CommitteeMember} {
		m := b.Memberships[i]
		posts = append(posts, office.NewOffice{
			Unit: u, PersonID: m.PersonID, MembershipID: m.ID, Name: m.Name, Title: title, Body: office.BodyCellCommittee, From: civil.Of(2025, 3, 1),
		})
	}
	if _, err := office.AppointAll(ctx, tx, posts); err != nil {
		return err
	}
	if _, err := office.AddTerm(ctx, tx, office.Term{Part: u.PartID, OrgID: u.ID, Name: "2025-2027", From: civil.Of(2025, 3, 1)}); err != nil {
		return err
	}
	last := today.Month().First().AddDays(-20)
	list := make([]task.NewTask, tasksOpen)
	for i := range list {
		list[i] = task.NewTask{Title: fmt.Sprintf("Việc tháng trước %d", i+1), AssigneeID: first + int64(i), StartOn: last, Due: today}
	}
	_, err := task.Assign(ctx, tx, u.PartID, u.ID, list)
	return err
}
