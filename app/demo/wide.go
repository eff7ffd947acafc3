package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"chibo/internal/civil"
)

// wide is the plan of a sample in the shape since 01/7/2025, commune by commune:
// each is a function of its number and the day, so that the nation never lies in
// memory as a whole.
type wide struct {
	extent
	today   civil.Date
	shares  shares
	singles []int // grassroots cells of the communes before
}

// communePlan is one commune with everything below it. Numbers of organisations and
// cells run over all communes.
type communePlan struct {
	index, province int
	unit0, cell0    int // numbers of its first organisation and cell
	units           []unitPlan
	cells           []cellPlan
}

func wideOf(e extent, today civil.Date) *wide {
	w := &wide{extent: e, today: today, shares: sharesOf(e.communes), singles: make([]int, e.communes+1)}
	for c := range e.communes {
		w.singles[c+1] = w.singles[c] + w.singlesOf(c)
	}
	return w
}

// singlesOf gives how many grassroots organisations of a commune are one cell
// (rules.md 1.19): three in ten, which is our assumption.
func (w *wide) singlesOf(c int) int { return w.shares.of(w.grassroots, c) * 3 / 10 }

// provinceOf gives the province of a commune; the communes lie in a row.
func (w *wide) provinceOf(c int) int { return c * w.provinces / w.communes }

// numberOf gives the number of a commune within its province, from 1.
func (w *wide) numberOf(c int) int {
	n := 1
	for c-n >= 0 && w.provinceOf(c-n) == w.provinceOf(c) {
		n++
	}
	return n
}

// isWard says whether the commune is a ward (phường): one in five.
func isWard(c int) bool { return c%5 == 0 }

func provinceName(p int) string { return fmt.Sprintf("Tỉnh Mẫu %02d", p+1) }

// nameOf gives the invented name of a commune, "Xã Mẫu 12".
func (w *wide) nameOf(c int) string {
	kind := "Xã"
	if isWard(c) {
		kind = "Phường"
	}
	return fmt.Sprintf("%s Mẫu %d", kind, w.numberOf(c))
}

// commune makes the plan of one commune, people included.
func (w *wide) commune(c int) communePlan {
	r := rand.New(rand.NewPCG(5_500_000, uint64(c)))
	p := communePlan{
		index: c, province: w.provinceOf(c), unit0: w.shares.before(w.grassroots, c), cell0: w.shares.before(w.cells, c) + w.singles[c],
	}
	p.units = w.unitsOf(r, c)
	for ui, u := range p.units {
		if u.grassrootsCell() {
			p.cells = append(p.cells, cellPlan{unit: ui, index: -1, name: "Chi bộ " + u.name, short: u.short, kind: u.kinds[0]})
			continue
		}
		for ci, name := range u.cells {
			p.cells = append(p.cells, cellPlan{
				unit: ui, index: ci, name: "Chi bộ " + name, short: name, kind: u.kindOf(ci), story: c == 0 && name == storyCell,
			})
		}
	}
	giveCharacter(r, p.cells)
	sizes := communeSizes(r, p.cells, w.shares.of(w.members, c))
	for i := range p.cells {
		cell := &p.cells[i]
		cell.people = people(r, cell, sizes[i], w.admissions(r, cell, sizes[i]), w.today)
		mix(r, cell, p.cell0+i)
	}
	if c == 0 {
		castWide(p.cells)
	}
	return p
}

// officeUnit is the first organisation of each commune; from its cells come the
// officers of the commune, the province and the Centre.
const officeUnit = "Cơ quan Đảng, chính quyền"

// The cells of the officers: those of the organisation, the commune, the province
// and the Centre.
func officeCells() []string {
	return []string{"Cơ quan Đảng ủy", "Cơ quan Ủy ban nhân dân", "Cơ quan Mặt trận và đoàn thể", "Cơ quan Tổ chức"}
}

