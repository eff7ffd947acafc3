package demo

import (
	"math/rand/v2"
	"time"

	"chibo/ballot"
	"chibo/internal/civil"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/rulebook"
	"chibo/task"
)

// main is the regular meeting with its agenda, roll, opinions and decisions.
func (s *sheetOf) main(b *batch, att meeting.Attendance, reviews []task.PastReview) meeting.HistoryMeeting {
	h := s.plan()
	m := &h.Meeting
	m.State, m.InvitedAt = meeting.Closed, s.p.opened.AddDate(0, 0, -max(1, s.p.docsEarly))
	m.OpenedAt, m.ClosedAt = s.p.opened, s.p.opened.Add(time.Duration(s.p.minutes)*time.Minute)
	if sent := s.sent(); !sent.IsZero() {
		m.State, m.SentAt = meeting.Sent, sent
	}
	m.FeePaid = att.Present
	if s.byNetwork() {
		m.Form, m.AllowedBy = meeting.FormOnline, "Đảng ủy cấp trên cho phép do mưa bão"
	}
	r := chance(s.i, s.p.month, 5)
	if m.Conclusion = conclusionText(r); s.copiedText() != "" {
		m.Conclusion = s.copiedText()
	}
	if s.p.praised {
		m.Praise = "Biểu dương các đồng chí hoàn thành tốt nhiệm vụ được giao trong tháng."
	} else {
		m.Shortcomings = "Một số nhiệm vụ tiến độ còn chậm; nguyên nhân do phân công chưa cụ thể."
	}
	done := 0
	for _, v := range reviews {
		if v.Result.CarriedOut() {
			done++
		}
	}
	m.Review = reviewText(done, len(reviews), s.p.month)
	s.dealt(b, &h)
	s.ran(&h)
	h.Roll = s.p.roll
	h.Opinions = s.opinions(r, h.Items)
	if s.c.story {
		s.named(&h)
		s.came(&h)
	}
	for n := range h.Steps {
		if h.Steps[n].Step != "send" || !m.SentAt.IsZero() {
			h.Steps[n].DoneOn = h.Steps[n].Due
		}
		if h.Steps[n].Step == "send" && !m.SentAt.IsZero() {
			h.Steps[n].DoneOn = civil.From(m.SentAt)
		}
		if h.Steps[n].Step == "committee" && !s.p.agreed {
			h.Steps[n].DoneOn = civil.Date{}
		}
	}
	return h
}

// plan is the meeting as it was prepared.
func (s *sheetOf) plan() meeting.HistoryMeeting {
	lead := s.c.lead
	h := meeting.HistoryMeeting{Meeting: meeting.Meeting{
		Ref: s.ref, OrgID: s.c.unit.ID, Kind: meeting.Regular, Month: s.p.month, Day: s.p.day, StartsAt: s.p.opened,
		Place: s.c.unit.Hall, State: meeting.Invited, ChairID: s.c.members[lead[0]], ClerkID: s.c.members[lead[len(lead)-1]],
		Direction: directionText(s.p.tasks[0].title), FeePaid: -1, CreatedAt: s.p.opened.AddDate(0, 0, -6),
	}}
	if s.p.agreed {
		h.Meeting.AgreedBy = s.id(idCommittee)
	}
	for _, it := range s.agenda() {
		h.Items = append(h.Items, meeting.Item{Title: it.Title.Vi, Content: it.Content, Minutes: it.Minutes, SpeakerID: s.speakerOf(it.Speaker), Code: it.Code})
	}
	s.leaning(h.Items)
	for n, t := range s.p.tasks {
		h.Decisions = append(h.Decisions, meeting.Decision{
			ID: s.id(50 + n), Title: t.title, AssigneeID: s.c.members[t.who], Due: t.due, Product: t.product,
		})
	}
	for _, st := range s.set.MonthPath() {
		h.Steps = append(h.Steps, meeting.Step{Step: st.Code, OwnerID: s.c.members[lead[0]], Due: st.Due(s.p.day)})
	}
	return h
}

// agenda is the template's main and closing part; the sample leaves out the
// formalities, so that 36 months stay small.
func (s *sheetOf) agenda() []rulebook.AgendaItem {
	var out []rulebook.AgendaItem
	for _, it := range s.set.Agenda(s.c.kind, meeting.Regular).Items {
		if it.Section != "opening" && it.Slot != "answers" && it.Slot != "minutes" && it.Slot != "duties" {
			out = append(out, it)
		}
	}
	return out
}

