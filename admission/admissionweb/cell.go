package admissionweb

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"chibo/access"
	"chibo/admission"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/org"
	"chibo/rulebook"
)

// listLimit is how many people a list shows at most.
const listLimit = 200

// The tabs of a cell's list.
const (
	tabOpen = "open"
	tabDone = "done"
)

// cellData is the dot of cell.html.
type cellData struct {
	Cell    org.Unit
	Crumbs  []crumb
	Tab     string
	Tracked []item // no members yet
	Reserve []item
	Ended   []item
	Offered []admission.Dossier
	Leads   bool
	Late    int
	Unseen  int // not looked at for longer than the rule says
	Plan    admission.Plan
	Year    int
}

// cell answers GET /cells/{id}/admission?tab=.
func (h *Web) cell(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	d := cellData{Tab: tabOpen, Year: h.today().Year()}
	if r.URL.Query().Get("tab") == tabDone {
		d.Tab = tabDone
	}
	var lines []admission.Line
	err = h.svc.DB.Read(r.Context(), func(q db.Q) error {
		if d.Cell, err = org.ByID(r.Context(), q, id); err != nil {
			return err
		}
		if lines, err = h.svc.OfCell(r.Context(), q, who, d.Cell, d.Tab == tabOpen, listLimit); err != nil {
			return err
		}
		if d.Offered, err = admission.Offered(r.Context(), q, who, d.Cell); err != nil {
			return err
		}
		d.Plan, err = admission.PlanOf(r.Context(), q, d.Cell, d.Year)
		return err
	})
	if err != nil {
		return err
	}
	d.Leads = admission.MayLead(who.Quiet(), d.Cell)
	d.sort(h.items(l.Code(), h.svc.Book.At(h.today(), d.Cell.Path), lines))
	d.Crumbs = []crumb{{unitHref(d.Cell.ID), d.Cell.Short}, {"", l.T("admission.cell.title")}}
	return h.pages.Render(w, r, "cell.html", d)
}

func (d *cellData) sort(items []item) {
	for _, i := range items {
		switch {
		case i.State != admission.Open:
			d.Ended = append(d.Ended, i)
		case i.Reserve():
			d.Reserve = append(d.Reserve, i)
		default:
			d.Tracked = append(d.Tracked, i)
		}
		if i.Due.Left < 0 {
			d.Late++
		}
		if i.Unseen {
			d.Unseen++
		}
	}
}

// personForm is what a form knows of a person.
type personForm struct {
	Name         string     `form:"name"`
	Sex          string     `form:"sex"`
	Birth        civil.Date `form:"birth"`
	Citizen      string     `form:"citizen"` // yes, no
	Ethnic       string     `form:"ethnic"`
	Education    string     `form:"education"`
	Professional string     `form:"professional"`
	Occupation   string     `form:"occupation"`
	Owner        bool       `form:"owner"`
	YouthUnion   bool       `form:"youth_union"`
	YouthBase    bool       `form:"youth_base"`
	TradeUnion   bool       `form:"trade_union"`
	EducationAs  string     `form:"education_as"`
	Again        bool       `form:"again"`
	LeftOn       civil.Date `form:"left_on"`
	Disunity     bool       `form:"disunity"`
	On           civil.Date `form:"on"`
	Helper       int64      `form:"helper"`
	Work         string     `form:"work"`
	Sure         bool       `form:"sure"`
	Version      int        `form:"version"`
	Op           string     `form:"op"`
}

func (f personForm) person() admission.Person {
	return admission.Person{
		Name: f.Name, Sex: f.Sex, Birth: f.Birth, Citizen: f.Citizen == "yes", Ethnic: f.Ethnic, Education: f.Education, Professional: f.Professional,
		Occupation: f.Occupation, Owner: f.Owner, YouthUnion: f.YouthUnion, YouthBase: f.YouthBase, TradeUnion: f.TradeUnion, EducationAs: f.EducationAs,
		Again: f.Again, LeftOn: f.LeftOn, Disunity: f.Disunity,
	}
}

func formOf(p admission.Person, version int) personForm {
	f := personForm{
		Name: p.Name, Sex: p.Sex, Birth: p.Birth, Citizen: "no", Ethnic: p.Ethnic, Education: p.Education, Professional: p.Professional,
		Occupation: p.Occupation, Owner: p.Owner, YouthUnion: p.YouthUnion, YouthBase: p.YouthBase, TradeUnion: p.TradeUnion, EducationAs: p.EducationAs,
		Again: p.Again, LeftOn: p.LeftOn, Disunity: p.Disunity, Version: version,
	}
	if p.Citizen {
		f.Citizen = "yes"
	}
	return f
}

