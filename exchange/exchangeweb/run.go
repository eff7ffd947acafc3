package exchangeweb

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"chibo/access"
	"chibo/exchange"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/sheet"
	"chibo/internal/viet"
	"chibo/internal/web"
)

// run shows the step that an import is at.
func (s *Web) run(w http.ResponseWriter, r *http.Request) error {
	who, x, err := s.load(r)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	switch x.State {
	case exchange.Choosing:
		return s.showColumns(w, r, x, http.StatusOK, nil)
	case exchange.Checking, exchange.Writing:
		return s.pages.Render(w, r, "wait.html", waitData{Steps: steps(waitStep(x.State)), Run: x, Percent: int(x.Share * 100)})
	case exchange.Checked:
		return s.review(w, r, who, x, http.StatusOK, nil)
	}
	d := doneData{Steps: steps(4), Run: x}
	if x.State == exchange.Done {
		return s.pages.Render(w, r, "done.html", d)
	}
	d.Steps = steps(0)
	return s.pages.Render(w, r, "stopped.html", d)
}

func waitStep(st exchange.State) int {
	if st == exchange.Writing {
		return 3
	}
	return 2
}

func (s *Web) load(r *http.Request) (access.Actor, exchange.Run, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return who, exchange.Run{}, err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return who, exchange.Run{}, err
	}
	x, err := s.svc.View(r.Context(), who, ref)
	return who, x, err
}

// waitData is the dot of wait.html.
type waitData struct {
	Steps   []step
	Run     exchange.Run
	Percent int
}

// doneData is the dot of done.html and stopped.html.
type doneData struct {
	Steps []step
	Run   exchange.Run
}

// columnsData is the dot of columns.html.
type columnsData struct {
	Steps   []step
	Run     exchange.Run
	Form    *web.Form
	Columns []columnView
	Fields  []web.Option
	Sheets  []web.Option
	Rows    []web.Option // that may be the heading
	Point   *web.Form
	NoHead  bool
}

// columnView is one column with what it may be.
type columnView struct {
	Name, Letter, Heading string
	Samples               []string
	Known                 bool
}

const (
	samples  = 3
	pointTop = 30
)

func (s *Web) showColumns(w http.ResponseWriter, r *http.Request, x exchange.Run, status int, form *web.Form) error {
	d := columnsData{Steps: steps(1), Run: x, Form: form, NoHead: x.Mapping.Row == 0}
	t := words(r)
	for _, f := range exchange.Fields(x.Kind) {
		d.Fields = append(d.Fields, web.Option{Value: f.Code, Label: t("exchange.field." + string(x.Kind) + "." + f.Code)})
	}
	if d.Form == nil {
		d.Form = web.NewForm(nil)
		for code, col := range x.Mapping.Columns {
			d.Form.Set(fmt.Sprintf("c%d", col), code)
		}
	}
	last := x.Mapping.Row + x.Mapping.Height - 1
	for col, text := range x.Mapping.Texts {
		v := columnView{Name: fmt.Sprintf("c%d", col), Letter: sheet.ColumnName(col), Heading: text}
		for _, row := range x.Top.Top {
			if c := row.Cell(col); row.N > last && c.Text != "" && len(v.Samples) < samples && !slices.Contains(v.Samples, c.Text) {
				v.Samples = append(v.Samples, sampleText(c))
			}
		}
		if text == "" && len(v.Samples) == 0 {
			continue
		}
		v.Known = d.Form.Value(v.Name) != ""
		d.Columns = append(d.Columns, v)
	}
	for i, name := range x.Sheets {
		d.Sheets = append(d.Sheets, web.Option{Value: strconv.Itoa(i), Label: name})
	}
	for _, row := range x.Top.Top[:min(len(x.Top.Top), pointTop)] {
		var texts []string
		for _, c := range row.Cells {
			if c.Text != "" && len(texts) < 5 {
				texts = append(texts, viet.Clean(c.Text))
			}
		}
		d.Rows = append(d.Rows, web.Option{Value: strconv.Itoa(row.N), Label: fmt.Sprintf("%d: %s", row.N, strings.Join(texts, " | "))})
	}
	d.Point = web.NewForm(nil).Set("sheet", strconv.Itoa(x.Mapping.Sheet)).Set("row", strconv.Itoa(x.Mapping.Row)).Set("height", strconv.Itoa(max(1, x.Mapping.Height)))
	return s.pages.RenderStatus(w, r, status, "columns.html", d)
}

