package meeting

import (
	"strings"
	"time"

	"chibo/internal/civil"
	"chibo/internal/paper"
	"chibo/org"
	"chibo/rulebook"
)

// Frame is what stands around the text of a paper. Make it with NewFrame.
type Frame struct {
	Style     paper.Style    // of the day
	Words     rulebook.Words // of the day
	Upper     string         // "ĐẢNG BỘ THỊ TRẤN ĐỨC THỌ": paper name of the unit above
	UpperName string         // "Đảng bộ thị trấn Đức Thọ", for the recipients
	Issuer    string         // "CHI BỘ TỔ DÂN PHỐ HÒA BÌNH"
	CellName  string         // "Chi bộ Tổ dân phố Hòa Bình"
	Place     string         // "Đức Thọ", before the date
	KindTitle string         // "BIÊN BẢN"
	Symbol    string         // "05-NQ/CB"
	Day       civil.Date     // day of the paper
	Watermark string         // empty: none

	wording map[string]rulebook.Wording // of the kind of paper, by piece
}

// NewFrame makes the frame of a cell's paper of a kind under the rules of its day.
// upper is the unit above; sample marks it as sample data. The symbol is filled in when
// the paper gets its number. Error: no style is in force.
func NewFrame(set rulebook.Set, cell, upper org.Unit, kind string, day civil.Date, sample bool) (Frame, error) {
	f := Frame{
		Words: set.PaperWords(), Upper: upper.PaperName, UpperName: upper.Name, Issuer: cell.PaperName, CellName: cell.Name,
		Place: cell.Place, Day: day,
	}
	if k, ok := set.PaperKind(cell.Kind, kind); ok {
		f.KindTitle = strings.ToUpper(k.Title.Vi)
	}
	if sample {
		f.Watermark = wordSample
	}
	if t, ok := templateOf(kind); ok {
		f.wording = t.wording(set)
	}
	return f, set.PaperStyle(&f.Style)
}

// PersonFacts is a person as a paper names one.
type PersonFacts struct {
	Name string
	Post string // "Bí thư", "Phó bí thư", "Chi ủy viên"; empty: none
	Sign string // the post as a signature has it, "BÍ THƯ"; empty: none
}

// AbsentFacts is one member who did not come.
type AbsentFacts struct {
	Name    string
	Excused bool
	Reason  string // as people read it; empty: not given
}

// HeldFacts says how a meeting went: the opening paragraph of both papers (rules.md 2.36).
type HeldFacts struct {
	Kind       string // Regular, Thematic, Extraordinary
	Theme      string
	Month      civil.Month
	Opened     time.Time
	Closed     time.Time
	Place      string
	Chair      PersonFacts
	Clerk      PersonFacts // Name empty: none named
	Attendance Attendance
	Absent     []AbsentFacts
	Visitors   []PersonFacts // of the committee above
	Guests     []string      // others who are not of the body
	Moves      []MoveFacts   // who came late, left or was out for a time
	FeePaid    int           // -1: not announced
	Lasted     int           // minutes; 0: from Opened to Closed
	Way        string        // how the members came together, with who allowed it; empty: all in one room
	Groups     []GroupFacts  // of a meeting by group (rules.md 2.43)
}

// GroupFacts is how one group met.
type GroupFacts struct {
	Name           string
	Opened, Closed time.Time
	Place          string
	Leader         PersonFacts // Name empty: nobody
	Due, Present   int
	Note           string
}

// TaskFacts is one line of the table that looks back (rules.md 2.37).
type TaskFacts struct {
	Title    string
	Assignee string
	Due      civil.Date
	Before   string // task state at the start: open, done, late, beyond, undone
	Result   string // "" not judged
	Note     string
}

// DecisionFacts is one line of part III (rules.md 2.37).
type DecisionFacts struct {
	Title    string
	Assignee string
	Due      civil.Date
	Product  string
}

// MoveFacts says when one member was not in the room.
type MoveFacts struct {
	Name string
	Came time.Time // after the opening; zero: at the beginning
	Outs []Away
}

// RoomFacts says who was there when a vote closed: in the room, in the room on the
// network, or at one of the groups' meetings.
type RoomFacts struct {
	Members, Guests int
	Form            string   `json:",omitempty"` // of the meeting, unless all meet in one room
	Online          int      `json:",omitempty"` // of Members, over the network, in a mixed meeting
	Out             []string // noted as present that evening, and not there then
}

// VoteFacts is one vote with its arithmetic (rules.md 2.35).
type VoteFacts struct {
	Subject              string
	Base, Needed         int
	Yes, No, Other, Gone int // Gone: in the base, did not vote
	Passed               bool
	Reserved             []SaidFacts // rules.md 2.19
	Room                 *RoomFacts  // nil: not known
}

// SaidFacts is a member's word. An empty text says that the member spoke.
type SaidFacts struct {
	Name string
	Text string
}

// ItemFacts is one item of the programme as it went.
type ItemFacts struct {
	Title     string
	Minutes   int    // planned
	Speaker   string // who presented; empty: nobody in particular
	Begun     bool   // was started; left out of all items: not known
	Procedure bool   // says nothing unless somebody noted something
	Note      string
	Said      []SaidFacts
}

// ScoreLine is the score of the meeting as the papers show it (rules.md 2.37, 2.39).
type ScoreLine struct {
	Title   string // name of the sheet
	Self10  int    // tenths of a point; -1 for a sheet without points
	Max10   int
	Grade   string // in Vietnamese: "Tốt"
	Rows    []ScoreRow
	Settled bool // confirmed by the cell; else a proposal of the cell committee
}

// ScoreRow is one criterion of a ScoreLine.
type ScoreRow struct {
	Code   string
	Name   string
	Max10  int
	Self10 int    // -1: not scored, or a sheet without points
	Mark   string // "Đạt", "Không đạt" for a sheet without points
}

// MinutesFacts is everything minutes are composed from (rules.md 2.39).
type MinutesFacts struct {
	Frame
	HeldFacts
	Items        []ItemFacts
	General      []SaidFacts // opinions on no item in particular, and those sent before
	ReadOut      []SaidFacts // sent in by absent members and read out: heard, no votes
	Tasks        []TaskFacts
	Votes        []VoteFacts
	Secrets      []SecretFacts
	Decisions    []DecisionFacts
	Resolution   string // symbol of the resolution; empty: none
	Conclusion   string
	Praise       string
	Praised      []SaidFacts // by name, with what for
	Shortcomings string
	Reminded     []SaidFacts // by name, with what for
	Score        *ScoreLine
}

// ResolutionFacts is everything a resolution is composed from (rules.md 2.36, 2.37).
type ResolutionFacts struct {
	Frame
	HeldFacts
	Review       string
	Tasks        []TaskFacts
	Praise       string
	Praised      []SaidFacts // by name, with what for
	Shortcomings string
	Reminded     []SaidFacts // by name, with what for
	Direction    string
	Decisions    []DecisionFacts
	Score        *ScoreLine
	Vote         VoteFacts // that adopted it
	Secrets      []SecretFacts
}