// lists are what a person's form offers.
type lists struct{ Ethnic, Education, Professional, Occupation, As, Helpers []web.Option }

func listsOf(lang string, set rulebook.Set) lists {
	l := lists{
		Ethnic: options(lang, set.Choices(rulebook.EthnicGroups)), Education: options(lang, set.Choices(rulebook.EducationLevels)),
		Professional: options(lang, set.Choices(rulebook.EducationProfessional)), Occupation: options(lang, set.Choices(rulebook.AdmissionOccupations)),
	}
	for _, e := range set.EducationExceptions() {
		l.As = append(l.As, web.Option{Value: e.Code, Label: e.Title.In(lang)})
	}
	return l
}

// trackData is the dot of new.html and edit.html.
type trackData struct {
	Cell   org.Unit
	Crumbs []crumb
	Form   *web.Form
	Lists  lists
	Ref    ident.Ref
	Member bool // the register has the person: name, sex and birth stay
	Alike  bool // somebody alike is in another cell
}

func (h *Web) trackData(r *http.Request) (d trackData, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return d, err
	}
	l := web.LangOf(r)
	cell, people, set, err := h.svc.Blank(r.Context(), who, id)
	if err != nil {
		return d, err
	}
	d.Cell, d.Lists = cell, listsOf(l.Code(), set)
	for _, p := range people {
		d.Lists.Helpers = append(d.Lists.Helpers, web.Option{Value: strconv.FormatInt(p.MembershipID, 10), Label: p.Name})
	}
	d.Crumbs = []crumb{{unitHref(cell.ID), cell.Short}, {admission.ListHref(cell.ID), l.T("admission.cell.title")}, {"", l.T("admission.new.title")}}
	return d, nil
}

// trackForm answers GET /cells/{id}/admission/new.
func (h *Web) trackForm(w http.ResponseWriter, r *http.Request) error {
	d, err := h.trackData(r)
	if err != nil {
		return err
	}
	d.Form = web.NewForm(personForm{Citizen: "yes", Ethnic: "kinh", On: h.today()})
	return h.pages.Render(w, r, "new.html", d)
}

// track answers POST /cells/{id}/admission.
func (h *Web) track(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var f personForm
	if err = web.Decode(r, &f); err == nil {
		ref, err2 := h.svc.Track(r.Context(), who, admission.TrackIn{
			CellID: id, Person: f.person(), On: f.On, Helper: f.Helper, Work: f.Work, Sure: f.Sure, Op: f.Op,
		})
		if err = err2; err == nil {
			return web.SeeOther(w, r, admission.Href(ref), "admission.flash.track")
		}
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err2 := h.trackData(r)
	if err2 != nil {
		return err2
	}
	d.Form, d.Alike = form, isElsewhere(err)
	return h.pages.RenderStatus(w, r, form.Status, "new.html", d)
}

func isElsewhere(err error) bool { return errors.Is(err, admission.ErrElsewhere) }

// reviewData is the dot of review.html.
type reviewData struct {
	Cell     org.Unit
	Crumbs   []crumb
	Form     *web.Form
	Rows     []item
	Verdicts []web.Option
	Meetings []web.Option
}

func (h *Web) reviewData(r *http.Request) (d reviewData, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return d, err
	}
	l := web.LangOf(r)
	err = h.svc.DB.Read(r.Context(), func(q db.Q) error {
		if d.Cell, err = org.ByID(r.Context(), q, id); err != nil {
			return err
		}
		lines, err := h.svc.OfCell(r.Context(), q, who, d.Cell, true, listLimit)
		set := h.svc.Book.At(h.today(), d.Cell.Path)
		for _, i := range h.items(l.Code(), set, lines) {
			if !i.Reserve() {
				d.Rows = append(d.Rows, i)
			}
		}
		d.Verdicts = options(l.Code(), set.Choices(rulebook.AdmissionVerdicts))
		if err != nil {
			return err
		}
		meetings, err := admission.ReviewMeetings(r.Context(), q, d.Cell, h.today())
		for _, m := range meetings {
			d.Meetings = append(d.Meetings, web.Option{Value: strconv.FormatInt(m.Ref.ID, 10), Label: l.T("admission.review.meeting_of", "Day", m.Day.Vi())})
		}
		return err
	})
	d.Crumbs = []crumb{{unitHref(d.Cell.ID), d.Cell.Short}, {admission.ListHref(d.Cell.ID), l.T("admission.cell.title")}, {"", l.T("admission.review.title")}}
	return d, err
}

