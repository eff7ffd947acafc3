package voice

import (
	"slices"
	"strings"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/seal"
	"chibo/org"
	"chibo/rulebook"
)

// Service has the use cases. DB and Book are required.
type Service struct {
	DB   *db.DB
	Book *rulebook.Book
	Keys *seal.Ring // outside of the database; nil: nobody is asked
}

// State says how far a box is.
type State string

// The states.
const (
	Opened State = "open"
	Shown  State = "shown"
	Few    State = "few" // too few answers: they were erased unread
)

var (
	// ErrNotFound says that the members were not asked about this meeting.
	ErrNotFound = fault.New(fault.NotFound, "voice.err.not_found")
	// ErrOver says that the window has closed.
	ErrOver = fault.New(fault.Conflict, "voice.err.over")
	// ErrStranger says that the actor does not stand on the meeting's roll.
	ErrStranger = fault.New(fault.Forbidden, "voice.err.stranger")
)

// Box is what is asked about one meeting.
type Box struct {
	Meeting  ident.Ref
	CellID   int64
	Month    civil.Month
	Items    []string // codes
	Levels   []string // codes, the best first
	Least    int
	ClosesOn civil.Date
	State    State
	Answers  int // of a shown one
}

// Takes says whether the box takes answers on the day.
func (b Box) Takes(day civil.Date) bool { return b.State == Opened && !day.After(b.ClosesOn) }

// Sum is how often each level was given to an item.
type Sum struct {
	Item  string
	Count []int // by level, in the order of Box.Levels
}

// View is a box as one reader may see it.
type View struct {
	Box
	Cell     org.Unit
	Set      rulebook.Set // of the meeting's day, for the titles
	Day      civil.Date   // of the meeting
	Sums     []Sum        // of a shown box
	May      bool         // the reader may answer now
	Answered bool         // the reader has
}

// ItemTitle gives an item in words, also one that is asked no more.
func (v View) ItemTitle(lang, code string) string {
	return title(v.Set.Choices(rulebook.VoiceItems), lang, code)
}

// LevelTitle gives a level in words.
func (v View) LevelTitle(lang, code string) string {
	return title(v.Set.Choices(rulebook.VoiceScale), lang, code)
}

func title(list []rulebook.Choice, lang, code string) string {
	for _, c := range list {
		if c.Code == code {
			return c.Title.In(lang)
		}
	}
	return code
}

// maxLevels is how many levels one digit of an answer can tell.
const maxLevels = 9

// encode writes an answer: one digit for each item, so all answers of a box are of one
// length. Field errors: the item's code.
func (b Box) encode(levels map[string]string) (string, error) {
	var f fault.Fields
	out := make([]byte, len(b.Items))
	for i, item := range b.Items {
		n := slices.Index(b.Levels, levels[item])
		if n < 0 || n >= maxLevels {
			f.Add(item, "voice.err.missing")
			continue
		}
		out[i] = byte('1' + n)
	}
	return string(out), f.Err()
}

// add puts an answer into the sums; false for one that is none of this box.
func (b Box) add(sums []Sum, text string) bool {
	if len(text) != len(b.Items) {
		return false
	}
	for i := range b.Items {
		if n := int(text[i]) - '1'; n < 0 || n >= len(b.Levels) {
			return false
		}
	}
	for i := range b.Items {
		sums[i].Count[int(text[i])-'1']++
	}
	return true
}

func (b Box) empty() []Sum {
	out := make([]Sum, len(b.Items))
	for i, item := range b.Items {
		out[i] = Sum{Item: item, Count: make([]int, len(b.Levels))}
	}
	return out
}

func codes(list []rulebook.Choice) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.Code
	}
	return out
}

func words(s string) []string { return strings.Split(s, ",") }
