package rulebook

import (
	"fmt"

	"chibo/internal/civil"
)

// Agenda is the template of a meeting for a type of cell (rules.md 1.34, 2.15-2.17).
// It is shared: do not change it.
type Agenda struct {
	CellType string       `json:"-"`
	Kind     string       `json:"-"` // "regular", "combined", "thematic", "cell_committee"
	Items    []AgendaItem `json:"items"`
	Rule     Rule         `json:"-"`
}

// Minutes gives the sum over the items.
func (a Agenda) Minutes() int {
	n := 0
	for _, it := range a.Items {
		n += it.Minutes
	}
	return n
}

// AgendaItem is one point of an agenda template.
type AgendaItem struct {
	Code    string `json:"code"`    // unique in the agenda
	Section string `json:"section"` // "opening", "main", "closing"
	Title   Text   `json:"title"`
	Content string `json:"content"` // code of a content kind
	Minutes int    `json:"minutes"` // at least 1
	Speaker string `json:"speaker"` // code of a speaker role
	Slot    string `json:"slot"`    // what the program brings: "roll", "fee", "tasks", "vote", "resolution", "score", "minutes"; may be empty
	Hint    Text   `json:"hint,omitzero"`

	Optional bool `json:"optional,omitempty"` // may be left out
}

// MeetingKind is a kind of meeting of a cell and what one needs (rules.md 2.45). Where no
// rule was found that asks for something, the kind does not ask for it.
type MeetingKind struct {
	Code       string `json:"code"` // "regular", "thematic", "extraordinary", "year_review", "congress", …
	Title      Text   `json:"title"`
	Hint       Text   `json:"hint"`        // when it is called, in a few words
	Agenda     string `json:"agenda"`      // kind of its agenda template
	Agreed     bool   `json:"agreed"`      // the cell committee agrees the plan first (rules.md 2.08)
	Scored     bool   `json:"scored"`      // it gets a score
	Resolves   bool   `json:"resolves"`    // it is to end with a resolution
	Named      bool   `json:"named"`       // it has a theme or a matter of its own
	NotInstead string `json:"not_instead"` // the kind it must not stand instead of (rules.md 2.06); "" none
	Fact       string `json:"rule"`
}

// ContentKind is what an agenda item is about, for the balance of a meeting
// (rules.md 0.23).
type ContentKind struct {
	Code   string `json:"code"`
	Title  Text   `json:"title"`
	Weighs bool   `json:"weighs"` // counts in the balance; procedure does not
	Party  bool   `json:"party"`  // Party building, not professional work
}

// ActWork is what one act of a person costs, and what it spares.
type ActWork struct {
	Act     string `json:"act"` // action of the audit; one that ends with a point: all that begin so
	Title   Text   `json:"title"`
	Clicks  int    `json:"clicks"`
	Texts   int    `json:"texts"`   // typed
	Seconds int    `json:"seconds"` // at the program, reading and deciding included
	Filled  int    `json:"filled"`  // fields that the program fills itself
}

// Step is one step of the month path.
type Step struct {
	Code   string `json:"code"` // prepare, committee, invite, hold, papers, tasks, score, send
	Title  Text   `json:"title"`
	Action Text   `json:"action"`
	Offset int    `json:"-"` // days from the meeting's day; negative: before
	Key    string `json:"key,omitempty"`
	Sign   int    `json:"sign,omitempty"` // -1: Key counts days before, 1: after
	Fact   string `json:"rule"`           // fact of rules.md
	Rule   Rule   `json:"-"`              // the rule behind the due day, for "theo …"
}

// OrgKind is a kind of organisation.
type OrgKind struct {
	Code    string              `json:"code"` // see data/org.json: "province", "district", …, "cell", "group"
	Title   Text                `json:"title"`
	Word    Text                `json:"word"` // short, before a name: "Chi bộ"
	Parents map[string][]string `json:"parents"`
	Under   []string            `json:"-"` // kinds it may sit under in the Set's shape; "" = top
	IsCell  bool                `json:"is_cell"`
	Counts  string              `json:"counts,omitempty"` // "grassroots", "cell": in which figure it counts
	Bodies  []string            `json:"bodies"`           // bodies that meet: "cell", "cell_committee", "committee", "standing_board"
	Suffix  string              `json:"-"`                // in document numbers on the day: "CB"

	// A kind that came after the others has its own day and source; empty: those of
	// the list.
	ValidFrom civil.Date `json:"valid_from"`
	Source    string     `json:"source,omitempty"`
	Fact      string     `json:"rule,omitempty"`
	Status    Status     `json:"status,omitempty"`
}

// MayStandUnder says whether a unit of this kind may have a parent of that kind;
// "" stands for no parent.
func (k OrgKind) MayStandUnder(parent string) bool {
	for _, p := range k.Under {
		if p == parent {
			return true
		}
	}
	return false
}

// Office is a post that a person holds in an organisation (rules.md 1.36).
type Office struct {
	Code       string   `json:"code"` // secretary, deputy, committee, standing, group_head, group_deputy, follower, staff
	Title      Text     `json:"title"`
	Body       string   `json:"body"`     // whose post: "cell", "cell_committee", "group", "committee", "standing_board", "department"
	Kinds      []string `json:"kinds"`    // kinds of organisation that have it
	Elected    bool     `json:"elected"`  // by vote, for a term
	Convenes   bool     `json:"convenes"` // may call a meeting, the deputy when authorised (rules.md 1.37)
	Single     bool     `json:"single"`   // one at a time
	TermMonths int      `json:"-"`        // length of a term on the day; 0 without a term
	Fact       string   `json:"rule"`
}

// PaperKind is a kind of document that an issuer may number.
type PaperKind struct {
	Code   string `json:"code"` // "NQ"
	Title  Text   `json:"title"`
	Suffix string `json:"-"` // of the issuer: "CB"
}

// Symbol gives the number line without "Số": "05-NQ/CB", a leading 0 below 10
// (rules.md 7.06).
func (k PaperKind) Symbol(n int) string { return fmt.Sprintf("%02d-%s/%s", n, k.Code, k.Suffix) }

// issuer says how an organisation's documents are marked.
type issuer struct {
	Suffix string `json:"suffix"`
	Kinds  string `json:"kinds"` // key part: paper.kinds.<kinds>
}
