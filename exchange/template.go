package exchange

import (
	"io"

	"chibo/internal/sheet"
)

// Words gives a text in the reader's language, with name, value pairs.
type Words func(key string, args ...any) string

// templateFields are the columns of an empty sheet: those that most lists have. The
// others are recognised, but not asked for.
func templateFields(k Kind) []string {
	switch k {
	case Members:
		return []string{"name", "sex", "birth", "cell", "admitted", "official", "card", "idno", "phone", "status"}
	case Units:
		return []string{"code", "name", "short", "parent", "kind", "from", "place"}
	}
	return []string{"name", "birth", "card", "unit", "title", "from", "to", "how"}
}

// Template writes an empty sheet of the kind with one row as an example and a second
// sheet of notes.
func Template(out io.Writer, k Kind, t Words) error {
	p := sheet.Page{Name: t("exchange.template." + string(k)), Plain: true}
	fields := templateFields(k)
	example := make([]any, 0, len(fields)+1)
	p.Columns = append(p.Columns, sheet.Column{Title: t("exchange.col.number"), Width: 6, Align: sheet.Center})
	example = append(example, 1)
	for _, f := range fields {
		p.Columns = append(p.Columns, sheet.Column{Title: t("exchange.field." + string(k) + "." + f), Width: 20})
		example = append(example, t("exchange.example."+string(k)+"."+f))
	}
	p.Notes = []string{t("exchange.notes.title")}
	for _, f := range fields {
		p.Notes = append(p.Notes, t("exchange.field."+string(k)+"."+f)+": "+t("exchange.note."+string(k)+"."+f))
	}
	p.Notes = append(p.Notes, t("exchange.notes.end"))
	w, err := sheet.NewWorkbook(out, p)
	if err != nil {
		return err
	}
	if err := w.Row(example...); err != nil {
		return err
	}
	return w.Close()
}
