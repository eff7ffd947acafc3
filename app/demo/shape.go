package demo

// The report's figures (rules.md 0.22).
const (
	grassrootsUnits = 35
	dependentCells  = 289
	allMembers      = 8701
	admittedInAll   = 269 // between admittedFrom and admittedTo
)

// unitPlan is one grassroots organisation of the sample district.
type unitPlan struct {
	name  string // after "Đảng bộ " or "Chi bộ "
	short string
	typ   string   // unit type, rules.md 1.35
	cells []string // names after "Chi bộ "; none for a grassroots cell (rules.md 1.19)
	kinds []string // cell type of each cell, rules.md 1.34; one value stands for all
	size  int      // members of a grassroots cell
	place string   // before the date on papers
}

func (u unitPlan) grassrootsCell() bool { return len(u.cells) == 0 }

func (u unitPlan) kindOf(i int) string {
	if len(u.kinds) == 1 {
		return u.kinds[0]
	}
	return u.kinds[i]
}

// storyUnit and storyCell are where the visitor's story plays.
const (
	storyUnit = "Thị trấn Đức Thọ"
	storyCell = "Tổ dân phố Hòa Bình"
	// storySize is the number of members of the story's cell: small enough that a
	// visitor can call its roll.
	storySize = 28
)

const (
	residential = "residential"
	bureau      = "office"
	stateFirm   = "state_enterprise"
	privateFirm = "private_enterprise"
	school      = "school"
	armed       = "armed_forces"
)

// communes are the 15 communes of the district (real names) with the number of
// their village cells; schools and the health station come on top.
func communes() []struct {
	name     string
	villages int
} {
	return []struct {
		name     string
		villages int
	}{
		{"An Dũng", 14},
		{"Bùi La Nhân", 13},
		{"Đức Đồng", 10},
		{"Đức Lạng", 10},
		{"Hòa Lạc", 12},
		{"Lâm Trung Thủy", 16},
		{"Liên Minh", 9},
		{"Quang Vĩnh", 8},
		{"Tân Dân", 15},
		{"Tân Hương", 7},
		{"Thanh Bình Thịnh", 17},
		{"Trường Sơn", 11},
		{"Tùng Ảnh", 12},
		{"Tùng Châu", 11},
		{"Yên Hồ", 10},
	}
}

// Names of villages and street groups are invented.
func villageNames() []string {
	return []string{
		"Đông Thịnh", "Tân Mỹ", "Phúc Lộc", "Hồng Hà", "Yên Thắng", "Trung Nam", "Đại Thành", "Tiến Lợi", "Bình Định",
		"Châu Nội", "Gia Phú", "Hữu Chế", "Long Sơn", "Nam Thành", "Ngọc Lâm", "Phượng Sơn", "Quang Tiến", "Sơn Lễ",
		"Tân Sơn", "Thịnh Cường", "Thượng Tiến", "Tiên Thọ", "Văn Khang", "Vạn Phúc", "Xuân Phượng", "Yên Mỹ", "Đồng Cần",
		"Đồng Vịnh", "Hà Cát", "Lâm Hải", "Liên Trung", "Minh Tiến",
	}
}

func townGroups() []string {
	return []string{
		"Tổ dân phố Hòa Bình", "Tổ dân phố Bình Minh", "Tổ dân phố Đông Phong", "Tổ dân phố Hưng Thịnh", "Tổ dân phố Thống Nhất",
		"Tổ dân phố Tân Lập", "Tổ dân phố Hùng Cường", "Tổ dân phố Phú Quý", "Tổ dân phố Vạn Xuân", "Tổ dân phố Nam Hồng",
	}
}

// shape gives the 35 organisations: the town, 15 communes and 19 others, of which
// ten are grassroots cells. The 289 dependent cells are those of the rest.
func shape() []unitPlan {
	units := []unitPlan{town()}
	names := villageNames()
	next := 0
	for _, c := range communes() {
		u := unitPlan{name: "Xã " + c.name, short: c.name, typ: "commune", place: c.name}
		for range c.villages {
			u.add("Thôn "+names[next%len(names)], residential)
			next++
		}
		for _, s := range []string{"Trường Mầm non", "Trường Tiểu học", "Trường Trung học cơ sở"} {
			u.add(s+" "+c.name, bureau)
		}
		if c.villages >= 10 {
			u.add("Trạm Y tế "+c.name, bureau)
		}
		units = append(units, u)
	}
	return append(units, others()...)
}

