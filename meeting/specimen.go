package meeting

import (
	"context"
	"strings"
	"time"

	"chibo/access"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/paper"
	"chibo/org"
	"chibo/rulebook"
	"chibo/secret"
)

// specimen is what a template is shown with: the facts of a meeting, real or invented.
type specimen struct {
	frame      Frame
	minutes    MinutesFacts
	resolution ResolutionFacts
	other      PaperFacts
	count      CountFacts
	ballot     BallotFacts
	voting     BallotFacts
	work       WorkFacts
}

// compose makes the paper of a kind.
func (f specimen) compose(kind string) paper.Document {
	switch kind {
	case PaperMinutes:
		f.minutes.Frame = f.frame
		return ComposeMinutes(f.minutes)
	case PaperResolution:
		f.resolution.Frame = f.frame
		return ComposeResolution(f.resolution)
	case PaperPlan:
		f.work = inventedWork(PersonFacts{Name: "Nguyễn Văn A", Post: "Bí thư chi bộ", Sign: "BÍ THƯ"})
		f.work.Frame = f.frame
		return ComposeWorkPlan(f.work)
	case PaperCount:
		f.count.Frame = f.frame
		return ComposeCount(f.count)
	case PaperBallot:
		f.ballot.Frame = f.frame
		return ComposeBallot(f.ballot)
	case PaperVoting:
		f.voting.Frame = f.frame
		return ComposeBallot(f.voting)
	}
	f.other.Frame = f.frame
	return ComposePaper(kind, f.other)
}

// specimenOf takes the last meeting held in the scope of which nothing is kept from the
// actor, else an invented one; real says which.
func (s *Service) specimenOf(ctx context.Context, q db.Q, actor access.Actor, scope access.Scope, u org.Unit, in WordIn) (f specimen, real bool, err error) {
	cell := u
	h, real, err := s.realMeeting(ctx, q, scope, in.From)
	if err != nil {
		return f, false, err
	}
	if real {
		kept, err := keptFrom(ctx, q, actor, h.unit)
		if err != nil {
			return f, false, err
		}
		real = len(kept) == 0 && !ofSecret(in.Kind)
	}
	if real {
		cell = h.unit
		if f, err = s.realFacts(ctx, q, h); err != nil {
			return f, real, err
		}
	} else {
		f = inventedFacts()
	}
	upper, day := org.Unit{}, civil.From(f.minutes.Opened)
	if cell.ParentID != 0 {
		if upper, err = org.ByID(ctx, q, cell.ParentID); err != nil {
			return f, real, err
		}
	}
	if f.frame, err = NewFrame(s.Book.At(in.From, cell.Path), cell, upper, in.Kind, day, false); err != nil {
		return f, real, err
	}
	if f.frame.KindTitle == "" { // a committee above words papers that only cells issue
		for _, c := range s.Book.At(in.From, cell.Path).Choices("paper.names") {
			if c.Code == in.Kind {
				f.frame.KindTitle = strings.ToUpper(c.Title.Vi)
			}
		}
	}
	f.frame.Symbol, f.frame.Watermark = wordNoNumber+"-"+in.Kind+"/CB", wordSpecimen
	return f, real, nil
}

// ofSecret says whether a paper tells of a secret vote: its words are shown with an
// invented one, whose numbers tell of nobody.
func ofSecret(kind string) bool {
	return kind == PaperCount || kind == PaperBallot || kind == PaperVoting
}

func (s *Service) realMeeting(ctx context.Context, q db.Q, scope access.Scope, day civil.Date) (h held, ok bool, err error) {
	lo, hi := scope.Range()
	var ref ident.Ref
	err = q.QueryRow(ctx, wordingMeetingSQL, lo, hi, day.AddMonths(-sampleMonths)).Scan(&ref.Part, &ref.ID)
	if db.NoRows(err) {
		return h, false, nil
	}
	if err != nil {
		return h, false, err
	}
	h, err = s.load(ctx, q, ref)
	return h, err == nil, err
}

func (s *Service) realFacts(ctx context.Context, q db.Q, h held) (f specimen, err error) {
	p, err := s.read(ctx, q, h)
	if err != nil {
		return f, err
	}
	if err := p.askScore(ctx, q, s); err != nil {
		return f, err
	}
	docs, err := document.ByOwner(ctx, q, h.Ref.Part, owner, h.Ref.ID)
	if err != nil {
		return f, err
	}
	vote, _ := p.adopted()
	f.minutes, f.resolution = p.minutesFacts(Frame{}, ""), p.resolutionFacts(Frame{}, vote)
	facts := p.voteFacts(vote)
	f.other = PaperFacts{
		HeldFacts: p.heldFacts(), Starts: h.StartsAt, Over: true, Items: f.minutes.Items, Tasks: p.taskFacts(), Decisions: p.decisionFacts(),
		Score: p.graded(), Vote: &facts, Signer: f.minutes.Chair, Text: h.Conclusion, To: specimenTo,
	}
	for _, d := range docs {
		if d.Kind == PaperResolution {
			f.other.Resolution, f.minutes.Resolution = d.Symbol, d.Symbol
		}
	}
	f.other.Committee, err = committeeFacts(ctx, q, h.Meeting)
	return f, err
}

