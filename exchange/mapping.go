package exchange

import (
	"cmp"
	"slices"
	"strings"

	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/sheet"
	"chibo/internal/viet"
)

// Mapping says which column of a sheet holds what.
type Mapping struct {
	Sheet   int            `json:"sheet"`  // from 0
	Row     int            `json:"row"`    // where the heading begins, from 1
	Height  int            `json:"height"` // rows of the heading: 1 or 2
	Columns map[string]int `json:"columns"`
	Texts   []string       `json:"texts"` // headings by column
}

// Column gives the column of a field, -1 without one.
func (m Mapping) Column(field string) int {
	if c, ok := m.Columns[field]; ok {
		return c
	}
	return -1
}

// Heading gives what stands over the column of a field, or its letter.
func (m Mapping) Heading(field string) string {
	c := m.Column(field)
	switch {
	case c < 0:
		return ""
	case c < len(m.Texts) && m.Texts[c] != "":
		return m.Texts[c]
	}
	return sheet.ColumnName(c)
}

// headings gives the heading of each field that has a column, as it is told.
func (m Mapping) headings() map[string]string {
	out := make(map[string]string, len(m.Columns))
	for f := range m.Columns {
		out[f] = m.Heading(f)
	}
	return out
}

// ErrNoHeading says that no row names columns that are known.
var ErrNoHeading = fault.New(fault.Invalid, "exchange.err.no_heading")

// Points of a heading that says exactly a word, and of one that only has it.
const (
	exact  = 12
	part   = 5
	fits   = 4  // the cells below look like the field
	unfits = 10 // they do not
)

// score says how well a folded heading names a field.
func (f Field) score(folded string) int {
	if folded == "" {
		return 0
	}
	best := 0
	padded := " " + folded + " "
	for _, w := range f.Words {
		switch {
		case folded == w:
			return exact
		case len(w) > 5 && len(folded) < 60 && strings.Contains(padded, " "+w+" "):
			best = max(best, part+min(4, len(w)*4/len(folded)))
		}
	}
	return best
}

// headScore is how well a text names any column, for finding the heading.
func headScore(k Kind) func(string) int {
	return func(text string) int {
		folded := viet.Fold(text)
		if has(vocabulary().Number, folded) {
			return 2
		}
		best := 0
		for _, f := range Fields(k) {
			best = max(best, f.score(folded))
		}
		return best
	}
}

// Suggest finds the heading and what each column holds: by the words over it, by what
// the cells below look like, and by what was said the last time a sheet with such
// headings came (folded heading to field).
func Suggest(k Kind, h sheet.Head, index int, remembered map[string]string) (Mapping, error) {
	found := sheet.FindHeading(h, headScore(k))
	if found.Row == 0 {
		return Mapping{Sheet: index}, ErrNoHeading
	}
	return fit(k, h, index, found, remembered), nil
}

// SuggestAt is Suggest for a heading that a person points to.
func SuggestAt(k Kind, h sheet.Head, index, row, height int, remembered map[string]string) (Mapping, error) {
	found, ok := sheet.HeadingAt(h, row, height)
	if !ok {
		return Mapping{}, fault.Field("row", "exchange.err.heading_row")
	}
	return fit(k, h, index, found, remembered), nil
}

type claim struct {
	field  string
	column int
	score  int
}

func fit(k Kind, h sheet.Head, index int, found sheet.Heading, remembered map[string]string) Mapping {
	m := Mapping{Sheet: index, Row: found.Row, Height: found.Height, Texts: found.Texts, Columns: map[string]int{}}
	var claims []claim
	for col, text := range found.Texts {
		folded := viet.Fold(text)
		if has(vocabulary().Reason, folded) || has(vocabulary().Number, folded) {
			continue
		}
		for order, f := range Fields(k) {
			s := f.score(folded) * 10
			if s == 0 {
				continue
			}
			switch l := looks(h, found.Last(), col, f.Class); {
			case l > 0:
				s += fits * 10
			case l < 0:
				s -= unfits * 10
			}
			if remembered[folded] == f.Code {
				s += 1000
			}
			if s > 0 {
				claims = append(claims, claim{f.Code, col, s*100 - order})
			}
		}
		if code := remembered[folded]; code != "" {
			if _, known := fieldOf(k, code); known {
				claims = append(claims, claim{code, col, 500_000})
			}
		}
	}
	slices.SortStableFunc(claims, func(a, b claim) int { return cmp.Compare(b.score, a.score) })
	taken := map[int]bool{}
	for _, c := range claims {
		if _, has := m.Columns[c.field]; !has && !taken[c.column] {
			m.Columns[c.field], taken[c.column] = c.column, true
		}
	}
	tidy(k, &m)
	return m
}

