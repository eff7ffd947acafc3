package demo

import (
	"fmt"

	"chibo/admission"
	"chibo/internal/civil"
	"chibo/rulebook"
)

// rest gives what stands around the way: who introduces and helps, papers, what was said.
func (w *onTheWay) rest() {
	d := &w.past.Dossier
	d.Since = d.TrackedOn
	helper := w.fit(d.TrackedOn, 0)
	if helper >= 0 {
		h := admission.Helper{MembershipID: w.c.members[helper], Name: w.c.people[helper].name, From: d.TrackedOn}
		if d.State != "" && d.State != admission.Open {
			h.To = d.TrackedOn.AddMonths(12)
		}
		w.past.Helpers = []admission.Helper{h}
	}
	if vote, ok := w.done("committee"); ok {
		w.introduce(vote)
	}
	w.papers()
	if d.JoinedOn.IsZero() && d.State == "" {
		w.said()
	}
}

func (w *onTheWay) done(step string) (admission.Record, bool) {
	for _, r := range w.past.Records {
		if r.Step == step {
			return r, true
		}
	}
	return admission.Record{}, false
}

// fit gives the n-th member who was official long before a day and is there; below zero:
// nobody.
func (w *onTheWay) fit(on civil.Date, n int) int {
	start := w.r.IntN(len(w.c.people))
	for x := range w.c.people {
		k := (start + x) % len(w.c.people)
		p := w.c.people[k]
		if p.spell != "" || p.official.IsZero() || p.official.After(on.AddMonths(-14)) {
			continue
		}
		if n--; n < 0 {
			return k
		}
	}
	return -1
}

// introduce names the introducers as the rules ask for.
func (w *onTheWay) introduce(at admission.Record) {
	need := w.set.Int(rulebook.IntroducerNumber)
	way := admission.WayOf(w.set, admission.Facts{Person: w.past.Person, CellType: w.c.unit.Type}, at.Day)
	if way != admission.WayMember {
		name := "Đoàn cơ sở " + w.c.upper.Short
		if way == admission.WayTrade {
			name = "Công đoàn cơ sở " + w.c.upper.Short
		}
		w.past.Introducers = append(w.past.Introducers, admission.Introducer{
			Way: way, Name: name, Number: fmt.Sprintf("%02d-NQ", 3+w.r.IntN(40)), Day: at.Day.AddDays(-6),
		})
		need--
	}
	seen := map[int]bool{}
	for x := 0; len(seen) < need && x < 40; x++ {
		k := w.fit(at.Day, x%7)
		if k < 0 || seen[k] {
			continue
		}
		seen[k] = true
		w.past.Introducers = append(w.past.Introducers, admission.Introducer{
			Way: admission.WayMember, MembershipID: w.c.members[k], Name: w.c.people[k].name, Since: at.Day.AddMonths(-20 - w.r.IntN(60)),
		})
	}
}

// papers records the papers of the steps that are done; here and there one is missing.
func (w *onTheWay) papers() {
	set := w.set
	introduced := ""
	for _, x := range w.past.Introducers {
		if x.Way != admission.WayMember {
			introduced = x.Way
		}
	}
	checker := w.c.people[w.c.lead[min(1, len(w.c.lead)-1)]].name
	last := w.past.Records[len(w.past.Records)-1].Step
	for _, p := range set.AdmissionPapers() {
		r, ok := w.done(p.Step)
		fresh := p.Step == last && (w.c.story || w.r.IntN(2) == 0) && w.past.State == "" // its paper is still to be made
		if !ok || fresh || p.Way != "" && p.Way != introduced || w.r.IntN(16) == 0 {
			continue
		}
		paper := admission.Paper{
			Kind: p.Code, Present: true, Number: r.Number, Day: r.Day, Pages: 1 + w.r.IntN(3), Kept: "cell", CheckedBy: checker,
			CheckedOn: earlier(r.Day.AddDays(2), w.f.Today),
		}
		switch {
		case p.Code == "verification":
			paper.Pages = 6 + w.r.IntN(8)
		case !w.past.JoinedOn.IsZero() && w.c.index >= 0:
			paper.Kept = "base"
		}
		w.past.Papers = append(w.past.Papers, paper)
	}
}

