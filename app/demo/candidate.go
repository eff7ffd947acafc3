package demo

import (
	"math/rand/v2"

	"chibo/admission"
	"chibo/internal/civil"
)

// stage is how many people of the sample wait at a step, and how long: mostly some days,
// a few far too long.
type stage struct {
	step string // the one that waits
	n    int
	wait int // days at most
	late int // of them so many wait lateDays
}

// lateDays is so long that every deadline of the steps is over.
const lateDays = 105

// stages are people on their way who are not admitted yet, about ninety: the numbers are
// ours.
func stages() []stage {
	return []stage{
		{"class", 16, 140, 0},
		{"application", 8, 50, 0},
		{"cv", 7, 25, 0},
		{"verify_ask", 5, 15, 0},
		{"verify", 11, 70, 0},
		{"opinions", 7, 25, 0},
		{"committee", 7, 20, 0},
		{admission.StepCellVote, 9, 25, 0},
		{"base", 8, 25, 2},
		{admission.StepDecision, 8, 20, 2},
		{admission.StepCeremony, 5, 12, 2},
	}
}

// storyStages are those of the visitor's cell.
func storyStages() []string {
	return []string{"class", "verify", admission.StepCellVote, "base", admission.StepCeremony}
}

// stopped is how many of the sample were stopped in the last two years.
const stoppedPeople = 9

// gap gives the days that usually pass from the step before to a step.
func gap(step string) int {
	switch step {
	case "class":
		return 150
	case "application":
		return 40
	case "verify":
		return 38
	case "opinions", "base", admission.StepDecision:
		return 19
	case admission.StepCellVote:
		return 12
	}
	return 9
}

// candidate is an invented person on the way who is in no register.
type candidate struct {
	cell int
	step string // that waits; of one who was stopped the last that was done
	wait int
	stop bool
}

// candidates gives the people of the sample who are not admitted yet.
func candidates(cells []cellPlan) []candidate {
	r := rand.New(rand.NewPCG(1930, 2))
	var open, town []int
	for i, c := range cells {
		if c.barren || c.story {
			continue
		}
		open = append(open, i)
		if c.unit == 0 { // the visitor's town
			town = append(town, i)
		}
	}
	pick := func(n int) int {
		if n%5 == 0 {
			return town[r.IntN(len(town))]
		}
		return open[r.IntN(len(open))]
	}
	var out []candidate
	for _, st := range stages() {
		for n := range st.n {
			c := candidate{cell: pick(n), step: st.step, wait: 2 + r.IntN(st.wait)}
			if n < st.late {
				c.wait = lateDays + r.IntN(20)
			}
			for st.step == "base" && cells[c.cell].index < 0 { // a grassroots cell has no such step
				c.cell = open[r.IntN(len(open))]
			}
			out = append(out, c)
		}
	}
	for i, c := range cells {
		if c.story {
			for n, step := range storyStages() {
				out = append(out, candidate{cell: i, step: step, wait: 4 + 5*n})
			}
		}
	}
	for range stoppedPeople {
		out = append(out, candidate{cell: open[r.IntN(len(open))], step: []string{"class", "application", "verify"}[r.IntN(3)], wait: 30 + r.IntN(600), stop: true})
	}
	return out
}

// aspirant gives an invented person who has good chances in a cell of the kind.
func aspirant(r *rand.Rand, kind string, today civil.Date) admission.Person {
	p := admission.Person{Sex: "m", Citizen: true, Ethnic: "kinh", Education: "upper"}
	female := r.IntN(100) < 52
	if female {
		p.Sex = "f"
	}
	p.Name = personName(r, female)
	p.Birth = civil.Of(today.Year()-20-r.IntN(22), 1+r.IntN(12), 1+r.IntN(28))
	if r.IntN(25) == 0 {
		p.Ethnic, p.Name = []string{"tay", "thai", "muong"}[r.IntN(3)], rareName(r, female)
	}
	of := map[string][]string{
		residential: {"farmer", "farmer", "trade", "local", "private"}, bureau: {"service", "state", "party"}, school: {"service", "service", "student"},
		armed: {"army"}, stateFirm: {"soe"}, privateFirm: {"private", "foreign"},
	}
	p.Occupation = of[kind][r.IntN(len(of[kind]))]
	p.Professional = []string{"none", "vocational", "middle", "college", "university"}[r.IntN(5)]
	if kind != residential {
		p.Professional = []string{"middle", "college", "university", "university", "master"}[r.IntN(5)]
	}
	p.YouthBase = true
	p.YouthUnion = today.Year()-p.Birth.Year() <= 31
	p.TradeUnion = kind != residential && kind != armed
	return p
}

// looks are what cells say of people on their list.
func looks() []admission.Note {
	return []admission.Note{
		{Verdict: "good", Text: "Tham gia tích cực việc chung, có trách nhiệm, được bà con tin."},
		{Verdict: "good", Text: "Hoàn thành tốt việc được giao, chịu khó học hỏi."},
		{Verdict: "more", Text: "Nhiệt tình nhưng còn ngại phát biểu, cần giúp đỡ thêm."},
		{Verdict: "good", Text: "Công tác tốt, sống hòa nhã."},
		{Verdict: "more", Text: "Bận việc gia đình, tham gia chưa đều."},
	}
}

// works are what people on the list are given to do.
func works() []string {
	return []string{
		"Vận động các hộ trong ngõ hiến đất mở rộng đường", "Phụ trách đội văn nghệ dịp ngày hội đại đoàn kết", "Giúp hai hộ già yếu làm giấy tờ bảo hiểm trên mạng",
		"Tổ chức ngày chủ nhật xanh của chi đoàn", "Ghi sổ quỹ khuyến học của tổ", "Hướng dẫn bà con dùng dịch vụ công trên điện thoại",
	}
}

// stopReasons are why somebody was stopped, with what was noted.
func stopReasons() []admission.Dossier {
	return []admission.Dossier{{StopReason: "withdrawn"}, {StopReason: "moved"}, {StopReason: "conduct"}, {StopReason: "verification"}}
}