// inventedFacts is a meeting of nobody, for a unit in which none was held yet.
func inventedFacts() specimen {
	day := civil.Of(2026, 11, 3)
	chair := PersonFacts{Name: "Nguyễn Văn A", Post: "Bí thư chi bộ", Sign: "BÍ THƯ"}
	heldFacts := HeldFacts{
		Kind: Regular, Month: day.Month(), Opened: day.Time(19, 30), Closed: day.Time(21, 5), Place: "Nhà văn hóa", Chair: chair,
		Clerk: PersonFacts{Name: "Trần Thị B", Post: "Chi ủy viên"}, FeePaid: 20,
		Attendance: Attendance{Members: 24, Officials: 22, Reserves: 2, Exempt: 2, Due: 22, Present: 21, PresentOfficial: 19, PresentReserve: 2, Excused: 1},
		Absent:     []AbsentFacts{{Name: "Lê Thị C", Excused: true, Reason: "Ốm đau"}},
	}
	tasks := []TaskFacts{{Title: "Vận động hiến đất mở rộng đường ngõ", Assignee: "Phạm Văn D", Due: day.AddDays(-5), Before: "told", Result: "done"}}
	decisions := []DecisionFacts{{Title: "Giúp đỡ hai hộ nghèo sửa nhà trước Tết", Assignee: "Lê Thị C", Due: day.AddDays(27), Product: "Hai nhà sửa xong"}}
	vote := VoteFacts{Subject: "Thông qua nghị quyết", Base: 19, Needed: 10, Yes: 19, Passed: true}
	items := []ItemFacts{
		{Title: "Đánh giá kết quả thực hiện nghị quyết tháng trước", Minutes: 30, Speaker: chair.Name, Begun: true, Said: []SaidFacts{{Name: "Lê Thị C", Text: "Nhất trí với báo cáo"}}},
		{Title: "Thảo luận, thông qua nghị quyết", Minutes: 50, Begun: true},
	}
	count, ballot, voting := inventedSecret(heldFacts)
	return specimen{
		count: count, ballot: ballot, voting: voting,
		minutes: MinutesFacts{HeldFacts: heldFacts, Items: items, Tasks: tasks, Votes: []VoteFacts{vote}, Decisions: decisions, Resolution: "11-NQ/CB", Conclusion: "Thống nhất như nghị quyết."},
		resolution: ResolutionFacts{
			HeldFacts: heldFacts, Review: "Chi bộ hoàn thành các nhiệm vụ trong tháng.", Tasks: tasks, Direction: "Tiếp tục vận động nhân dân hiến đất làm đường.",
			Decisions: decisions, Vote: vote,
		},
		other: PaperFacts{
			HeldFacts: heldFacts, Starts: heldFacts.Opened, Over: true, Items: items, Tasks: tasks, Decisions: decisions, Vote: &vote, Resolution: "11-NQ/CB", Signer: chair,
			Committee: CommitteeFacts{Held: day.AddDays(-4).Time(8, 0), Place: heldFacts.Place, Present: 3, All: 3},
			Text:      "Thống nhất nội dung, chương trình sinh hoạt.\nPhân công các đồng chí chi ủy viên chuẩn bị.", To: specimenTo,
		},
	}
}

// inventedSecret is an election of nobody, with its ballot and that of a vote on discipline.
func inventedSecret(h HeldFacts) (CountFacts, BallotFacts, BallotFacts) {
	names := []string{"Nguyễn Văn A", "Trần Thị B", "Lê Thị C", "Phạm Văn D"}
	majority := rulebook.Ratio{Num: 1, Den: 2, Strict: true}
	votes := []int{18, 17, 11, 8}
	count := CountFacts{
		HeldFacts: h, SecretFacts: SecretFacts{Subject: "Bầu chi ủy nhiệm kỳ 2025-2030", Ballot: secret.Candidates, Round: 1, Places: 3, Guarded: true, Passed: names[:3]},
		Seats: 3, Base: 19, InRoom: 19, Sums: secret.Sums{Issued: 19, Returned: 19, Valid: 18, Invalid: 1}, Warrant: "Quyết định số 12-QĐ/ĐU ngày 01/10/2026 của Đảng ủy thị trấn",
		Team: []string{"Hoàng Thị E", "Vũ Văn G", "Đỗ Thị H"}, Prints: []string{"2QHX-K7TB-M4DA", "5JWL-ZC3N-YR2P", "A6TF-PE5G-UX7Q", "KD4M-RB2V-N3HS", "WY7C-GL6E-T5OJ"},
		Recorded: h.Opened.Add(70 * time.Minute),
	}
	for i, name := range names {
		count.Lines = append(count.Lines, CountLine{Title: name, Votes: votes[i], Threshold: majority, Source: "Điều lệ Đảng, Điều 12.3", Passed: i < 3})
	}
	ballot := BallotFacts{Subject: count.SecretFacts.Subject, Ballot: secret.Candidates, Round: 1, Seats: 3, Min: 1, Max: 3, Titles: names}
	voting := BallotFacts{
		Subject: "Xem xét kỷ luật đảng viên", Ballot: secret.Ladder, Round: 1, Seats: 1, Min: 1, Max: 1,
		Titles: []string{"Cảnh cáo", "Khiển trách", textNoDiscipline},
	}
	return count, ballot, voting
}
