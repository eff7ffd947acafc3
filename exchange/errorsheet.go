package exchange

import (
	"context"
	"io"
	"strings"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/sheet"
)

// ErrorSheet writes the rows that were not good, as they stand in the sheet with what
// was typed over them, and a last column with the reasons: to be corrected and
// uploaded again.
func (s *Service) ErrorSheet(ctx context.Context, actor access.Actor, ref ident.Ref, out io.Writer, t Words) error {
	r, err := s.View(ctx, actor, ref)
	if err != nil {
		return err
	}
	if r.State != Checked {
		return ErrGone
	}
	_, p, err := s.prepare(ctx, ref, Checked)
	if err != nil {
		return err
	}
	page := sheet.Page{Name: t("exchange.errors.sheet"), Plain: true}
	for i, text := range r.Mapping.Texts {
		if text == "" {
			text = sheet.ColumnName(i)
		}
		page.Columns = append(page.Columns, sheet.Column{Title: text, Width: 18})
	}
	page.Columns = append(page.Columns, sheet.Column{Title: t("exchange.errors.reason"), Width: 60})
	w, err := sheet.NewWorkbook(out, page)
	if err != nil {
		return err
	}
	var failure error
	p.sees, p.strict = sightOf(actor, r.Unit), false
	p.seen = func(l *line) {
		if l.worst() > Warning && failure == nil {
			failure = w.Row(l.rejected(len(r.Mapping.Texts), t)...)
		}
	}
	err = s.DB.Read(ctx, func(q db.Q) error {
		p.rep, p.q = Report{}, q
		return p.run(ctx)
	})
	if err == nil {
		err = failure
	}
	if err != nil {
		return err
	}
	return w.Close()
}

// rejected gives the row's cells and the reasons. Numbers stay the texts they are: a
// zero in front is not lost again.
func (l *line) rejected(width int, t Words) []any {
	cells := make([]any, width, width+1)
	for i := range cells {
		cells[i] = l.row.Cell(i).Text
	}
	for field := range l.edits {
		if c := l.m.Column(field); c >= 0 && c < width {
			cells[c] = l.cell(field).Text
		}
	}
	var why []string
	for _, i := range l.issues {
		if i.Level > Warning {
			why = append(why, i.Column+": "+Say(i, t))
		}
	}
	return append(cells, strings.Join(why, "; "))
}

// Say gives the words of an issue, with the source where it is about a rule.
func Say(i Issue, t Words) string {
	args := make([]any, 0, 2*len(i.Args))
	for name, v := range i.Args {
		args = append(args, name, v)
	}
	text := t(i.Key, args...)
	if i.Source != "" {
		text += " (" + t("exchange.by", "Source", i.Source) + ")"
	}
	return text
}
