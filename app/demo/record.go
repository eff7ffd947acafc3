package demo

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
)

// sampleCorrection is one proposal in the sample: who makes it, by place in the story's
// cell, and what it says.
type sampleCorrection struct {
	person int
	change func(v *member.Values)
	note   string
}

func sampleCorrections() []sampleCorrection {
	return []sampleCorrection{
		{8, func(v *member.Values) { v.Phone = "0913 555 018" }, "Tôi đã đổi số điện thoại từ đầu tháng."},
		{9, func(v *member.Values) { v.Birth = v.Birth.AddDays(9) }, "Theo giấy khai sinh bản gốc, nhà tôi còn giữ."},
	}
}

// Records gives the register a life of its own: proposals of correction that wait, and
// a look or two at a member's record. Without Members, and in a larger sample, nothing
// is done.
func (f *Fill) Records(ctx context.Context) error {
	if _, wide := extentOf(f.Size); wide {
		return nil
	}
	i := slices.IndexFunc(plan(f.Today), func(c cellPlan) bool { return c.story })
	if f.Members == nil || i < 0 {
		return nil
	}
	var cell org.Unit
	err := f.DB.Read(ctx, func(q db.Q) (err error) {
		cell, err = org.ByID(ctx, q, cellIDs+int64(i))
		return err
	})
	if err != nil {
		return err
	}
	for _, c := range sampleCorrections() {
		if err := f.propose(ctx, cell, personID(i, c.person), c); err != nil {
			return err
		}
	}
	return f.once(ctx, "records", func(tx *db.Tx) error {
		elder := member.Badge{
			Ref: ident.Ref{Part: cell.PartID}, PersonID: personID(i, castElder), MembershipID: personID(i, castElder), CellID: cell.ID,
			Name: "Mai Thị Thơm", Years: 40, Kind: member.BadgeNormal, State: member.BadgeGiven, Day: civil.Of(2024, 9, 2),
			GivenOn: civil.Of(2024, 9, 2), GivenBy: "Huyện ủy Đức Thọ", Decision: "215-QĐ/HU",
		}
		if err := member.AddBadges(ctx, tx, []member.Badge{elder}); err != nil {
			return err
		}
		return audit.RecordReading(ctx, tx, audit.Reading{
			Part: cell.PartID, OrgID: cell.ID, PersonID: personID(i, castElder), What: audit.ReadRecord,
			Reader: "Cán bộ tổ chức (mẫu)", Role: access.RoleKeeper, RoleOrg: topID, Reason: "Rà soát hồ sơ trước kỳ trao Huy hiệu Đảng",
		})
	})
}

// propose makes one proposal; one that waits already, after a restart, is left alone.
func (f *Fill) propose(ctx context.Context, cell org.Unit, personID int64, c sampleCorrection) error {
	who := access.Actor{PersonID: personID, PartID: cell.PartID}
	ref := ident.Ref{Part: cell.PartID, ID: personID}
	rec, err := f.Members.Open(ctx, who, ref)
	if err != nil {
		return err
	}
	v := member.Values{
		Name: rec.PersonName, OtherName: rec.OtherName, Sex: rec.Sex, Birth: rec.Birth, Phone: rec.Phone, Card: rec.Card, IDNo: rec.IDNo,
		AdmittedOn: rec.AdmittedOn, OfficialOn: rec.OfficialOn,
	}
	c.change(&v)
	_, err = f.Members.Propose(ctx, who, member.ProposeIn{Ref: ref, Values: v, Note: c.note})
	if fault.KindOf(err) == fault.Conflict || fault.KindOf(err) == fault.Invalid {
		return nil
	}
	return err
}
