package document

import (
	"slices"
	"strconv"
	"strings"

	"chibo/internal/paper"
	"chibo/internal/viet"
)

// Passage is a piece of a paper's text that a correction may change.
type Passage struct {
	Path string // "s" the subject, "b3" a paragraph, "b4.2.1" a cell of a table
	Text string
	Head string // of a cell: its column, else empty
	Row  int    // of a cell: its row from 1, else 0
}

// Long says whether the text needs more than a line to be written in.
func (p Passage) Long() bool { return p.Row == 0 || len(p.Text) > 60 }

// Rows is the height of the field for it, in lines.
func (p Passage) Rows() int { return min(max(2, len([]rune(p.Text))/60+1), 14) }

func passages(d paper.Document) []Passage {
	out := []Passage{{Path: "s", Text: d.Subject}}
	for i, b := range d.Blocks {
		at := "b" + strconv.Itoa(i)
		if b.Table == nil {
			if b.Type != paper.SpacerBlock {
				out = append(out, Passage{Path: at, Text: plain(b.Runs)})
			}
			continue
		}
		for r, row := range b.Table.Rows {
			for c, text := range row.Cells {
				head := ""
				if c < len(b.Table.Columns) {
					head = b.Table.Columns[c].Title
				}
				out = append(out, Passage{Path: cellPath(at, r, c), Text: text, Head: head, Row: r + 1})
			}
		}
	}
	return out
}

func cellPath(at string, row, col int) string {
	return at + "." + strconv.Itoa(row) + "." + strconv.Itoa(col)
}

func plain(runs []paper.Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.Text)
	}
	return b.String()
}

// reworded gives the paper with new words, and whether anything is different. What was
// given is left as it is. A paragraph left empty is taken out.
func reworded(d paper.Document, texts map[string]string) (paper.Document, bool) {
	changed := false
	put := func(path, was string) string {
		text, ok := texts[path]
		if text = tidy(text); !ok || text == tidy(was) {
			return was
		}
		changed = true
		return text
	}
	d.Subject = put("s", d.Subject)
	old := d.Blocks
	d.Blocks = make([]paper.Block, 0, len(old))
	for i, b := range old {
		at := "b" + strconv.Itoa(i)
		switch {
		case b.Table != nil:
			t := *b.Table
			t.Rows = slices.Clone(t.Rows)
			for r := range t.Rows {
				t.Rows[r].Cells = slices.Clone(t.Rows[r].Cells)
				for c, was := range t.Rows[r].Cells {
					t.Rows[r].Cells[c] = put(cellPath(at, r, c), was)
				}
			}
			b.Table = &t
		case b.Type != paper.SpacerBlock:
			was := plain(b.Runs)
			now := put(at, was)
			if now == "" && was != "" {
				continue
			}
			b.Runs = rerun(b.Runs, now)
		}
		d.Blocks = append(d.Blocks, b)
	}
	return d, changed
}

// tidy puts a typed text into the form that papers have: lines ended alike, no empty ones.
func tidy(s string) string {
	var out []string
	for line := range strings.SplitSeq(viet.NFC(strings.ReplaceAll(s, "\r", "\n")), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// rerun gives the new text the faces of the old: the runs it still begins with stay, the
// rest is in the face of the last one.
func rerun(runs []paper.Run, text string) []paper.Run {
	if len(runs) == 0 || plain(runs) == text {
		return runs
	}
	var out []paper.Run
	for _, r := range runs[:len(runs)-1] {
		rest, ok := strings.CutPrefix(text, r.Text)
		if !ok {
			break
		}
		out, text = append(out, r), rest
	}
	last := runs[len(runs)-1]
	last.Text = text
	if text == "" {
		return out
	}
	return append(out, last)
}
