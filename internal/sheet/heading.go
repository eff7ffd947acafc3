package sheet

import (
	"strings"

	"chibo/internal/viet"
)

// Heading is where the heading of a table stands and what it says of each column.
type Heading struct {
	Row    int      // number of its first row; 0: none was found
	Height int      // 1, or 2 where two rows say it together
	Texts  []string // by column
	Score  int
}

// Last gives the number of the heading's last row.
func (h Heading) Last() int { return h.Row + h.Height - 1 }

// FindHeading looks for the heading among the first rows: score says how well a text
// names a column (0: not at all). Single rows and pairs of rows are tried; the best
// sum wins, and of equals the one row, and the earlier. Without two columns that are
// named there is no heading.
func FindHeading(h Head, score func(text string) int) Heading {
	var best Heading
	bestNamed := 0
	for i, r := range h.Top {
		for height := 1; height <= 2; height++ {
			texts, ok := h.headTexts(i, height)
			if !ok {
				continue
			}
			sum, named := 0, 0
			for _, t := range texts {
				if s := score(t); s > 0 {
					sum += s
					named++
				}
			}
			if sum > best.Score {
				best, bestNamed = Heading{Row: r.N, Height: height, Texts: texts, Score: sum}, named
			}
		}
	}
	if bestNamed < 2 {
		return Heading{}
	}
	return best
}

// HeadingAt gives the heading that a person says stands there.
func HeadingAt(h Head, row, height int) (Heading, bool) {
	for i, r := range h.Top {
		if r.N == row {
			texts, ok := h.headTexts(i, height)
			return Heading{Row: row, Height: height, Texts: texts}, ok
		}
	}
	return Heading{}, false
}

// headTexts gives the text over each column, of one row or of two together. A merged
// cell speaks for all columns below it.
func (h Head) headTexts(i, height int) ([]string, bool) {
	top := h.Top[i]
	texts := h.spread(top)
	if height == 1 {
		return texts, true
	}
	if i+1 >= len(h.Top) || h.Top[i+1].N != top.N+1 {
		return nil, false
	}
	low := h.spread(h.Top[i+1])
	for len(texts) < len(low) {
		texts = append(texts, "")
	}
	group := ""
	for c := range texts {
		below := ""
		if c < len(low) {
			below = low[c]
		}
		if texts[c] != "" {
			group = texts[c]
		}
		switch {
		case below == "" || below == texts[c]:
			if texts[c] == "" {
				group = ""
			}
		case texts[c] == "" && group != "":
			texts[c] = group + " " + below
		default:
			texts[c] = strings.TrimSpace(texts[c] + " " + below)
		}
	}
	return texts, true
}

// spread gives the texts of a row with merged cells filled to the right.
func (h Head) spread(r Row) []string {
	texts := make([]string, len(r.Cells))
	for c, cell := range r.Cells {
		texts[c] = viet.Clean(cell.Text)
	}
	for _, m := range h.Merges {
		if m.Row1 <= r.N-1 && r.N-1 <= m.Row2 && m.Col2 > m.Col1 && m.Col2 < maxCols && m.Col1 < len(texts) {
			for len(texts) <= m.Col2 {
				texts = append(texts, "")
			}
			for c := m.Col1 + 1; c <= m.Col2; c++ {
				if texts[c] == "" {
					texts[c] = texts[m.Col1]
				}
			}
		}
	}
	return texts
}