// reviewForm answers GET /cells/{id}/admission/review.
func (h *Web) reviewForm(w http.ResponseWriter, r *http.Request) error {
	d, err := h.reviewData(r)
	if err != nil {
		return err
	}
	d.Form = web.NewForm(nil).Set("day", h.today().Vi()).Set("item", r.URL.Query().Get("item"))
	if at := r.URL.Query().Get("meeting"); at != "" || len(d.Meetings) == 0 {
		d.Form.Set("meeting", at)
	} else {
		d.Form.Set("meeting", d.Meetings[0].Value)
	}
	return h.pages.Render(w, r, "review.html", d)
}

// review answers POST /cells/{id}/admission/review: one line for each person.
func (h *Web) review(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var f struct {
		Day     civil.Date `form:"day"`
		Meeting int64      `form:"meeting"`
		Item    int64      `form:"item"` // the run page's, where the meeting goes on
	}
	if err = web.Decode(r, &f); err == nil {
		err = h.svc.Review(r.Context(), who, id, admission.ReviewAt{Meeting: f.Meeting, Item: f.Item, Day: f.Day}, looks(r.PostForm))
		if err == nil {
			back, err := h.afterReview(r, id, f.Meeting, f.Item)
			if err != nil {
				return err
			}
			return web.SeeOther(w, r, back, "admission.flash.review")
		}
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.reviewData(r)
	if err != nil {
		return err
	}
	d.Form = form
	return h.pages.RenderStatus(w, r, form.Status, "review.html", d)
}

// afterReview gives where to go on: in the meeting whose page led here, else in the list.
func (h *Web) afterReview(r *http.Request, cellID, meetingID, itemID int64) (href string, err error) {
	href = admission.ListHref(cellID)
	if meetingID == 0 || itemID == 0 {
		return href, nil
	}
	err = h.svc.DB.Read(r.Context(), func(q db.Q) error {
		cell, err := org.ByID(r.Context(), q, cellID)
		if err == nil {
			href = "/meetings/" + ident.Ref{Part: cell.PartID, ID: meetingID}.String() + "/run"
		}
		return err
	})
	return href, err
}

// looks reads the lines of the review: a field for each person, named by the dossier.
func looks(values url.Values) (out []admission.Look) {
	for _, name := range values["who"] {
		ref, err := ident.ParseRef(name)
		if err != nil {
			continue
		}
		version, _ := strconv.Atoi(values.Get("version-" + name)) // of no sense: an old page
		out = append(out, admission.Look{Ref: ref, Verdict: values.Get("verdict-" + name), Text: web.Text(values.Get("text-" + name)), Version: version})
	}
	return out
}

func (h *Web) editData(r *http.Request) (d trackData, v admission.View, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, v, err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return d, v, err
	}
	if v, err = h.svc.Open(r.Context(), who, ref); err != nil {
		return d, v, err
	}
	if !v.Leads {
		return d, v, access.ErrForbidden
	}
	l := web.LangOf(r)
	d = trackData{Cell: v.Cell, Lists: listsOf(l.Code(), v.Set), Ref: ref, Member: v.MembershipID != 0}
	d.Crumbs = []crumb{
		{unitHref(v.Cell.ID), v.Cell.Short}, {admission.ListHref(v.Cell.ID), l.T("admission.cell.title")}, {admission.Href(ref), v.Person.Name}, {"", l.T("admission.edit.title")},
	}
	return d, v, nil
}

// editForm answers GET /dossiers/{ref}/edit.
func (h *Web) editForm(w http.ResponseWriter, r *http.Request) error {
	d, v, err := h.editData(r)
	if err != nil {
		return err
	}
	d.Form = web.NewForm(formOf(v.Person, v.Version))
	return h.pages.Render(w, r, "edit.html", d)
}

// edit answers POST /dossiers/{ref}/edit.
func (h *Web) edit(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	var f personForm
	if err = web.Decode(r, &f); err == nil {
		err = h.svc.Edit(r.Context(), who, ref, f.person(), admission.Act{Version: f.Version, Op: f.Op}, f.Sure)
		if err == nil {
			return web.SeeOther(w, r, admission.Href(ref), "admission.flash.edit")
		}
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, v, err2 := h.editData(r)
	if err2 != nil {
		return err2
	}
	d.Form, d.Alike = form.Set("version", strconv.Itoa(v.Version)), isElsewhere(err)
	return h.pages.RenderStatus(w, r, form.Status, "edit.html", d)
}