// unitsOf plans the organisations of a commune: the office, clusters of villages or
// street groups, schools and firms, then those that are one cell.
func (w *wide) unitsOf(r *rand.Rand, c int) []unitPlan {
	place := fmt.Sprintf("Mẫu %d", w.numberOf(c))
	single := w.singlesOf(c)
	parties := w.shares.of(w.grassroots, c) - single
	units := []unitPlan{{name: officeUnit, short: officeUnit, typ: "party_agency", kinds: []string{bureau}, cells: officeCells(), place: place}}
	left := w.shares.of(w.cells, c) - len(officeCells())
	for n := 1; n < parties; n++ {
		cells := left / (parties - n)
		if spare := cells - 2; spare > 1 && n < parties-1 {
			cells += r.IntN(spare) - spare/2
		}
		left -= cells
		units = append(units, partyPlan(r, c, n, cells, place))
	}
	for n := range single {
		units = append(units, singlePlan(n, place))
	}
	return units
}

// partyPlan plans one organisation with cells. The second of the first commune is
// the story's.
func partyPlan(r *rand.Rand, c, n, cells int, place string) unitPlan {
	names := villageNames()
	var u unitPlan
	switch kind := n % 6; {
	case c == 0 && n == 1:
		u = unitPlan{name: "Khu phố Hòa Bình", short: "Khu phố Hòa Bình", typ: "ward"}
		groups := townGroups()
		for i := range cells {
			switch {
			case i == cells-1:
				u.add("Cơ quan khu phố", bureau)
			case i < len(groups):
				u.add(groups[i], residential)
			default:
				u.add(fmt.Sprintf("Tổ dân phố %d", i+1), residential)
			}
		}
	case kind == 4:
		name := fmt.Sprintf("Trường liên cấp số %d", n)
		u = unitPlan{name: name, short: name, typ: "public_service"}
		for i := range cells {
			u.add(fmt.Sprintf("Tổ chuyên môn %d", i+1), school)
		}
	case kind == 5:
		name := fmt.Sprintf("Công ty Cổ phần Mẫu %d", n)
		u = unitPlan{name: name, short: name, typ: "enterprise_joint_stock"}
		for i := range cells {
			u.add(fmt.Sprintf("Phân xưởng %d", i+1), []string{stateFirm, privateFirm}[r.IntN(2)])
		}
	default:
		name := pick(r, names)
		u = unitPlan{name: fmt.Sprintf("Khu dân cư %s %d", name, n), short: fmt.Sprintf("Khu %s %d", name, n), typ: "commune"}
		if isWard(c) {
			u.typ = "ward"
		}
		from := r.IntN(len(names))
		for i := range cells {
			u.add(villageName(names, from+i, isWard(c)), residential)
		}
	}
	u.place = place
	return u
}

func villageName(names []string, i int, ward bool) string {
	kind := "Thôn "
	if ward {
		kind = "Tổ dân phố "
	}
	name := kind + names[i%len(names)]
	if turn := i / len(names); turn > 0 {
		name += fmt.Sprintf(" %d", turn)
	}
	return name
}

func singlePlan(n int, place string) unitPlan {
	kinds := []struct{ name, typ, kind string }{
		{"Trạm Y tế", "public_service", bureau},
		{"Công an", "police", armed},
		{"Quân sự", "army", armed},
		{"Trường Mầm non số %d", "public_service", school},
		{"Hợp tác xã Dịch vụ số %d", "cooperative", privateFirm},
		{"Trường Tiểu học số %d", "public_service", school},
		{"Công ty trách nhiệm hữu hạn Mẫu %d", "enterprise_limited", privateFirm},
		{"Trường Trung học cơ sở số %d", "public_service", school},
	}
	k := kinds[n%len(kinds)]
	if n >= 3 {
		k = kinds[3+(n-3)%(len(kinds)-3)]
		k.name = fmt.Sprintf(k.name, 1+(n-3)/(len(kinds)-3))
	}
	return unitPlan{name: k.name, short: k.name, typ: k.typ, kinds: []string{k.kind}, place: place}
}

// leastWide is the smallest cell of a wide sample; a grassroots cell stays below
// thirty (rules.md 1.19).
const leastWide = 4

