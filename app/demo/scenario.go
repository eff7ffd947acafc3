package demo

import (
	"context"
	"math/rand/v2"

	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/reorg"
)

// Scenario2025 puts the district under a sample province and prepares a draft by
// which it is turned into communes, as all districts were on 01/7/2025 (rules.md
// 1.02-1.09). Which commune goes where is invented.
const Scenario2025 = "2025"

// Ids of the scenario: the province, its one cell, the new communes.
const (
	provinceID     = 2
	provinceCellID = 3
	scenarioIDs    = 50 // + index of the commune
	provincePeople = 5
)

// ScenarioFrom is the first day on which the scenario can be played: before, there
// were districts and no communes directly under a province (rules.md 1.03).
func ScenarioFrom() civil.Date { return civil.Of(2025, 7, 1) }

// above makes the province of the scenario, which stands over the district.
func (f *Fill) above(ctx context.Context, tx *db.Tx) (parent int64, err error) {
	if f.Scenario != Scenario2025 {
		return 0, nil
	}
	_, err = org.Add(ctx, tx, org.NewUnit{
		Set: f.Book.At(founded(), ""), ID: provinceID, Kind: org.KindProvince, Name: "Đảng bộ tỉnh (mẫu)", Short: "Tỉnh (mẫu)",
		Place: "Tỉnh (mẫu)", ValidFrom: founded(),
	})
	return provinceID, err
}

// province makes the organisation officers of the province: one small cell, whose
// secretary keeps the register of all below.
func (f *Fill) province(ctx context.Context, tx *db.Tx, hash string) error {
	if f.Scenario != Scenario2025 {
		return nil
	}
	day := f.Today.Month().First()
	top, err := org.ByID(ctx, tx, provinceID)
	if err != nil {
		return err
	}
	cell, err := org.Add(ctx, tx, org.NewUnit{
		Set: f.Book.At(day, ""), ID: provinceCellID, ParentID: provinceID, Kind: org.KindGrassrootsCell, Type: bureau,
		Name: "Chi bộ Ban Tổ chức Tỉnh ủy (mẫu)", Short: "Ban Tổ chức Tỉnh ủy", Hall: "Phòng họp Ban Tổ chức", Seq: 900, ValidFrom: day,
	})
	if err != nil {
		return err
	}
	var b member.Batch
	r := rand.New(rand.NewPCG(2025, 701)) //nolint:gosec // sample data, the same each day
	for k := range provincePeople {
		id, admitted := int64(90_000+k), civil.Of(2005+k, 5, 19)
		name := personName(r, k%2 == 1)
		if k == 0 {
			name = "Cao Xuân Lộc"
		}
		b.Persons = append(b.Persons, member.Person{Part: cell.PartID, ID: id, Name: name, Sex: []string{"m", "f"}[k%2], Birth: civil.Of(1975+k, 3, 12)})
		b.Memberships = append(b.Memberships, member.Membership{
			Part: cell.PartID, ID: id, PersonID: id, CellID: cell.ID, Kind: member.KindHome, Name: name, From: day,
			Origin: member.OriginTransfer, AdmittedOn: admitted, OfficialOn: admitted.AddMonths(12),
		})
	}
	if err := member.AddAll(ctx, tx, b); err != nil {
		return err
	}
	if err := member.RefreshStates(ctx, tx, []member.Cell{{Part: cell.PartID, ID: cell.ID}}, f.Today); err != nil {
		return err
	}
	keeper := b.Memberships[0]
	post := office.NewOffice{Unit: top, PersonID: keeper.PersonID, Name: keeper.Name, Title: office.Staff, From: day, How: office.Appointed}
	if _, err := office.AppointAll(ctx, tx, []office.NewOffice{post, {
		Unit: cell, PersonID: keeper.PersonID, MembershipID: keeper.ID, Name: keeper.Name, Title: office.Secretary, From: day, How: office.Appointed,
	}}); err != nil {
		return err
	}
	if err := office.AddTerms(ctx, tx, []office.Term{
		{Part: top.PartID, ID: termID(top.ID, true), OrgID: top.ID, Name: "2025-2030", From: termNow()},
		{Part: cell.PartID, ID: termID(cell.ID, true), OrgID: cell.ID, Name: "2025-2030", From: day},
	}); err != nil {
		return err
	}
	_, err = f.Accounts.Create(ctx, tx, account.NewAccount{
		Login: "tochuc.tinh", Hash: hash, Sample: true, Office: "Chuyên viên Ban Tổ chức Tỉnh ủy", Unit: top.Name,
		PersonID: keeper.PersonID, PartID: cell.PartID, Name: keeper.Name,
	})
	return err
}

