package admissionweb

import (
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/admission"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/web"
	"chibo/rulebook"
)

// paperForm is what is recorded of one paper.
type paperForm struct {
	Kind      string     `form:"kind"`
	State     string     `form:"state"` // present, missing
	Number    string     `form:"number"`
	Day       civil.Date `form:"paper_day"`
	Pages     int        `form:"pages"`
	Kept      string     `form:"kept"`
	CheckedBy string     `form:"checked_by"`
	CheckedOn civil.Date `form:"checked_on"`
	Note      string     `form:"note"`
	Version   int        `form:"version"`
	Op        string     `form:"op"`
}

// papersData is the dot of papers.html.
type papersData struct {
	admission.View
	Crumbs []crumb
	Form   *web.Form
	Rows   []slotView
	Kinds  []web.Option
	Keeps  []web.Option
	Edits  bool
	Cite   string // where the list comes from
	Sum    paperSum
	Next   *slotView // the one to see to; nil: nothing is missing
}

// slotView is a place of the list in words.
type slotView struct {
	admission.Slot
	No   int
	Name string
	Kept string
	Tone string
	Key  string              // of what is said of it
	Fill string              // address of its form; "" none
	Made []document.Document // issued here
}

// ByHand says whether its form is guidance for what people write themselves.
func (s slotView) ByHand() bool { return s.Hand }

// Unmade says whether it is issued here and was not yet.
func (s slotView) Unmade() bool { return s.Fill != "" && !s.Hand && len(s.Made) == 0 }

// IsRecognition says whether a line begins the papers of the recognition.
func (d papersData) IsRecognition(i int) bool {
	return d.Rows[i].Part == rulebook.PartRecognition && (i == 0 || d.Rows[i-1].Part != rulebook.PartRecognition)
}

func (h *Web) papersData(r *http.Request) (d papersData, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return d, err
	}
	if d.View, err = h.svc.Open(r.Context(), who, ref); err != nil {
		return d, err
	}
	if !d.Whole {
		return d, access.ErrForbidden
	}
	l := web.LangOf(r)
	d.Edits = d.State == admission.Open && (d.Leads || admission.MayServe(who, d.Holder)) || d.State == admission.Done && d.Leads
	d.Crumbs = []crumb{{unitHref(d.Cell.ID), d.Cell.Short}, {admission.Href(ref), d.Person.Name}, {"", l.T("admission.papers.title")}}
	d.Keeps = options(l.Code(), d.Set.Choices(rulebook.AdmissionKeeps))
	for _, k := range admission.Kinds(d.Set) {
		label := k.Title.In(l.Code())
		if k.Form != "" {
			label = k.Form + " · " + label
		}
		d.Kinds = append(d.Kinds, web.Option{Value: k.Code, Label: label})
	}
	made, err := h.svc.Made(r.Context(), d.View)
	if err != nil {
		return d, err
	}
	for i, s := range d.Slots {
		v := slotView{Made: made[s.Code], Slot: s, No: i + 1, Name: s.Title.In(l.Code()), Kept: title(l.Code(), d.Set.Choices(rulebook.AdmissionKeeps), s.Kept)}
		switch {
		case s.Present:
			v.Tone, v.Key = "ok", "admission.paper.there"
			d.Sum.There++
		case s.Due:
			v.Tone, v.Key = "bad", "admission.paper.missing"
			d.Sum.Missing++
		default:
			v.Key = "admission.paper.later"
			d.Sum.Due++
		}
		if _, ok := d.Set.AdmissionForm(s.Code); ok {
			v.Fill = admission.Href(ref) + "/forms/" + s.Code
		}
		d.Rows = append(d.Rows, v)
		if d.Next == nil && s.Due && !s.Present {
			d.Next = &v
		}
	}
	if rule := d.Set.AdmissionPapersRule(); rule.Key != "" {
		d.Cite = rule.Cite(l.Code())
	}
	return d, nil
}

// papers answers GET /dossiers/{ref}/papers?kind=.
func (h *Web) papers(w http.ResponseWriter, r *http.Request) error {
	d, err := h.papersData(r)
	if err != nil {
		return err
	}
	f := paperForm{Kind: r.URL.Query().Get("kind"), State: "present", Version: d.Version}
	for _, s := range d.Slots {
		if s.Code == f.Kind && s.Paper.Version > 0 {
			f.Number, f.Day, f.Pages, f.Kept, f.CheckedBy, f.CheckedOn, f.Note = s.Number, s.Day, s.Pages, s.Paper.Kept, s.CheckedBy, s.CheckedOn, s.Note
			if !s.Present {
				f.State = "missing"
			}
		}
	}
	for _, row := range d.Rows { // a paper that was issued here is known
		if n := len(row.Made); row.Code == f.Kind && row.Paper.Version == 0 && n > 0 {
			f.Number, f.Day = row.Made[n-1].Symbol, row.Made[n-1].On
		}
	}
	d.Form = web.NewForm(f)
	return h.pages.Render(w, r, "papers.html", d)
}