// sampleText shows a cell's day where a workbook keeps it as a number.
func sampleText(c sheet.Cell) string {
	text := []rune(viet.Clean(c.Text))
	if len(text) > 40 {
		return string(text[:40]) + "…"
	}
	return string(text)
}

// point takes another sheet or heading.
func (s *Web) point(w http.ResponseWriter, r *http.Request) error {
	who, x, err := s.load(r)
	if err != nil {
		return err
	}
	var in struct {
		Sheet  int `form:"sheet"`
		Row    int `form:"row"`
		Height int `form:"height"`
	}
	if err = web.Decode(r, &in); err == nil {
		in.Height = min(max(in.Height, 1), 2)
		err = s.svc.Point(r.Context(), who, x.Ref, in.Sheet, in.Row, in.Height)
	}
	if form, ok := web.Retry(r, err); ok {
		return s.showColumns(w, r, x, form.Status, form)
	}
	return s.back(w, r, x.Ref, err)
}

// back leads to the run's page again.
func (s *Web) back(w http.ResponseWriter, r *http.Request, ref ident.Ref, err error, flash ...string) error {
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/imports/"+ref.String(), flash...)
}

// columns takes what each column is, and begins the check.
func (s *Web) columns(w http.ResponseWriter, r *http.Request) error {
	who, x, err := s.load(r)
	if err != nil {
		return err
	}
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	chosen, twice := map[string]int{}, fault.Fields{}
	for col := range x.Mapping.Texts {
		name := fmt.Sprintf("c%d", col)
		code := r.PostForm.Get(name)
		if code == "" {
			continue
		}
		if other, ok := chosen[code]; ok {
			twice.Add(name, "exchange.err.column_twice", "Column", sheet.ColumnName(other))
		}
		chosen[code] = col
	}
	if err = twice.Err(); err == nil {
		err = s.svc.Map(r.Context(), who, x.Ref, chosen)
	}
	if form, ok := web.Retry(r, err); ok {
		return s.showColumns(w, r, x, form.Status, form)
	}
	return s.back(w, r, x.Ref, err)
}

// again goes back from the rows to the columns.
func (s *Web) again(w http.ResponseWriter, r *http.Request) error {
	_, x, err := s.load(r)
	if err != nil {
		return err
	}
	if x.State != exchange.Choosing && x.State != exchange.Checked {
		return exchange.ErrBusy
	}
	return s.showColumns(w, r, x, http.StatusOK, nil)
}

func (s *Web) cancel(w http.ResponseWriter, r *http.Request) error {
	who, x, err := s.load(r)
	if err == nil {
		err = s.svc.Cancel(r.Context(), who, x.Ref)
	}
	return s.back(w, r, x.Ref, err)
}

func (s *Web) drop(w http.ResponseWriter, r *http.Request) error {
	who, x, err := s.load(r)
	if err == nil {
		err = s.svc.GiveUp(r.Context(), who, x.Ref)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/imports", "exchange.dropped")
}

// errors sends the rows that are not good.
func (s *Web) errors(w http.ResponseWriter, r *http.Request) error {
	who, x, err := s.load(r)
	if err != nil {
		return err
	}
	return s.svc.ErrorSheet(r.Context(), who, x.Ref, attach(w, "dong-can-sua.xlsx"), words(r))
}

// store begins the writing.
func (s *Web) store(w http.ResponseWriter, r *http.Request) error {
	who, x, err := s.load(r)
	if err != nil {
		return err
	}
	var in struct {
		Mode exchange.Mode `form:"mode"`
	}
	if err = web.Decode(r, &in); err == nil {
		err = s.svc.Store(r.Context(), who, x.Ref, in.Mode)
	}
	if form, ok := web.Retry(r, err); ok {
		return s.review(w, r, who, x, form.Status, form)
	}
	return s.back(w, r, x.Ref, err)
}

func orderOf(kind exchange.Kind) map[string]int {
	out := map[string]int{}
	for i, f := range exchange.Fields(kind) {
		out[f.Code] = i
	}
	return out
}

func byOrder(order map[string]int) func(a, b cellView) int {
	return func(a, b cellView) int { return cmp.Compare(order[a.Field], order[b.Field]) }
}
