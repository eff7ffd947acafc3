package qualityweb

import (
	"fmt"
	"net/http"
	"strconv"

	"chibo/internal/civil"
	"chibo/internal/i18n"
	"chibo/internal/sheet"
	"chibo/internal/viet"
	"chibo/internal/web"
	"chibo/org"
)

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// page is the frame of a table that is taken out.
func (h *Web) page(l *i18n.Lang, u org.Unit, title, sub string) sheet.Page {
	day := civil.From(h.scores.DB.Clock().Now())
	place := u.Place
	if place != "" {
		place += ", "
	}
	p := sheet.Page{
		Left: []string{viet.Upper(u.Name)}, Right: []string{"ĐẢNG CỘNG SẢN VIỆT NAM", place + day.Long()}, Title: viet.Upper(title), Sub: sub,
		Sign: []string{viet.Upper(l.T("quality.book.maker")), viet.Upper(l.T("quality.book.head"))},
	}
	if h.sample {
		p.Mark = viet.Upper(l.T("quality.book.sample"))
	}
	return p
}

// send writes the table as a file.
func send(w http.ResponseWriter, name string, p sheet.Page, rows func(sheet.Writer) error) error {
	w.Header().Set("Content-Type", xlsxType)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.xlsx"`)
	out, err := sheet.NewWorkbook(w, p)
	if err != nil {
		return err
	}
	if err := rows(out); err != nil {
		return err
	}
	return out.Close()
}

// monthBook answers GET /units/{id}/scores/month.xlsx (rules.md 3.14).
func (h *Web) monthBook(w http.ResponseWriter, r *http.Request) error {
	_, d, err := h.readMonth(r)
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	p := h.page(l, d.Unit, l.T("quality.month.title", "Month", l.Month(d.Month)), "")
	col := func(title string, width float64, a sheet.Align) {
		p.Columns = append(p.Columns, sheet.Column{Title: title, Width: width, Align: a})
	}
	col(l.T("quality.col.no"), 6, sheet.Center)
	col(l.T("quality.col.unit"), 34, sheet.Left)
	col(l.T("quality.col.members"), 10, sheet.Right)
	col(l.T("quality.col.day"), 13, sheet.Center)
	col(l.T("quality.col.score"), 9, sheet.Center)
	for _, b := range d.Bands {
		col(b.Title.In(l.Code()), 8, sheet.Center)
	}
	col(l.T("quality.col.note"), 50, sheet.Left)
	return send(w, fmt.Sprintf("diem-sinh-hoat-%d-%02d", d.Month.Year(), d.Month.Num()), p, func(out sheet.Writer) error {
		for _, x := range d.Rows {
			row := []any{x.No, x.Name, x.Members, x.MetDay.Vi(), x.Score}
			for _, tick := range x.Ticks {
				row = append(row, ticked(tick))
			}
			if err := out.Row(append(row, x.Note)...); err != nil {
				return err
			}
		}
		return nil
	})
}

func ticked(is bool) string {
	if is {
		return "x"
	}
	return ""
}

// halfBook answers GET /units/{id}/scores/half.xlsx (rules.md 3.15).
func (h *Web) halfBook(w http.ResponseWriter, r *http.Request) error {
	_, d, err := h.readHalf(r)
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	p := h.page(l, d.Unit, l.T("quality.half.title", "Half", d.Half, "Year", d.Year), "")
	for _, c := range []struct {
		key   string
		width float64
		align sheet.Align
	}{
		{"no", 6, sheet.Center},
		{"unit", 34, sheet.Left},
		{"members", 10, sheet.Right},
		{"meetings", 10, sheet.Right},
		{"present", 12, sheet.Center},
		{"speakers", 10, sheet.Right},
		{"thematic", 12, sheet.Right},
		{"planned", 12, sheet.Right},
		{"admitted", 10, sheet.Right},
		{"inspection", 26, sheet.Left},
	} {
		p.Columns = append(p.Columns, sheet.Column{Title: l.T("quality.col." + c.key), Width: c.width, Align: c.align})
	}
	return send(w, fmt.Sprintf("tong-hop-%d-%d", d.Year, d.Half), p, func(out sheet.Writer) error {
		for i, x := range append(d.Rows, d.Sum) {
			no, name := strconv.Itoa(i+1), x.Name
			if i == len(d.Rows) {
				no, name = "", l.T("quality.col.sum")
			}
			err := out.Row(no, name, x.Members, x.Meetings, share(l, x.Present, x.Due), x.Speakers, x.Thematic, x.Planned, x.Admitted, "")
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// share says a share in percent, nothing of nothing.
func share(l *i18n.Lang, n, of int) string {
	if of == 0 {
		return ""
	}
	return l.Percent(n, of)
}

// yearBook answers GET /units/{id}/scores/year.xlsx.
func (h *Web) yearBook(w http.ResponseWriter, r *http.Request) error {
	_, d, err := h.readYear(r)
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	p := h.page(l, d.Unit, l.T("quality.year.title", "Year", d.Year), d.Cite)
	col := func(title string, width float64, a sheet.Align) {
		p.Columns = append(p.Columns, sheet.Column{Title: title, Width: width, Align: a})
	}
	col(l.T("quality.col.no"), 6, sheet.Center)
	col(l.T("quality.col.unit"), 34, sheet.Left)
	for _, n := range d.Head {
		col(l.T("quality.col.month", "N", n), 7, sheet.Center)
	}
	col(l.T("quality.col.mean"), 9, sheet.Center)
	for _, b := range d.Bands {
		col(b.Title.In(l.Code()), 8, sheet.Right)
	}
	col(l.T("quality.col.result"), 16, sheet.Left)
	col(l.T("quality.col.note"), 40, sheet.Left)
	return send(w, fmt.Sprintf("xep-loai-nam-%d", d.Year), p, func(out sheet.Writer) error {
		for i, x := range d.Rows {
			row := []any{i + 1, x.Name}
			for _, m := range x.Marks {
				row = append(row, m.Letter)
			}
			row = append(row, x.Mean)
			for _, b := range d.Bands {
				row = append(row, x.Count[b.Code])
			}
			note := ""
			if len(x.Checks) > 0 {
				note = x.Checks[0]
			}
			if err := out.Row(append(row, x.Result, note)...); err != nil {
				return err
			}
		}
		return nil
	})
}
