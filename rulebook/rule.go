package rulebook

import (
	"encoding/json"

	"chibo/internal/civil"
)

// Text is a wording in both languages.
type Text struct {
	Vi string `json:"vi"`
	En string `json:"en"`
}

// In gives the wording in a language, Vietnamese for any but "en".
func (t Text) In(lang string) string {
	if lang == "en" && t.En != "" {
		return t.En
	}
	return t.Vi
}

// Status says how sure the source of a rule is.
type Status string

// The statuses. B: read in a secondary source only; a convention is our own
// choice where the sources are silent (rules.md 14b) and is shown as "quy ước".
const (
	Verified   Status = "verified"
	VerifiedB  Status = "verified-B"
	Unverified Status = "unverified"
	Convention Status = "convention"
	Local      Status = "local" // decided by a unit, see Override; never in data
)

// Title gives the status in words.
func (s Status) Title() Text {
	switch s {
	case Verified:
		return Text{"đã đối chiếu văn bản", "checked against the text"}
	case VerifiedB:
		return Text{"theo nguồn thứ cấp", "from a secondary source"}
	case Convention:
		return Text{"quy ước", "convention"}
	case Local:
		return Text{"quy định của cấp ủy", "decided by the committee"}
	}
	return Text{"chưa kiểm chứng", "not verified"}
}

// Rule is one value of a key in one period, with where it comes from.
type Rule struct {
	Key       string
	Title     Text
	Unit      Text            // "phút", "ngày"; empty when the value has none
	Value     json.RawMessage // as in the data file
	ValidFrom civil.Date
	ValidTo   civil.Date // first day without; zero: still in force
	Source    string     // "42-HD/BTCTW (28/10/2025)"
	ID        string     // the fact of rules.md it follows, "2.03"
	Status    Status
	OrgID     int64 // the unit that put it in the place of the rule; 0: the rule itself
}

// Overridden says whether the value is a unit's own and not the rule's.
func (r Rule) Overridden() bool { return r.OrgID != 0 }

// Cite gives the source as people read it: "theo 42-HD/BTCTW (28/10/2025)", with
// "quy ước" before a convention. Empty for no rule.
func (r Rule) Cite(lang string) string {
	if r.Key == "" {
		return ""
	}
	word := Text{"theo ", "under "}
	if r.Status == Convention {
		word = Text{"quy ước: ", "convention: "}
	}
	return word.In(lang) + r.Source
}

// Ratio is a threshold as an exact fraction. The zero Ratio passes nothing.
type Ratio struct {
	Num    int  `json:"num"`
	Den    int  `json:"den"`
	Strict bool `json:"strict"` // more than, not at least
}

// Passes says whether yes of base reaches the threshold, in whole numbers
// (rules.md 2.32). Nothing passes on an empty base.
func (r Ratio) Passes(yes, base int) bool {
	if r.Den <= 0 || base <= 0 {
		return false
	}
	if r.Strict {
		return r.Den*yes > r.Num*base
	}
	return r.Den*yes >= r.Num*base
}

// Needed gives the least number of yes that passes, 0 on an empty base.
func (r Ratio) Needed(base int) int {
	if r.Den <= 0 || base <= 0 {
		return 0
	}
	if r.Strict {
		return r.Num*base/r.Den + 1
	}
	return (r.Num*base + r.Den - 1) / r.Den
}

// Range is a span of whole numbers, both ends inside.
type Range struct {
	Min int `json:"min"`
	Max int `json:"max"`
}

// Holds says whether n is inside.
func (r Range) Holds(n int) bool { return r.Min <= n && n <= r.Max }

// Choice is one value of a list that people choose from.
type Choice struct {
	Code  string `json:"code"`
	Title Text   `json:"title"`
	Note  Text   `json:"note,omitzero"`
}

// VoteBase says who counts in the base of a vote (rules.md 2.28).
type VoteBase struct {
	// OutWhenAbsent names the standings of official members who leave the base when
	// they are not present: "temp_out", "exempt".
	OutWhenAbsent []string `json:"out_when_absent"`
}

// Counts says whether an official member counts: standing is "official" or one of
// those of OutWhenAbsent. Anybody else ("reserve", "guest", …) never counts
// (rules.md 2.30).
func (v VoteBase) Counts(standing string, present bool) bool {
	if standing == "official" {
		return true
	}
	for _, out := range v.OutWhenAbsent {
		if out == standing {
			return present
		}
	}
	return false
}
