package reorgweb

import (
	"net/http"
	"slices"

	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/org"
	"chibo/reorg"
)

// What a form lists at most; what is not shown is found by its name.
const (
	unitRows   = 200
	targetRows = 400
)

// stepQuery is what the address of a step's form says.
type stepQuery struct {
	Kind   string `form:"kind"`
	In     int64  `form:"in"`   // units directly under this one are offered
	Search string `form:"q"`    // or those of any place with this in their name
	Unit   int64  `form:"unit"` // of a step about one unit
}

// stepForm is a step as it is typed.
type stepForm struct {
	Kind      string  `form:"kind"`
	ID        int64   `form:"step"`
	Units     []int64 `form:"units"`
	To        int64   `form:"to"`
	UnitKind  string  `form:"unit_kind"`
	Type      string  `form:"type"`
	Name      string  `form:"name"`
	Short     string  `form:"short"`
	PaperName string  `form:"paper_name"`
	Place     string  `form:"place"`
	Code      string  `form:"code"`
	Members   []int64 `form:"members"`
}

func (f stepForm) step() reorg.Step {
	return reorg.Step{
		Kind: f.Kind, ID: f.ID, Units: f.Units, To: f.To, Members: f.Members,
		New: reorg.New{Kind: f.UnitKind, Type: f.Type, Name: f.Name, Short: f.Short, PaperName: f.PaperName, Place: f.Place, Code: f.Code},
	}
}

func formOf(s reorg.Step) stepForm {
	return stepForm{
		Kind: s.Kind, ID: s.ID, Units: s.Units, To: s.To, Members: s.Members, UnitKind: s.New.Kind, Type: s.New.Type, Name: s.New.Name,
		Short: s.New.Short, PaperName: s.New.PaperName, Place: s.New.Place, Code: s.New.Code,
	}
}

// stepData is the dot of step.html.
type stepData struct {
	Crumbs  []crumb
	Act     reorg.Act
	Href    string
	Query   stepQuery
	Step    int64 // 0: a new one
	Form    *web.Form
	In      org.Unit
	Places  []web.Option // where units can be looked for
	Units   []unitChoice
	More    bool
	One     *unitChoice // the unit of a step about one
	Targets []web.Option
	Kinds   []web.Option
	Types   []web.Option
	Cell    org.Unit // whose members are offered
	Members []memberChoice
}

// unitChoice is a unit to be chosen.
type unitChoice struct {
	ID          int64
	Name, Kind  string
	Above, Href string
	Chosen      bool
}

// memberChoice is a member to be chosen.
type memberChoice struct {
	ID             int64
	Name, Standing string
	Chosen         bool
}

// About says whether the step is about one unit that is chosen first.
func (d stepData) About() bool {
	return d.Query.Kind == reorg.Rename || d.Query.Kind == reorg.Kind || d.Query.Kind == reorg.Assign
}

// Founding says whether the step founds a unit.
func (d stepData) Founding() bool { return d.Query.Kind == reorg.Found }

// Optional says whether the step may lead nowhere.
func (d stepData) Optional() bool { return d.Query.Kind == reorg.Dissolve }

// Leads says whether the step leads to a unit.
func (d stepData) Leads() bool { return d.Query.Kind != reorg.Rename && d.Query.Kind != reorg.Kind }

func (h *Web) newStep(w http.ResponseWriter, r *http.Request) error {
	var q stepQuery
	if err := web.DecodeQuery(r, &q); err != nil || !slices.Contains(reorg.Kinds(), q.Kind) {
		return notFound()
	}
	return h.showStep(w, r, q, stepForm{Kind: q.Kind}, nil)
}

func (h *Web) editStep(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	step, err := web.ID(r, "step")
	if err != nil {
		return err
	}
	var s reorg.Step
	err = h.read(r.Context(), func(q db.Q) error {
		a, _, err := h.reorgs.Get(r.Context(), q, who, id)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(a.Steps, func(o reorg.Step) bool { return o.ID == step })
		if i < 0 {
			return notFound()
		}
		s = a.Steps[i]
		return nil
	})
	if err != nil {
		return err
	}
	var q stepQuery
	if err := web.DecodeQuery(r, &q); err != nil {
		return notFound()
	}
	q.Kind, q.Unit = s.Kind, s.Unit()
	return h.showStep(w, r, q, formOf(s), nil)
}

func (h *Web) putStep(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	var in stepForm
	if err = web.Decode(r, &in); err == nil {
		_, err = h.reorgs.PutStep(r.Context(), who, id, in.step())
	}
	if err == nil {
		return web.SeeOther(w, r, href(id)+"#steps", "reorg.flash.step")
	}
	f, ok := web.Retry(r, err)
	if !ok || !slices.Contains(reorg.Kinds(), in.Kind) {
		return err
	}
	atUnitKind(f)
	var q stepQuery
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	if q.Unit == 0 && len(in.Units) > 0 {
		q.Unit = in.Units[0]
	}
	return h.showStep(w, r, q, in, f)
}

// atUnitKind puts what is wrong with the kind of a unit at its field: "kind" is the
// kind of the step here.
func atUnitKind(f *web.Form) {
	f.Errs["unit_kind"] = f.Errs["kind"]
	for i := range f.Problems {
		if f.Problems[i].Field == "kind" {
			f.Problems[i].Field = "unit_kind"
		}
	}
}

func (h *Web) dropStep(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	step, err := web.ID(r, "step")
	if err != nil {
		return err
	}
	if err := h.reorgs.DropStep(r.Context(), who, id, step); err != nil {
		return err
	}
	return web.SeeOther(w, r, href(id)+"#steps", "reorg.flash.step_gone")
}

// showStep shows the form of a step with what was typed, or what it holds.
func (h *Web) showStep(w http.ResponseWriter, r *http.Request, query stepQuery, in stepForm, f *web.Form) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	d := stepData{Href: href(id), Query: query, Step: in.ID, Form: f}
	err = h.read(r.Context(), func(q db.Q) error {
		p := picker{q: q, lang: web.LangOf(r), d: &d, in: in}
		return p.read(r.Context(), h, who, id)
	})
	if err != nil {
		return err
	}
	if len(d.Members) > 0 {
		if err := h.reorgs.NoteList(r.Context(), who, d.Cell, len(d.Members)); err != nil {
			return err
		}
	}
	if d.Form == nil {
		if d.One != nil && in.Name == "" && query.Kind == reorg.Rename {
			in.Name = d.One.Name
		}
		d.Form = web.NewForm(in)
	}
	return h.pages.RenderStatus(w, r, max(http.StatusOK, d.Form.Status), "step.html", d)
}
