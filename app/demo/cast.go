package demo

import "chibo/internal/civil"

// The story's people stand at fixed places of their cells' plans, after the newly
// admitted, so that they are always old enough in the Party to hold an office.
const (
	castSecretary = 14
	castDeputy    = 15
	castClerk     = 16
	castElder     = 17
	castYoung     = 18
)

const (
	townOffice     = "Cơ quan thị trấn"
	districtOffice = "Cơ quan Tổ chức"
)

// cast names the people whom a visitor can be; all are invented.
func cast(cells []cellPlan) {
	for i := range cells {
		c := &cells[i]
		last := len(c.people) - 1
		switch {
		case c.story:
			name(&c.people[castSecretary], "Lưu Đình Khải", false, 1963)
			name(&c.people[castDeputy], "Kiều Thị Hạnh", true, 1971)
			name(&c.people[castClerk], "Thái Hữu Thụ", false, 1978)
			name(&c.people[castElder], "Mai Thị Thơm", true, 1956)
			name(&c.people[castYoung], "Đoàn Trọng Nghĩa", false, 1986)
		case c.short == townOffice:
			name(&c.people[last], "Ngô Bá Chiến", false, 1970)
			name(&c.people[last-1], "Trịnh Thị Kim Oanh", true, 1979)
		case c.short == districtOffice:
			name(&c.people[last], "Dương Khắc Toàn", false, 1984)
		}
	}
}

// name makes a planned person somebody: official long since, without a spell.
func name(p *personPlan, full string, female bool, born int) {
	p.name, p.female, p.spell, p.place = full, female, "", ""
	p.birth = civil.Of(born, 4, 17)
	p.admitted = civil.Of(born+28, 9, 2)
	p.official = p.admitted.AddMonths(12)
	if !p.admitted.Before(admittedFrom()) {
		panic("demo: the cast would change the report's 269")
	}
}