// newCommune is an invented commune and the old communes that are merged into it.
type newCommune struct {
	name string
	old  []string // by short name
}

func newCommunes() []newCommune {
	return []newCommune{
		{"La Trung", []string{"Thị trấn Đức Thọ", "Tùng Ảnh", "Bùi La Nhân"}},
		{"La Thượng", []string{"Hòa Lạc", "Tân Dân", "Trường Sơn"}},
		{"La Hạ", []string{"Liên Minh", "Tùng Châu", "Quang Vĩnh", "Yên Hồ"}},
		{"La Đông", []string{"Lâm Trung Thủy", "Thanh Bình Thịnh", "An Dũng"}},
		{"La Tây", []string{"Đức Đồng", "Đức Lạng", "Tân Hương"}},
	}
}

// toProvince are the organisations that go directly under the province.
func toProvince() []string {
	return []string{
		"Công an huyện", "Quân sự huyện", "Tòa án nhân dân huyện", "Viện Kiểm sát nhân dân huyện", "Chi cục Thi hành án dân sự huyện",
	}
}

// remark labels the scenario on every page of its act.
const remark = "Phương án minh họa, không phải phương án thật: tên xã mới và cách sắp xếp do người làm dữ liệu mẫu nghĩ ra."

// plan2025 is the draft of the scenario.
func plan2025(today civil.Date) (reorg.Facts, []reorg.Step) {
	facts := reorg.Facts{
		OrgID: provinceID, Title: "Kết thúc hoạt động Đảng bộ huyện Đức Thọ, thành lập 5 đảng bộ xã trực thuộc tỉnh",
		BasisNo: "01-QĐ/TU (mẫu)", BasisDay: today.AddDays(-7), BasisBy: "Ban Thường vụ Tỉnh ủy (mẫu)", Day: today, Remark: remark,
	}
	ids := map[string]int64{}
	for i, u := range shape() {
		ids[u.short] = unitIDs + int64(i)
	}
	of := func(names []string) (out []int64) {
		for _, n := range names {
			out = append(out, ids[n])
		}
		return out
	}
	var steps []reorg.Step
	for i, c := range newCommunes() {
		steps = append(steps, reorg.Step{Kind: reorg.Found, To: provinceID, New: reorg.New{
			ID: scenarioIDs + int64(i), Kind: org.KindCommuneParty, Type: "commune", Name: "Đảng bộ xã " + c.name, Short: "Xã " + c.name, Place: c.name,
		}})
	}
	for i, c := range newCommunes() {
		steps = append(steps, reorg.Step{Kind: reorg.Merge, Units: of(c.old), To: scenarioIDs + int64(i)})
	}
	center := int64(scenarioIDs)
	steps = append(steps,
		reorg.Step{Kind: reorg.Merge, Units: of([]string{"Cơ quan Đảng, đoàn thể huyện", "Cơ quan chính quyền huyện"}), To: center},
		reorg.Step{Kind: reorg.Move, Units: of(toProvince()), To: provinceID},
		reorg.Step{Kind: reorg.Move, Units: of([]string{"Trường Trung học phổ thông số 2"}), To: center + 2},
		reorg.Step{Kind: reorg.Move, Units: of([]string{"Trường Trung học phổ thông số 3"}), To: center + 3},
		reorg.Step{Kind: reorg.Move, To: center, Units: of([]string{
			"Trung tâm Y tế huyện", "Trường Trung học phổ thông số 1", "Trung tâm Dịch vụ nông nghiệp huyện", "Công ty Thủy lợi Sông La",
			"Công ty Cổ phần May La Giang", "Trung tâm Giáo dục nghề nghiệp huyện", "Chi cục Thuế huyện", "Bảo hiểm xã hội huyện",
			"Kho bạc Nhà nước huyện", "Công ty Vận tải Đức Thọ",
		})},
		reorg.Step{Kind: reorg.Rename, Units: of([]string{"Trung tâm Y tế huyện"}), New: reorg.New{Name: "Đảng bộ Trung tâm Y tế khu vực La Giang (mẫu)", Short: "Trung tâm Y tế khu vực"}},
		reorg.Step{Kind: reorg.Dissolve, Units: []int64{topID}},
	)
	return facts, steps
}

// scenario prepares the draft once everything else is there.
func (f *Fill) scenario(ctx context.Context) error {
	if f.Scenario != Scenario2025 {
		return nil
	}
	return f.once(ctx, "scenario-2025", func(tx *db.Tx) error {
		facts, steps := plan2025(f.Today)
		_, err := reorg.PutDraft(ctx, tx, facts, steps)
		return err
	})
}