// said gives what the cell said of the person of late, and the work it gave.
func (w *onTheWay) said() {
	d := &w.past.Dossier
	for n := range 3 {
		on := w.meetingOn(w.f.Today.AddMonths(-n).AddDays(-1), civil.Date{})
		if on.Before(d.TrackedOn) || w.r.IntN(7) == 0 {
			continue
		}
		look := looks()[w.r.IntN(len(looks()))]
		look.Kind, look.Day, look.Name = admission.NoteReview, on, w.lead()
		w.past.Notes = append(w.past.Notes, look)
		if on.After(d.ReviewedOn) {
			d.ReviewedOn = on
		}
	}
	given := d.TrackedOn.AddDays(20)
	if !given.Before(w.f.Today) {
		return
	}
	work := admission.Note{Kind: admission.NoteWork, Day: given, Due: given.AddDays(60), Text: works()[w.r.IntN(len(works()))], Name: w.lead()}
	if done := given.AddDays(40 + w.r.IntN(30)); done.Before(w.f.Today) {
		work.DoneOn = done
	}
	w.past.Notes = append(w.past.Notes, work)
}

// admissionPlans are the plans of the year: of the district, of each organisation, and of
// the cells that admit nobody the reason and the next step; the story's cell has its own.
func (f *Fill) admissionPlans(g *ground) []admission.Plan {
	year := f.Today.Year()
	start := civil.Of(year, 1, 1)
	plan := func(part, org int64, base, target int) admission.Plan {
		return admission.Plan{
			Part: part, OrgID: org, Year: year, Quarters: [4]int{target / 5, target / 2, target * 3 / 4, target}, Sources: target * 2, BaseOn: start, Base: base,
			Text: "Rà soát nguồn ngay từ đầu năm; mỗi chi bộ phân công đảng viên chính thức giúp đỡ từng người.", ByName: "Văn phòng cấp ủy",
		}
	}
	members, targets := map[int]int{}, map[int]int{}
	all := 0
	var out []admission.Plan
	for i := range g.cells {
		c := &g.cells[i]
		n := len(c.people)
		all += n
		members[c.cellPlan.unit] += n
		if !c.barren {
			targets[c.cellPlan.unit] += max(1, n/28)
		}
		switch {
		case c.story:
			p := plan(c.unit.PartID, c.unit.ID, n, 2)
			p.Quarters, p.Sources, p.Text, p.ByName = [4]int{0, 1, 1, 2}, 5, "Tập trung đoàn viên và tổ trưởng các ngõ; mỗi tháng chi bộ nghe người giúp đỡ báo cáo.", c.people[c.lead[0]].name
			out = append(out, p)
		case c.barren && i%3 > 0:
			p := plan(c.unit.PartID, c.unit.ID, n, 0)
			p.Text, p.ByName = "", c.people[c.lead[0]].name
			p.Reason, p.NextStep = barrenReasons()[i%4], "Cùng Đoàn thanh niên rà soát lại danh sách, chọn ít nhất một người để theo dõi."
			p.NextOn, p.None = civil.Of(year, 12, 15), i%4 == 3 && c.kind != residential
			out = append(out, p)
		}
	}
	for u, unit := range g.units {
		if len(shape()[u].cells) > 0 {
			out = append(out, plan(unit.PartID, unit.ID, members[u], targets[u]))
		}
	}
	total := 0
	for _, n := range targets {
		total += n
	}
	return append(out, plan(g.top.PartID, g.top.ID, all, total))
}

// barrenReasons are why cells say that they admit nobody.
func barrenReasons() []string {
	return []string{
		"Thanh niên đi làm ăn xa, ở nhà chủ yếu là người cao tuổi.", "Nguồn là phụ nữ có con nhỏ, chưa sắp xếp được thời gian học lớp nhận thức.",
		"Hai quần chúng được theo dõi đã chuyển đi nơi khác.", "Cơ quan ít người, hầu hết đã là đảng viên.",
	}
}
