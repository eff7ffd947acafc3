package document

import "chibo/internal/paper"

// Differ compares texts of one paragraph each.
func Differ(was, now []string) []Change {
	paragraphs := func(list []string) (d paper.Document) {
		for _, s := range list {
			d.Blocks = append(d.Blocks, paper.Paragraph(paper.Text(s)))
		}
		return d
	}
	return difference(paragraphs(was), paragraphs(now))
}

// Reworded opens the rewording of a paper.
func Reworded(d paper.Document, texts map[string]string) (paper.Document, bool) {
	return reworded(d, texts)
}
