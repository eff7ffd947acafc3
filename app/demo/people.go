package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"chibo/internal/civil"
)

// admittedFrom and admittedTo bound the report's 269. That the report's
// "2019-2022" means these days, and how the 269 fall on its months, is our
// assumption.
func admittedFrom() civil.Date { return civil.Of(2019, 7, 1) }
func admittedTo() civil.Date   { return civil.Of(2022, 6, 30) }

// personPlan is one invented member of a cell.
type personPlan struct {
	name     string
	female   bool
	birth    civil.Date
	phone    string
	admitted civil.Date // decision
	ceremony civil.Date // zero for those admitted before the report's window
	official civil.Date // zero: reserve on the demo's day
	spell    string     // exempt, temp_out, away; "" none
	spellOn  civil.Date
	place    string
}

// cellPlan is one cell with its people and its character.
type cellPlan struct {
	unit    int // index into shape
	index   int // within the unit; -1 for a grassroots cell
	name    string
	short   string
	kind    string
	people  []personPlan
	day     int     // fixed day of the month, rules.md 2.05
	hour    int     // of the meeting
	care    float64 // 0..1: how well it is prepared and run
	chatty  float64 // share of members who speak
	work    float64 // share of minutes that goes to professional matters
	barren  bool    // admits nobody for years
	story   bool
	byGroup bool // has Party groups; its present month is left to the visitor, as the story's
	dormant bool // has no thematic meeting this quarter
}

// plan gives all cells of the district on a day, people included.
func plan(today civil.Date) []cellPlan {
	r := rand.New(rand.NewPCG(2022, 289))
	units := shape()
	var cells []cellPlan
	for ui, u := range units {
		if u.grassrootsCell() {
			cells = append(cells, cellPlan{unit: ui, index: -1, name: "Chi bộ " + u.name, short: u.short, kind: u.kinds[0]})
			continue
		}
		for ci, name := range u.cells {
			cells = append(cells, cellPlan{
				unit: ui, index: ci, name: "Chi bộ " + name, short: name, kind: u.kindOf(ci),
				story: u.name == storyUnit && name == storyCell, byGroup: u.name == storyUnit && name == groupCell,
			})
		}
	}
	giveCharacter(r, cells)
	sizes := cellSizes(r, cells, units)
	admissions := spreadAdmissions(r, cells, sizes, today)
	for i := range cells {
		cells[i].people = people(r, &cells[i], sizes[i], admissions[i], today)
	}
	cast(cells)
	return cells
}

func giveCharacter(r *rand.Rand, cells []cellPlan) {
	for i := range cells {
		c := &cells[i]
		c.day = 1 + r.IntN(10)
		if r.IntN(5) == 0 {
			c.day = 12 + r.IntN(14)
		}
		c.hour = []int{19, 19, 14, 15}[r.IntN(4)]
		if c.kind != residential {
			c.hour = []int{14, 15, 16}[r.IntN(3)]
		}
		c.care = min(1, max(0.15, 0.8+r.NormFloat64()*0.16))
		if r.IntN(12) == 0 { // some cells are badly prepared for years
			c.care = 0.2 + r.Float64()*0.25
		}
		c.chatty = min(0.9, max(0.12, 0.42+r.NormFloat64()*0.13))
		c.work = 0.15 + r.Float64()*0.15
		if c.kind != residential && c.kind != school {
			c.work = 0.3 + r.Float64()*0.35
		}
		c.barren = r.IntN(10) < 3
		c.dormant = r.IntN(8) == 0
		if c.story {
			c.day, c.hour, c.care, c.chatty, c.work, c.barren, c.dormant = 3, 19, 0.8, 0.5, 0.12, false, false
		}
	}
}

// cellSizes spreads the report's members over the cells: villages are large,
// offices small, some very large, never below the least for a cell.
func cellSizes(r *rand.Rand, cells []cellPlan, units []unitPlan) []int {
	weights := make([]float64, len(cells))
	sizes := make([]int, len(cells))
	left, sum := allMembers, 0.0
	for i, c := range cells {
		switch {
		case c.story:
			sizes[i] = storySize
		case c.index < 0:
			sizes[i] = units[c.unit].size
		default:
			base := map[string]float64{residential: 40, bureau: 15, school: 16, armed: 18, stateFirm: 16, privateFirm: 14}[c.kind]
			weights[i] = base * (0.45 + r.ExpFloat64()*0.55)
			weights[i] = min(weights[i], base*2.6)
			sum += weights[i]
		}
		left -= sizes[i]
	}
	const least = 6
	spare := left
	for i := range cells {
		if weights[i] > 0 {
			sizes[i] = max(least, int(weights[i]/sum*float64(left)))
			spare -= sizes[i]
		}
	}
	for i := 0; spare != 0; i = (i + 1) % len(cells) {
		step := 1
		if spare < 0 {
			step = -1
		}
		if weights[i] > 0 && sizes[i]+step >= least {
			sizes[i] += step
			spare -= step
		}
	}
	return sizes
}