// communeSizes spreads a commune's members over its cells as cellSizes does for the
// district's.
func communeSizes(r *rand.Rand, cells []cellPlan, members int) []int {
	sizes := make([]int, len(cells))
	weights := make([]float64, len(cells))
	left, sum := members, 0.0
	for i, c := range cells {
		switch {
		case c.story:
			sizes[i] = storySize
		case c.index < 0:
			sizes[i] = 5 + r.IntN(20)
		default:
			base := map[string]float64{residential: 30, bureau: 15, school: 14, armed: 16, stateFirm: 14, privateFirm: 12}[c.kind]
			weights[i] = min(base*2.6, base*(0.45+r.ExpFloat64()*0.55))
			sum += weights[i]
		}
		left -= sizes[i]
	}
	spare := left
	for i := range cells {
		if weights[i] > 0 {
			sizes[i] = max(leastWide, int(weights[i]/sum*float64(left)))
			spare -= sizes[i]
		}
	}
	for i := 0; spare != 0; i = (i + 1) % len(cells) {
		step := 1
		if spare < 0 {
			step = -1
		}
		if weights[i] > 0 && sizes[i]+step >= leastWide {
			sizes[i] += step
			spare -= step
		}
	}
	return sizes
}

// admissions gives the days of a cell's admissions of the last seven years: about
// three in a hundred members a year (rules.md 10.03).
func (w *wide) admissions(r *rand.Rand, c *cellPlan, size int) []civil.Date {
	const years = 7
	var days []civil.Date
	if c.story {
		days = append(days, w.today.AddDays(-150))
	}
	for range size {
		if r.Float64() > 0.035*years || len(days) >= size/2-1 || c.story && len(days) > 8 {
			continue
		}
		back := 20 + r.IntN(365*years)
		if c.barren && back < 365*4 {
			continue
		}
		days = append(days, w.today.AddDays(-back))
	}
	slices.SortFunc(days, civil.Date.Compare)
	return days
}

// mix gives each cell a name that is rare in the district's pools, each in turn, so
// that every Vietnamese letter occurs, and now and then two people of one name. no is
// the number of the cell.
func mix(r *rand.Rand, c *cellPlan, no int) {
	from := r.IntN(len(c.people))
	for k := range c.people {
		p := &c.people[(from+k)%len(c.people)]
		if p.female == (no%2 == 0) {
			p.name = pick(r, rareFamilies()) + " " + pick(r, middles(p.female)) + " " + rareGiven(no/2, p.female)
			break
		}
	}
	last := len(c.people) - 1
	if r.IntN(6) == 0 && !c.story && c.people[last].female == c.people[last-1].female {
		c.people[last-1].name = c.people[last].name
	}
}

// castWide names the people whom a visitor can be; see cast.
func castWide(cells []cellPlan) {
	for i := range cells {
		c := &cells[i]
		fit := fitFor(c)
		switch {
		case c.story:
			cast(cells[i : i+1])
		case c.short == "Cơ quan khu phố":
			name(&c.people[fit[0]], "Ngô Bá Chiến", false, 1970)
			name(&c.people[fit[1]], "Trịnh Thị Kim Oanh", true, 1979)
		case c.unit == 0 && c.index == 1:
			name(&c.people[fit[1]], "Phan Thị Bích Vân", true, 1982)
		case c.unit == 0 && c.index == 2:
			name(&c.people[fit[1]], "Dương Khắc Toàn", false, 1984)
		case c.unit == 0 && c.index == 3:
			name(&c.people[fit[1]], "Uông Minh Ký", false, 1975)
		}
	}
}

// fitFor gives who of a cell holds posts above it: the last two official members
// without a spell, else the last two.
func fitFor(c *cellPlan) [2]int {
	last := len(c.people) - 1
	out, n := [2]int{last, last - 1}, 0
	for k := last; k >= 0 && n < 2; k-- {
		if q := c.people[k]; !q.official.IsZero() && q.spell == "" {
			out[n] = k
			n++
		}
	}
	if out[0] == out[1] {
		out[1] = last
	}
	return out
}