// tidy takes out what one column makes another mean: a whole name beside its parts,
// one day of birth beside two by sex.
func tidy(k Kind, m *Mapping) {
	if k != Members {
		return
	}
	_, m1 := m.Columns["birth_m"]
	_, f1 := m.Columns["birth_f"]
	switch {
	case m1 && !f1:
		if _, has := m.Columns["birth"]; !has {
			m.Columns["birth"] = m.Columns["birth_m"]
		}
		delete(m.Columns, "birth_m")
	case m1 && f1:
		delete(m.Columns, "birth")
	}
	_, family := m.Columns["family"]
	_, given := m.Columns["given"]
	_, whole := m.Columns["name"]
	switch {
	case whole && given && !family: // "Họ và tên" over two columns, the second without a word
		m.Columns["family"] = m.Columns["name"]
		delete(m.Columns, "name")
	case !whole && given && !family:
		m.Columns["name"] = m.Columns["given"]
		delete(m.Columns, "given")
	case whole && family && given:
		delete(m.Columns, "family")
		delete(m.Columns, "given")
	}
}

// Check says what a mapping lacks, as errors at the fields that could give it.
func (m Mapping) Check(k Kind) error {
	var f fault.Fields
	met := map[string]bool{}
	for code := range m.Columns {
		if x, ok := fieldOf(k, code); ok {
			met[x.Need] = true
		}
	}
	if met["name"] && k == Members {
		_, whole := m.Columns["name"]
		_, family := m.Columns["family"]
		_, given := m.Columns["given"]
		met["name"] = whole || family && given
	}
	told := map[string]bool{"": true}
	for _, x := range Fields(k) {
		if !met[x.Need] && !told[x.Need] {
			told[x.Need] = true
			f.Add("need", "exchange.need."+x.Need)
		}
	}
	seen := map[int]bool{}
	for _, x := range Fields(k) {
		c, ok := m.Columns[x.Code]
		if ok && seen[c] {
			f.Add("col_"+x.Code, "exchange.err.column_twice", "Column", sheet.ColumnName(c))
		}
		seen[c] = seen[c] || ok
	}
	return f.Err()
}

// sampleRows is how many cells of a column are looked at.
const sampleRows = 60

// looks says whether the cells of a column look like a class: 1 yes, -1 no, 0 they do
// not tell.
func looks(h sheet.Head, after, col int, class string) int {
	yes, no := 0, 0
	for _, r := range h.Top {
		c := r.Cell(col)
		if r.N <= after || c.Text == "" || yes+no >= sampleRows {
			continue
		}
		if like(c, class) {
			yes++
		} else {
			no++
		}
	}
	switch {
	case class == "text" || yes+no == 0:
		return 0
	case yes >= 3*no:
		return 1
	case no >= 3*yes:
		return -1
	}
	return 0
}

func like(c sheet.Cell, class string) bool {
	folded := viet.Fold(c.Text)
	switch class {
	case "date":
		_, err := sheet.ParseDate(c, civil.Of(2100, 1, 1))
		return err == nil || strings.Count(c.Text, "/") == 2
	case "digits":
		d, ok := sheet.Digits(c)
		return ok && len(d) >= 6 || strings.HasPrefix(c.Text, "+")
	case "tick":
		return has(vocabulary().Yes, folded) || has(vocabulary().No, folded) || c.Kind == sheet.Bool || len(folded) == 0
	case "sex":
		return has(vocabulary().Female, folded) || has(vocabulary().Male, folded)
	case "name":
		return c.Kind == sheet.Text && strings.Contains(folded, " ") && !strings.ContainsAny(folded, "0123456789")
	case "status":
		return c.Kind == sheet.Text && len(folded) > 1
	case "title":
		return c.Kind == sheet.Text
	}
	return true
}
