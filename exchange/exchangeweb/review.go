package exchangeweb

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"chibo/access"
	"chibo/exchange"
	"chibo/internal/web"
)

// reviewData is the dot of review.html.
type reviewData struct {
	Steps   []step
	Run     exchange.Run
	Form    *web.Form
	Tabs    []tab
	Rows    []rowView
	Next    string
	Level   int
	Good    int // entries that can be stored
	CanAll  bool
	CanGood bool
}

// tab leads to the rows of one level.
type tab struct {
	Text, Href string
	Count      int
	Current    bool
}

// rowView is one row with its cells.
type rowView struct {
	Row     int
	Whole   bool // it is about the whole sheet
	Name    string
	Cells   []cellView
	Notes   []string // about no cell of its own
	Ask     bool
	Answer  string
	Changes []changeView
}

// cellView is one cell: what stands there, and what is wrong with it.
type cellView struct {
	Field, Name, Label, Value, Err, Tone string
	Edit                                 bool
}

type changeView struct{ Label, Old, New string }

const reviewRows = 25

func levels() []struct {
	level int
	text  string
} {
	return []struct {
		level int
		text  string
	}{{2, "exchange.tab.bad"}, {1, "exchange.tab.ask"}, {0, "exchange.tab.warn"}, {-1, "exchange.tab.change"}}
}

func (s *Web) review(w http.ResponseWriter, r *http.Request, who access.Actor, x exchange.Run, status int, form *web.Form) error {
	d := reviewData{Steps: steps(2), Run: x, Form: form, Good: x.Report.New + x.Report.Changed}
	d.CanAll, d.CanGood = d.Good > 0 && x.Report.Failed == 0, d.Good > 0 && x.Report.Failed > 0
	counts, err := s.svc.Levels(r.Context(), who, x.Ref)
	if err != nil {
		return err
	}
	asked := r.URL.Query().Get("level")
	level, chosen := 2, false
	for _, l := range levels() {
		if n := counts[l.level]; n > 0 && !chosen && (asked == "" || asked == strconv.Itoa(l.level)) {
			level, chosen = l.level, true
		}
	}
	for _, l := range levels() {
		if counts[l.level] > 0 {
			d.Tabs = append(d.Tabs, tab{l.text, fmt.Sprintf("/imports/%s?level=%d", x.Ref, l.level), counts[l.level], l.level == level})
		}
	}
	d.Level = level
	if d.Rows, d.Next, err = s.rows(r.Context(), who, x, level, r); err != nil {
		return err
	}
	return s.pages.RenderStatus(w, r, status, "review.html", d)
}

func (s *Web) rows(ctx context.Context, who access.Actor, x exchange.Run, level int, r *http.Request) ([]rowView, string, error) {
	after, err := strconv.Atoi(r.URL.Query().Get("after"))
	if err != nil {
		after = -1 << 30 // notes on the whole sheet come first
	}
	list, err := s.svc.Rows(ctx, who, x.Ref, level, after, reviewRows+1)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(list) > reviewRows {
		list = list[:reviewRows]
		next = fmt.Sprintf("/imports/%s?level=%d&after=%d", x.Ref, level, list[reviewRows-1].Row)
	}
	order := orderOf(x.Kind)
	var out []rowView
	for _, v := range list {
		out = append(out, view(v, x, order, words(r)))
	}
	return out, next, nil
}

// view makes a row's cells: those with something to say can be typed over.
func view(v exchange.RowView, x exchange.Run, order map[string]int, t exchange.Words) rowView {
	out := rowView{Row: v.Row, Whole: v.Row <= 0, Name: v.Values["name"], Answer: v.Answer}
	if out.Name == "" {
		out.Name = strings.TrimSpace(v.Values["family"] + " " + v.Values["given"])
	}
	said := map[string]string{}
	tone := map[string]string{}
	for _, i := range v.Issues {
		text := exchange.Say(i, t)
		out.Ask = out.Ask || i.Level == exchange.Question
		if _, has := v.Values[i.Field]; !has {
			out.Notes = append(out.Notes, text)
			continue
		}
		if said[i.Field] != "" {
			text = said[i.Field] + "; " + text
		}
		said[i.Field] = text
		tone[i.Field] = [...]string{"warn", "info", "bad"}[max(i.Level, exchange.Warning)]
	}
	for field, value := range v.Values {
		if v.Level < 0 {
			break
		}
		c := cellView{
			Field: field, Name: fmt.Sprintf("r%d.%s", v.Row, field), Label: t("exchange.field." + string(x.Kind) + "." + field), Value: value,
			Err: said[field], Tone: tone[field], Edit: tone[field] == "bad",
		}
		if value != "" || c.Err != "" {
			out.Cells = append(out.Cells, c)
		}
	}
	slices.SortFunc(out.Cells, byOrder(order))
	for _, c := range v.Changes {
		ch := changeView{Label: t("exchange.field." + string(x.Kind) + "." + c.Field), Old: valueText(c.Field, c.Old, t), New: valueText(c.Field, c.New, t)}
		out.Changes = append(out.Changes, ch)
	}
	return out
}

// valueText gives the words of values that are codes.
func valueText(field, v string, t exchange.Words) string {
	if v == "" {
		return ""
	}
	switch field {
	case "sex":
		return t("member.sex." + v)
	case "status":
		return t("exchange.spell." + v)
	}
	return v
}

// correct takes what was typed over cells and answered.
func (s *Web) correct(w http.ResponseWriter, r *http.Request) error {
	who, x, err := s.load(r)
	if err != nil {
		return err
	}
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	said := map[int]*exchange.Said{}
	for name, values := range r.PostForm {
		num, field, ok := strings.Cut(strings.TrimPrefix(name, "r"), ".")
		row, err := strconv.Atoi(num)
		if !ok || err != nil || row <= 0 || len(values) == 0 {
			continue
		}
		if said[row] == nil {
			said[row] = &exchange.Said{Row: row, Cells: map[string]string{}}
		}
		if field == "answer" {
			said[row].Answer = values[0]
		} else {
			said[row].Cells[field] = values[0]
		}
	}
	list := make([]exchange.Said, 0, len(said))
	for _, x := range said {
		list = append(list, *x)
	}
	return s.back(w, r, x.Ref, s.svc.Correct(r.Context(), who, x.Ref, list))
}