func (s *sheetOf) speakerOf(role string) int64 {
	lead := s.c.lead
	switch role {
	case "chair", "secretary":
		return s.c.members[lead[0]]
	case "deputy":
		return s.c.members[lead[min(1, len(lead)-1)]]
	case "committee", "clerk":
		return s.c.members[lead[len(lead)-1]]
	}
	return 0
}

// ran gives the items their times; a badly run meeting leaves the last ones out.
func (s *sheetOf) ran(h *meeting.HistoryMeeting) {
	done := int(float64(len(h.Items))*s.p.upto + 0.5)
	at := h.Meeting.OpenedAt
	r, planned := chance(s.i, s.p.month, 9), 0
	took := make([]int, done)
	for n := range took { // about what was planned, some longer, some shorter
		took[n] = h.Items[n].Minutes * (6 + r.IntN(9))
		planned += took[n]
	}
	for n := range h.Items[:done] {
		end := at.Add(time.Duration(s.p.minutes*took[n]/max(1, planned)) * time.Minute)
		h.Items[n].StartedAt, h.Items[n].EndedAt = at, end
		at = end
	}
}

// written is how many of the opinions of a meeting were noted in words.
const written = 4

func (s *sheetOf) opinions(r *rand.Rand, items []meeting.Item) []meeting.Opinion {
	pool := opinions(s.c.kind)
	at := r.IntN(len(pool))
	var out []meeting.Opinion
	for n, k := range s.p.speakers {
		o := meeting.Opinion{MembershipID: s.p.roll[k].MembershipID, Phase: meeting.During, At: s.p.opened.Add(time.Duration(20+n*3) * time.Minute)}
		if n < written {
			o.Text = pool[(at+n)%len(pool)]
		}
		out = append(out, o)
	}
	return out
}

// named puts praise by name and self-criticism into a meeting of the cell that is shown.
func (s *sheetOf) named(h *meeting.HistoryMeeting) {
	if len(s.p.speakers) < 3 {
		return
	}
	who := func(n int) int64 { return s.p.roll[s.p.speakers[n]].MembershipID }
	at := s.p.opened.Add(50 * time.Minute)
	if s.p.praised {
		h.Mentions = []meeting.Mention{{MembershipID: who(0), Kind: meeting.Praise, Text: "hoàn thành sớm nhiệm vụ được giao", At: at}}
	}
	h.Critical = []meeting.Criticism{
		{AboutID: who(1), SaidByID: who(1), Readers: meeting.ReadersRoom, Text: "Tôi tự thấy có buổi đến muộn, sẽ sửa.", At: at},
		{AboutID: who(1), SaidByID: who(2), Readers: meeting.ReadersRoom, Text: "Đồng chí nhiệt tình, cần mạnh dạn góp ý hơn trong buổi họp.", At: at},
	}
}

// vote is the open vote on the resolution (rules.md 2.27, 2.28).
func (s *sheetOf) vote(att meeting.Attendance) ballot.PastVote {
	ratio := s.set.Ratio(rulebook.VoteOrdinary)
	base := att.Officials - att.Exempt - att.TempOut
	no := 0
	if chance(s.i, s.p.month, 6).IntN(14) == 0 && att.PresentOfficial > 6 {
		no = 1
	}
	return ballot.PastVote{Vote: ballot.Vote{
		Ref: ident.Ref{Part: s.ref.Part, ID: s.id(idVote)}, Owner: "meeting", OwnerID: s.ref.ID,
		Subject: "Thông qua nghị quyết " + s.p.month.Vi(), Purpose: meeting.PurposeResolution, RuleKey: rulebook.VoteOrdinary,
		RuleID: s.set.Rule(rulebook.VoteOrdinary).ID, Threshold: ratio, Base: base, Yes: att.PresentOfficial - no, No: no,
		Hands: ballot.Hands{Yes: att.PresentOfficial - no, No: no}, OpenedAt: s.p.opened.Add(70 * time.Minute), ClosedAt: s.p.opened.Add(74 * time.Minute),
	}}
}

