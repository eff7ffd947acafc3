package exchange

import (
	"embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"chibo/internal/viet"
)

// Kind is what a sheet holds.
type Kind string

// The kinds of sheets that can be imported.
const (
	Members Kind = "members"
	Units   Kind = "units"
	Offices Kind = "offices"
)

// Kinds gives the kinds, in the order in which a new register is filled.
func Kinds() []Kind { return []Kind{Units, Members, Offices} }

// Known says whether there is such a kind.
func (k Kind) Known() bool { return slices.Contains(Kinds(), k) }

// Field is one thing that a column may hold.
type Field struct {
	Code  string   `json:"code"`
	Class string   `json:"class"` // what its cells look like: name, date, digits, tick, sex, status, title, code, text
	Need  string   `json:"need"`  // one of the fields with this word must have a column; "" is optional
	Words []string `json:"words"` // headings that mean it, folded
}

// words is data/words.json: how people write headings and values. They say what is
// recognised, not what is right; rules of the field are in the rulebook.
type words struct {
	Fields    map[Kind][]Field    `json:"fields"`
	UnitWords []string            `json:"unit_words"`  // before a unit's own name, the longest first
	Places    []string            `json:"place_words"` // after it
	Short     map[string]string   `json:"short_words"`
	Reason    []string            `json:"reason"`
	Number    []string            `json:"number"`
	Total     []string            `json:"total"`
	Tail      []string            `json:"tail"`
	Female    []string            `json:"female"`
	Male      []string            `json:"male"`
	Yes       []string            `json:"yes"`
	No        []string            `json:"no"`
	Official  []string            `json:"official"`
	Reserve   []string            `json:"reserve"`
	Spells    map[string][]string `json:"spells"`
	Left      []string            `json:"left"`
	Titles    map[string][]string `json:"titles"`
	Appointed []string            `json:"appointed"`
	Elected   []string            `json:"elected"`
	Kinds     map[string][]string `json:"kinds"`
}

//go:embed data/words.json
var wordFile embed.FS

var vocabulary = sync.OnceValue(func() words {
	var w words
	b, err := wordFile.ReadFile("data/words.json")
	if err == nil {
		err = json.Unmarshal(b, &w)
	}
	if err != nil {
		panic(err) // the file is part of the program; a test reads it
	}
	return w
})

// Fields gives what the columns of a kind may hold, in the order of a template.
func Fields(k Kind) []Field { return vocabulary().Fields[k] }

func fieldOf(k Kind, code string) (Field, bool) {
	for _, f := range Fields(k) {
		if f.Code == code {
			return f, true
		}
	}
	return Field{}, false
}

// has says whether a text, folded, is one of the words.
func has(list []string, folded string) bool { return slices.Contains(list, folded) }

// oneOf gives the code whose words hold the text.
func oneOf(m map[string][]string, text string) (string, bool) {
	folded := viet.Fold(text)
	for code, list := range m {
		if has(list, folded) {
			return code, true
		}
	}
	return "", false
}

// within gives the code of which a longer text says a word, the longest one; "" when
// there is none.
func within(m map[string][]string, text string) string {
	folded := " " + viet.Fold(text) + " "
	best, length := "", 5 // shorter words mean too many things
	for code, list := range m {
		for _, w := range list {
			if len(w) > length && strings.Contains(folded, " "+w+" ") {
				best, length = code, len(w)
			}
		}
	}
	return best
}
