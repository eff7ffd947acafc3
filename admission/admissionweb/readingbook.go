package admissionweb

import (
	"fmt"
	"net/http"

	"chibo/internal/i18n"
	"chibo/internal/sheet"
	"chibo/internal/viet"
	"chibo/internal/web"
)

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// readingBook answers GET /units/{id}/admission/reading.xlsx?year=: the page as a table
// (rules.md 8.08).
func (h *Web) readingBook(w http.ResponseWriter, r *http.Request) error {
	d, err := h.readingData(r)
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	place := d.Unit.Place
	if place != "" {
		place += ", "
	}
	col := func(key string, width float64, a sheet.Align) sheet.Column {
		return sheet.Column{Title: l.T("admission.reading.col." + key), Width: width, Align: a}
	}
	p := sheet.Page{
		Left: []string{viet.Upper(d.Unit.Name)}, Right: []string{"ĐẢNG CỘNG SẢN VIỆT NAM", place + h.today().Long()},
		Title: viet.Upper(l.T("admission.reading.title", "Year", d.Year)), Sub: l.T("admission.reading.period", "From", d.From.Vi(), "To", d.Until.Vi()),
		Mark: h.svc.Watermark(),
		Columns: []sheet.Column{
			col("part", 34, sheet.Left), col("row", 44, sheet.Left), col("count", 12, sheet.Right), col("women", 10, sheet.Right), col("note", 50, sheet.Left),
		},
	}
	w.Header().Set("Content-Type", xlsxType)
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="ket-nap-%d.xlsx"`, d.Year))
	out, err := sheet.NewWorkbook(w, p)
	if err != nil {
		return err
	}
	for _, row := range d.book(l) {
		if err := out.Row(row...); err != nil {
			return err
		}
	}
	return out.Close()
}

// book gives the page as lines of a table.
func (d readingData) book(l *i18n.Lang) (rows [][]any) {
	add := func(part, row string, count any, women any, note string) {
		rows = append(rows, []any{part, row, count, women, note})
	}
	year := l.T("admission.reading.rate")
	add(year, l.T("admission.reading.admitted"), d.Done[3], "", "")
	if d.Version > 0 {
		add(year, l.T("admission.reading.target"), d.Target(), "", "")
	}
	if d.Rated() {
		add(year, l.T("admission.reading.base_count"), d.Base, "", d.BaseOn.Vi())
		add(year, l.T("admission.reading.percent"), l.Percent(d.Done[3], d.Base), "", "")
	}
	add(year, l.T("admission.reading.ceremonies"), d.Ceremonies, "", "")
	add(year, l.T("admission.reading.missing_row"), d.Missing(), "", "")
	for _, g := range d.Parts {
		for _, row := range g.Rows {
			add(g.Title, row.Label, row.Count, row.Women, "")
		}
	}
	for _, t := range d.Typed {
		if t.Typed || t.Below > 0 {
			add(l.T("admission.reading.totals"), t.Title, t.Count, "", t.Name)
		}
	}
	if d.Apart {
		for _, k := range d.Kinds {
			add(l.T("admission.reading.bases"), l.T("admission.reading.base."+k.Code), k.Count, "", "")
		}
	}
	add(l.T("admission.reading.still"), l.T("admission.reading.still_row", "Years", d.StillYears), d.Still, "", "")
	for _, t := range d.Times {
		add(l.T("admission.reading.steps"), t.Title, t.Waiting, "", l.T("admission.reading.step_note", "Done", t.Done, "Half", t.Half, "Most", t.Most))
	}
	if !d.Over && d.Outlook.Known > 0 {
		for _, m := range []struct {
			key string
			n   int
		}{{"low", d.Low()}, {"middle", d.Middle()}, {"high", d.High()}} {
			add(l.T("admission.reading.forecast"), l.T("admission.reading."+m.key), m.n, "", l.T("admission.reading.estimate"))
		}
	}
	return rows
}