// thematicMeeting follows the regular one in the same session (rules.md 2.06).
func (s *sheetOf) thematicMeeting() meeting.HistoryMeeting {
	h := s.plan()
	h.Decisions, h.Steps, h.Items = nil, nil, []meeting.Item{
		{Title: "Trình bày chuyên đề: " + s.p.theme, Content: "learning", Minutes: 20, SpeakerID: s.speakerOf("deputy")},
		{Title: "Thảo luận, liên hệ bản thân và chi bộ", Content: "learning", Minutes: 25},
	}
	m := &h.Meeting
	m.AfterID = s.ref.ID
	m.Ref.ID, m.Kind, m.Theme, m.State = s.id(idThematic), meeting.Thematic, s.p.theme, meeting.Sent
	m.OpenedAt = s.p.opened.Add(time.Duration(s.p.minutes+5) * time.Minute)
	m.StartsAt, m.ClosedAt, m.InvitedAt = m.OpenedAt, m.OpenedAt.Add(45*time.Minute), s.p.opened.AddDate(0, 0, -2)
	m.SentAt = s.p.day.AddDays(1).Time(9, 0).UTC()
	if !s.p.day.AddDays(1).Before(s.fill.Today) {
		m.State, m.SentAt = meeting.Closed, time.Time{}
	}
	m.Conclusion = "Chi bộ thống nhất đưa các việc làm theo vào đăng ký của từng đảng viên."
	for n := range h.Items {
		h.Items[n].StartedAt = m.OpenedAt.Add(time.Duration(n*20) * time.Minute)
		h.Items[n].EndedAt = h.Items[n].StartedAt.Add(20 * time.Minute)
	}
	h.Roll = s.p.roll
	return h
}

// invited is a meeting of the next days with its roll of answers.
func (s *sheetOf) invited() meeting.HistoryMeeting {
	h := s.plan()
	h.Meeting.AgreedBy = 0 // the committee's meeting is not part of what is made ahead
	h.Meeting.InvitedAt = s.fill.Today.AddDays(-2).Time(8, 0).UTC()
	r := chance(s.i, s.p.month, 7)
	for k := range s.p.roll {
		row := s.p.roll[k]
		row.MembershipID = s.c.members[s.p.people[k]]
		row.Presence, row.Reason, row.How, row.ArrivedAt = "", "", "", time.Time{}
		if r.IntN(3) > 0 {
			row.Answer = meeting.Yes
		}
		h.Roll = append(h.Roll, row)
	}
	for n := range h.Steps {
		if h.Steps[n].Step == "prepare" || h.Steps[n].Step == "invite" {
			h.Steps[n].DoneOn = s.fill.Today.AddDays(-2)
		}
	}
	return h
}

// came puts into a meeting of the cell that is shown who came from above, that an elder
// was helped to check in, and once that a member found the roll wrong.
func (s *sheetOf) came(h *meeting.HistoryMeeting) {
	back := s.fill.Today.Month().Sub(s.p.month)
	if back > 6 || len(s.p.roll) < 3 {
		return
	}
	at := s.p.opened
	h.Guests = []meeting.Guest{{
		Kind: meeting.GuestUpper, Name: "Trịnh Thị Kim Oanh", Post: "Đảng ủy viên", Unit: "Đảng ủy thị trấn", CameAt: at.Add(-5 * time.Minute),
	}}
	if back%2 == 0 {
		h.Guests = append(h.Guests, meeting.Guest{Kind: meeting.GuestOther, Name: "Tô Đức Cảnh", Post: "Trưởng ban Công tác Mặt trận", CameAt: at.Add(3 * time.Minute)})
	}
	clerk, elder := s.c.members[castClerk], s.c.members[castElder]
	for _, r := range s.p.roll {
		if r.MembershipID == elder && r.Presence == meeting.Present {
			h.Trail = []meeting.Trail{{MembershipID: elder, Act: meeting.TrailHelp, Presence: meeting.Present, ByID: clerk, At: at}}
		}
		if back == 1 && len(h.Trail) < 2 && r.Presence == meeting.Excused {
			h.Trail = append(h.Trail,
				meeting.Trail{MembershipID: r.MembershipID, Act: meeting.TrailContest, Presence: r.Presence, Text: "Tôi đến lúc 20 giờ, đề nghị ghi là đến muộn.", ByID: r.MembershipID, At: at.Add(26 * time.Hour)},
				meeting.Trail{MembershipID: r.MembershipID, Act: meeting.TrailSettle, Presence: r.Presence, Text: "Danh sách lúc bế mạc không có tên đồng chí; biên bản giữ nguyên.", ByID: clerk, At: at.Add(30 * time.Hour)})
		}
	}
	h.Sealed = []meeting.SealedOpinion{{Text: "Đề nghị công khai các khoản đóng góp của tổ dân phố."}, {Text: "Buổi họp nên bắt đầu đúng giờ hơn."}}
}
