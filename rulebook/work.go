package rulebook

import (
	"fmt"
	"slices"
)

// Occasion is a matter that comes every year, offered for a cell's work plan. It is
// shared: do not change it.
type Occasion struct {
	Code    string   `json:"code"`
	Title   Text     `json:"title"`
	Content string   `json:"content"` // code of a content kind
	Product Text     `json:"product"` // what must come out of it
	Months  []Span   `json:"months"`  // one item of the plan for each
	Types   []string `json:"types,omitempty"`
	Local   bool     `json:"local,omitempty"` // an example of what cells do, no rule
	Fact    string   `json:"rule"`
}

// Span is a span of months of a year, both inside: 3 to 9 is March to September.
type Span struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Occasions gives the yearly matters offered to a type of cell.
func (s Set) Occasions(cellType string) (out []Occasion) {
	for _, o := range value[[]Occasion](s, WorkOccasionsKey) {
		if len(o.Types) == 0 || slices.Contains(o.Types, cellType) {
			out = append(out, o)
		}
	}
	return out
}

func checkOccasions(list []Occasion) error {
	for _, o := range list {
		if o.Content == "" || o.Fact == "" || len(o.Months) == 0 || o.Product.Vi == "" || o.Product.En == "" {
			return fmt.Errorf("%q lacks its content, rule, months or product", o.Code)
		}
		for _, m := range o.Months {
			if m.From < 1 || m.To > 12 || m.From > m.To {
				return fmt.Errorf("%q: %d to %d is no span of months", o.Code, m.From, m.To)
			}
		}
	}
	return titled(list, func(o Occasion) (string, Text) { return o.Code, o.Title })
}