func (u *unitPlan) add(cell, kind string) {
	u.cells = append(u.cells, cell)
	u.kinds = append(u.kinds, kind)
}

func town() unitPlan {
	u := unitPlan{name: storyUnit, short: storyUnit, typ: "township", place: "Đức Thọ"}
	for _, g := range townGroups() {
		u.add(g, residential)
	}
	for _, s := range []string{"Trường Mầm non thị trấn", "Trường Tiểu học thị trấn", "Trường Trung học cơ sở thị trấn", "Trạm Y tế thị trấn", "Cơ quan thị trấn"} {
		u.add(s, bureau)
	}
	u.add("Công an thị trấn", armed)
	return u
}

func others() []unitPlan {
	const at = "Đức Thọ"
	many := func(name, typ, kind string, cells ...string) unitPlan {
		return unitPlan{name: name, short: name, typ: typ, cells: cells, kinds: []string{kind}, place: at}
	}
	one := func(name, typ, kind string, size int) unitPlan {
		return unitPlan{name: name, short: name, typ: typ, kinds: []string{kind}, size: size, place: at}
	}
	return []unitPlan{
		many("Cơ quan Đảng, đoàn thể huyện", "party_agency", bureau, "Văn phòng cấp ủy", "Cơ quan Tổ chức", "Cơ quan Tuyên giáo - Dân vận", "Cơ quan Kiểm tra", "Cơ quan Mặt trận và đoàn thể"),
		many("Cơ quan chính quyền huyện", "state_agency", bureau, "Văn phòng ủy ban", "Phòng Nội vụ", "Phòng Tài chính - Kế hoạch", "Phòng Nông nghiệp", "Phòng Giáo dục và Đào tạo", "Phòng Kinh tế - Hạ tầng", "Phòng Lao động - Xã hội", "Thanh tra"),
		many("Công an huyện", "police", armed, "Tham mưu tổng hợp", "An ninh", "Cảnh sát hình sự", "Cảnh sát giao thông", "Quản lý hành chính", "Hậu cần", "Cảnh sát cơ động"),
		many("Quân sự huyện", "army", armed, "Tham mưu", "Chính trị", "Hậu cần - Kỹ thuật", "Trung đội thường trực"),
		many("Trung tâm Y tế huyện", "public_service", bureau, "Hành chính - Tổng hợp", "Khối Lâm sàng", "Khối Cận lâm sàng", "Khối Dự phòng", "Dân số"),
		many("Trường Trung học phổ thông số 1", "public_service", school, "Tổ Tự nhiên", "Tổ Xã hội", "Văn phòng và học sinh"),
		many("Trung tâm Dịch vụ nông nghiệp huyện", "public_service", bureau, "Trồng trọt", "Chăn nuôi - Thú y", "Khuyến nông"),
		many("Công ty Thủy lợi Sông La", "enterprise_state_full", stateFirm, "Văn phòng công ty", "Cụm trạm Bắc", "Cụm trạm Nam"),
		many("Công ty Cổ phần May La Giang", "enterprise_joint_stock", privateFirm, "Khối văn phòng", "Phân xưởng 1", "Phân xưởng 2"),
		one("Trường Trung học phổ thông số 2", "public_service", school, 29),
		one("Trường Trung học phổ thông số 3", "public_service", school, 27),
		one("Trung tâm Giáo dục nghề nghiệp huyện", "public_service", bureau, 21),
		one("Tòa án nhân dân huyện", "state_agency", bureau, 12),
		one("Viện Kiểm sát nhân dân huyện", "state_agency", bureau, 11),
		one("Chi cục Thi hành án dân sự huyện", "state_agency", bureau, 9),
		one("Chi cục Thuế huyện", "state_agency", bureau, 24),
		one("Bảo hiểm xã hội huyện", "state_agency", bureau, 14),
		one("Kho bạc Nhà nước huyện", "state_agency", bureau, 10),
		one("Công ty Vận tải Đức Thọ", "enterprise_private", privateFirm, 8),
	}
}