// spreadAdmissions gives each cell the days of its admissions since 2019: exactly
// 269 within the report's window, about seven a month outside it.
func spreadAdmissions(r *rand.Rand, cells []cellPlan, sizes []int, today civil.Date) [][]civil.Date {
	var open []int // a cell stands here once for each admission it may have
	for i, c := range cells {
		if c.barren {
			continue
		}
		for range max(1, sizes[i]/9) {
			open = append(open, i)
		}
	}
	out := make([][]civil.Date, len(cells))
	add := func(n int, from, to civil.Date) {
		days := to.Sub(from) + 1
		for range n {
			i := open[r.IntN(len(open))]
			for len(out[i]) >= sizes[i]/2 {
				i = open[r.IntN(len(open))]
			}
			out[i] = append(out[i], from.AddDays(r.IntN(days)))
		}
	}
	add(admittedInAll, admittedFrom(), admittedTo())
	from := admittedTo().AddDays(1)
	add(max(0, today.Month().Sub(from.Month()))*7, from, today.AddDays(-20))
	storyReserve(cells, out, today)
	for i := range out {
		slices.SortFunc(out[i], civil.Date.Compare)
	}
	return out
}

// storyReserve gives the story's cell one member on probation, taking the latest
// admission of another cell, so that the sums stay.
func storyReserve(cells []cellPlan, admissions [][]civil.Date, today civil.Date) {
	from := slices.IndexFunc(admissions, func(days []civil.Date) bool {
		return len(days) > 0 && days[len(days)-1].After(admittedTo())
	})
	to := slices.IndexFunc(cells, func(c cellPlan) bool { return c.story })
	if from < 0 {
		return
	}
	admissions[from] = admissions[from][:len(admissions[from])-1]
	admissions[to] = append(admissions[to], today.AddDays(-150))
}

// people gives the members of a cell: the newly admitted first, then the others,
// all admitted before the report's window.
func people(r *rand.Rand, c *cellPlan, size int, admissions []civil.Date, today civil.Date) []personPlan {
	out := make([]personPlan, 0, size)
	for _, day := range admissions {
		out = append(out, newMember(r, day, today))
	}
	for len(out) < size {
		out = append(out, oldMember(r, c.kind))
	}
	for i := range out {
		out[i].phone = fmt.Sprintf("0100%06d", r.IntN(1_000_000)) // 0100 is nobody's prefix
		if c.story {
			storySpells(&out[i], i, today)
		} else {
			spell(r, &out[i], c.kind, today)
		}
	}
	return out
}

// recognisedWithin is how many days after the probation a recognition may still be under
// way.
const recognisedWithin = 95

func newMember(r *rand.Rand, day, today civil.Date) personPlan {
	p := personPlan{female: r.IntN(100) < 46, admitted: day}
	p.name = personName(r, p.female)
	p.birth = civil.Of(day.Year()-19-r.IntN(20), 1+r.IntN(12), 1+r.IntN(28))
	p.ceremony = day.AddDays(10 + r.IntN(20))
	official := p.ceremony.AddMonths(12)
	under := official.After(today.AddDays(-recognisedWithin)) && day.Day()%2 == 0 // the recognition takes its time
	if !official.After(today) && !under {
		p.official = official
	}
	return p
}

func oldMember(r *rand.Rand, kind string) personPlan {
	p := personPlan{female: r.IntN(100) < 36}
	p.name = personName(r, p.female)
	age := 30 + r.IntN(30)
	if kind == residential {
		age = 38 + r.IntN(50)
	}
	year := 2019 - age
	p.birth = civil.Of(year, 1+r.IntN(12), 1+r.IntN(28))
	if age > 75 && r.IntN(4) == 0 {
		p.birth, _ = civil.Parse(fmt.Sprint(year)) // an old record often knows the year alone
	}
	joined := min(2018, year+20+r.IntN(max(1, min(25, age-20))))
	p.admitted = civil.Of(joined, 1+r.IntN(12), 1+r.IntN(28))
	p.official = p.admitted.AddMonths(12).AddDays(r.IntN(25))
	return p
}

func spell(r *rand.Rand, p *personPlan, kind string, today civil.Date) {
	if p.official.IsZero() {
		return
	}
	age := today.Year() - p.birth.Year()
	switch {
	case age >= 74 && r.IntN(100) < 38:
		p.spell, p.spellOn = "exempt", civil.Of(today.Year()-1-r.IntN(5), 1+r.IntN(12), 1)
	case kind == residential && age < 50 && r.IntN(100) < 9:
		p.spell, p.spellOn = "temp_out", today.AddDays(-60-r.IntN(150))
		p.place = pick(r, []string{"Thành phố Vinh", "Hà Nội", "Bình Dương", "Đồng Nai", "Thành phố Hồ Chí Minh", "Bắc Ninh"})
	case kind == residential && age < 55 && r.IntN(100) < 7:
		p.spell, p.spellOn = "away", today.AddDays(-40-r.IntN(200))
		p.place = pick(r, []string{"Bình Dương", "Đồng Nai", "Đà Nẵng", "Lâm Đồng", "Quảng Ninh"})
	}
}

// storySpells makes the story's cell small and clear: three exempt, one in
// temporary activity elsewhere.
func storySpells(p *personPlan, i int, today civil.Date) {
	switch {
	case p.official.IsZero():
	case i == 24 || i == 25 || i == 26:
		p.birth = civil.Of(today.Year()-82+i-24, 5, 12)
		p.admitted = p.birth.AddMonths(24 * 12)
		p.official = p.admitted.AddMonths(12)
		p.spell, p.spellOn = "exempt", civil.Of(today.Year()-2, 3, 1)
	case i == 23:
		p.spell, p.spellOn, p.place = "temp_out", today.AddDays(-75), "Bình Dương"
	}
}