// putPaper answers POST /dossiers/{ref}/papers.
func (h *Web) putPaper(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	var f paperForm
	if err = web.Decode(r, &f); err == nil {
		err = h.svc.PutPaper(r.Context(), who, ref, admission.Paper{
			Kind: f.Kind, Present: f.State == "present", Number: f.Number, Day: f.Day, Pages: f.Pages, Kept: f.Kept, CheckedBy: f.CheckedBy,
			CheckedOn: f.CheckedOn, Note: f.Note,
		}, admission.Act{Version: f.Version, Op: f.Op})
		if err == nil {
			return web.SeeOther(w, r, admission.Href(ref)+"/papers", "admission.flash.paper")
		}
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.papersData(r)
	if err != nil {
		return err
	}
	d.Form = form.Set("version", strconv.Itoa(d.Version))
	return h.pages.RenderStatus(w, r, form.Status, "papers.html", d)
}

// introducerRows is how many lines the form of introducers has.
const introducerRows = 3

// introducersData is the dot of introducers.html.
type introducersData struct {
	admission.View
	Crumbs  []crumb
	Form    *web.Form
	Members []web.Option
	Lines   []int
}

func (h *Web) introducersData(r *http.Request) (d introducersData, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return d, err
	}
	if d.View, err = h.svc.Open(r.Context(), who, ref); err != nil {
		return d, err
	}
	if !d.Leads {
		return d, access.ErrForbidden
	}
	people, err := h.svc.Officials(r.Context(), d.View)
	if err != nil {
		return d, err
	}
	for _, p := range people {
		d.Members = append(d.Members, web.Option{Value: strconv.FormatInt(p.MembershipID, 10), Label: p.Name})
	}
	for i := range min(introducerRows+1, max(d.Set.Int(rulebook.IntroducerNumber), len(d.People)+1)) {
		d.Lines = append(d.Lines, i)
	}
	l := web.LangOf(r)
	d.Crumbs = []crumb{
		{unitHref(d.Cell.ID), d.Cell.Short},
		{admission.ListHref(d.Cell.ID), l.T("admission.cell.title")},
		{admission.Href(ref), d.Person.Name},
		{"", l.T("admission.introducers.title")},
	}
	return d, nil
}

// introducers answers GET /dossiers/{ref}/introducers.
func (h *Web) introducers(w http.ResponseWriter, r *http.Request) error {
	d, err := h.introducersData(r)
	if err != nil {
		return err
	}
	d.Form = web.NewForm(nil).Set("version", strconv.Itoa(d.Version))
	if len(d.People) == 0 && d.Introduced != admission.WayMember { // as the rules ask it
		d.Form.Set("way-0", d.Introduced).Set("way-1", admission.WayMember)
	} else if len(d.People) == 0 {
		d.Form.Set("way-0", admission.WayMember).Set("way-1", admission.WayMember)
	}
	for i, p := range d.People {
		at := "-" + strconv.Itoa(i)
		d.Form.Set("way"+at, p.Way).Set("name"+at, p.Name).Set("since"+at, p.Since.Vi()).Set("number"+at, p.Number).Set("day"+at, p.Day.Vi())
		switch {
		case p.Sent:
			d.Form.Set("way"+at, "sent")
		case p.MembershipID != 0:
			d.Form.Set("member"+at, strconv.FormatInt(p.MembershipID, 10)).Set("name"+at, "")
		}
	}
	return h.pages.Render(w, r, "introducers.html", d)
}

// putIntroducers answers POST /dossiers/{ref}/introducers.
func (h *Web) putIntroducers(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	var f struct {
		Version int    `form:"version"`
		Op      string `form:"op"`
	}
	if err = web.Decode(r, &f); err == nil {
		err = h.svc.PutIntroducers(r.Context(), who, ref, introducersFrom(r), admission.Act{Version: f.Version, Op: f.Op})
		if err == nil {
			return web.SeeOther(w, r, admission.Href(ref), "admission.flash.introducers")
		}
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.introducersData(r)
	if err != nil {
		return err
	}
	d.Form = form.Set("version", strconv.Itoa(d.Version))
	return h.pages.RenderStatus(w, r, form.Status, "introducers.html", d)
}

// introducersFrom reads the lines; one without anything in it is left out. A day that
// cannot be read is no day: the use case says so at its field.
func introducersFrom(r *http.Request) (out []admission.Introducer) {
	at := func(name string, i int) string { return web.Text(r.PostForm.Get(name + "-" + strconv.Itoa(i))) }
	read := func(s string) civil.Date {
		d, err := civil.ParseVi(s)
		if err != nil {
			return civil.Date{}
		}
		return d
	}
	for i := range introducerRows + 1 {
		x := admission.Introducer{Way: at("way", i), Name: at("name", i), Since: read(at("since", i)), Number: at("number", i), Day: read(at("day", i))}
		if x.Way == "" {
			continue
		}
		switch x.Way {
		case "sent":
			x.Way, x.Sent = admission.WayMember, true
		case admission.WayMember:
			x.MembershipID, _ = strconv.ParseInt(at("member", i), 10, 64) // of no sense: nobody was chosen
		}
		out = append(out, x)
	}
	return out
}
