package memberweb

import (
	"net/http"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/member"
)

// fieldsData is the dot of fields.html: the form of a member's proposal, or of an
// officer's direct correction.
type fieldsData struct {
	Crumbs  []crumb
	Form    *web.Form
	Action  string
	Back    string
	Own     bool // a proposal about the own record
	Name    string
	Sexes   []web.Option
	May     map[string]bool
	Hints   map[string]string // what a number is now, masked
	Clears  map[string]bool   // a number that can be taken out
	Now     map[string]string // what the record holds by now, after a conflict
	Version int
}

// correct answers GET /members/me/correct.
func (s *Web) correct(w http.ResponseWriter, r *http.Request) error {
	d, _, err := s.proposal(r)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.pages.Render(w, r, "fields.html", d)
}

// proposal makes the form of a proposal from what the record holds.
func (s *Web) proposal(r *http.Request) (d fieldsData, own member.Membership, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, own, err
	}
	if own, err = s.ownMembership(r.Context(), who); err != nil {
		return d, own, err
	}
	rec, err := s.members.Open(r.Context(), who, own.Ref())
	if err != nil {
		return d, own, err
	}
	n := s.namer(r, rec.Cell)
	d = fieldsData{
		Action: "/members/me/correct", Back: "/members/me", Own: true, Name: rec.PersonName, Sexes: n.sexes(), May: map[string]bool{},
		Crumbs: []crumb{{"/members/me", n.lang.T("member.own")}, {"", n.lang.T("member.correct")}},
		Form: web.NewForm(formOf(member.Values{
			Name: rec.PersonName, OtherName: rec.OtherName, Sex: rec.Sex, Birth: rec.Birth, Phone: rec.Phone, Card: rec.Card, IDNo: rec.IDNo,
			AdmittedOn: rec.AdmittedOn, OfficialOn: rec.OfficialOn,
		})),
	}
	for _, f := range member.Fields() {
		d.May[f] = true
	}
	return d, own, nil
}

// propose answers POST /members/me/correct.
func (s *Web) propose(w http.ResponseWriter, r *http.Request) error {
	var in fieldsForm
	bad := web.Decode(r, &in)
	if bad != nil && fault.KindOf(bad) != fault.Invalid {
		return bad
	}
	d, own, err := s.proposal(r)
	if err != nil {
		return err
	}
	if err = s.allErrors(bad, in); err == nil {
		who, _ := access.From(r.Context())
		_, err = s.members.Propose(r.Context(), who, member.ProposeIn{Ref: own.Ref(), Values: in.values(), Note: in.Note})
	}
	if form, ok := web.Retry(r, err); ok {
		d.Form = form
		w.Header().Set("Cache-Control", "no-store")
		return s.pages.RenderStatus(w, r, form.Status, "fields.html", d)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/members/me#corrections", "member.correct.sent")
}

// allErrors adds to fields that could not be read what is wrong with the others, so
// that all is told at once; nil when everything could be read.
func (s *Web) allErrors(unread error, in fieldsForm) error {
	if unread == nil {
		return nil
	}
	all := fault.FieldsOf(unread)
	for _, f := range fault.FieldsOf(in.values().Check(s.today(), member.LimitsOf(s.book.At(s.today(), "")))) {
		if !slices.ContainsFunc(all, func(have fault.FieldError) bool { return have.Field == f.Field }) {
			all = append(all, f)
		}
	}
	return all.Err()
}

// withdraw answers POST /corrections/{ref}/withdraw.
func (s *Web) withdraw(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	if err := s.members.Withdraw(r.Context(), who, ref); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/members/me#corrections", "member.correct.withdrawn")
}

// edit answers GET /members/{ref}/edit.
func (s *Web) edit(w http.ResponseWriter, r *http.Request) error {
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	d, v, err := s.editable(r, ref)
	if err != nil {
		return err
	}
	d.Form = web.NewForm(formOf(v))
	w.Header().Set("Cache-Control", "no-store")
	return s.pages.Render(w, r, "fields.html", d)
}

func (s *Web) editable(r *http.Request, ref ident.Ref) (d fieldsData, v member.Values, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, v, err
	}
	v, rec, version, err := s.members.Editable(r.Context(), who, ref)
	if err != nil {
		return d, v, err
	}
	n := s.namer(r, rec.Cell)
	back := "/members/" + ref.String()
	d = fieldsData{
		Action: back + "/edit", Back: back, Name: rec.PersonName, Sexes: n.sexes(), Version: version, May: map[string]bool{},
		Hints: map[string]string{}, Clears: map[string]bool{},
		Crumbs: []crumb{{back, rec.PersonName}, {"", n.lang.T("member.edit")}},
	}
	for field, masked := range map[string]string{member.FieldCard: rec.Card, member.FieldIDNo: rec.IDNo, member.FieldPhone: rec.Phone} {
		switch {
		case v.Get(field) != "":
		case masked != "":
			d.Clears[field] = field != member.FieldPhone
			d.Hints[field] = n.lang.T("member.edit.keeps", "Number", masked)
		default:
			d.Hints[field] = n.lang.T("member.edit.none")
		}
	}
	for _, f := range member.Fields() {
		d.May[f] = member.MayDecide(who, rec.Cell, rec.PersonID, f)
	}
	return d, v, nil
}

// saveEdit answers POST /members/{ref}/edit.
func (s *Web) saveEdit(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	var in fieldsForm
	bad := web.Decode(r, &in)
	if bad != nil && fault.KindOf(bad) != fault.Invalid {
		return bad
	}
	if err = s.allErrors(bad, in); err == nil {
		_, err = s.members.Edit(r.Context(), who, member.EditIn{Ref: ref, Version: in.Version, Values: in.values(), Clear: in.cleared(), Note: in.Note})
	}
	form, again := web.Retry(r, err)
	if err != nil && !again {
		return err
	}
	if err == nil {
		return web.SeeOther(w, r, "/members/"+ref.String(), "member.edit.saved")
	}
	d, now, err := s.editable(r, ref)
	if err != nil {
		return err
	}
	d.Form = form
	if form.Status == http.StatusConflict { // both are shown: what was typed, and what the record holds
		d.both(s.namerOf(r), now, in.values())
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.pages.RenderStatus(w, r, form.Status, "fields.html", d)
}

func (d *fieldsData) both(n namer, now, typed member.Values) {
	d.Now = map[string]string{}
	for _, f := range member.Fields() {
		if now.Get(f) != typed.Get(f) && now.Get(f) != "" && !(f == member.FieldCard || f == member.FieldIDNo) {
			d.Now[f] = n.value(f, now.Get(f))
		}
	}
}

// namerOf gives a namer where no rule is asked.
func (s *Web) namerOf(r *http.Request) namer { return namer{web.LangOf(r), s.book.At(s.today(), "")} }

// waitingData is the dot of corrections.html.
type waitingData struct {
	Crumbs []crumb
	Rows   []waitingView
	More   bool
}

// waitingView is a proposal that waits.
type waitingView struct {
	member.WaitingRow
	Labels []string
	Due    string
	Late   bool
}

// waitingMost is how many proposals the list shows: the oldest come first.
const waitingMost = 100

// corrections answers GET /corrections.
func (s *Web) corrections(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	scope, err := access.Any(who, access.RegisterKeep)
	if err != nil {
		return err
	}
	d := waitingData{}
	n := s.namerOf(r)
	err = s.db.Read(r.Context(), func(q db.Q) error {
		list, err := member.Waiting(r.Context(), q, scope, waitingMost+1)
		if err != nil {
			return err
		}
		if d.More = len(list) > waitingMost; d.More {
			list = list[:waitingMost]
		}
		for _, x := range list {
			d.Rows = append(d.Rows, n.waiting(x, s.today()))
		}
		return nil
	})
	if err != nil {
		return err
	}
	d.Crumbs = []crumb{{"/members", n.lang.T("member.admitted.all")}, {"", n.lang.T("member.corrections")}}
	return s.pages.Render(w, r, "corrections.html", d)
}

func (n namer) waiting(x member.WaitingRow, today civil.Date) waitingView {
	v := waitingView{WaitingRow: x}
	v.Due, _ = n.due(member.Correction{At: x.At})
	if due, err := civil.ParseVi(v.Due); err == nil && !due.IsZero() {
		v.Late = due.Before(today)
	}
	for _, f := range member.Fields() {
		for _, open := range x.Fields {
			if f == open {
				v.Labels = append(v.Labels, n.lang.T("member.field."+f))
			}
		}
	}
	return v
}

// reviewData is the dot of review.html.
type reviewData struct {
	member.Review
	Crumbs  []crumb
	Form    *web.Form
	Rows    []changeView
	Open    int // fields that this reader may decide
	Version int // of the record
	Due     string
	DueRule string
}

// review answers GET /corrections/{ref}.
func (s *Web) review(w http.ResponseWriter, r *http.Request) error {
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	return s.showReview(w, r, ref, nil)
}

func (s *Web) showReview(w http.ResponseWriter, r *http.Request, ref ident.Ref, form *web.Form) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	d := reviewData{Form: form}
	if d.Review, err = s.members.Review(r.Context(), who, ref); err != nil {
		return err
	}
	n := s.namer(r, d.Record.Cell)
	for _, ch := range d.Changes {
		v := n.change(ch, d.Now.Get(ch.Field))
		v.May = d.May[ch.Field]
		v.Moved = v.Moved && v.May && ch.Verdict == ""
		if v.May && ch.Verdict == "" && d.Waits() {
			d.Open++
		}
		d.Rows = append(d.Rows, v)
	}
	d.Version = d.PersonVersion()
	d.Due, d.DueRule = n.due(d.Correction)
	d.Crumbs = []crumb{{"/corrections", n.lang.T("member.corrections")}, {"", d.Record.PersonName}}
	status := http.StatusOK
	if form != nil {
		status = form.Status
	} else {
		d.Form = web.NewForm(nil)
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.pages.RenderStatus(w, r, status, "review.html", d)
}

type decideForm struct {
	All     string            `form:"all"` // one verdict for every field that is open
	Fields  map[string]string `form:"v"`
	Open    []string          `form:"open"`
	Answer  string            `form:"answer"`
	Version int               `form:"version"`
	Person  int               `form:"person"`
}

func (f decideForm) verdicts() map[string]string {
	out := map[string]string{}
	for field, verdict := range f.Fields {
		if verdict != "" {
			out[field] = verdict
		}
	}
	if f.All == "" {
		return out
	}
	for _, field := range f.Open {
		out[field] = f.All
	}
	return out
}

// decide answers POST /corrections/{ref}.
func (s *Web) decide(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	var in decideForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err = s.members.Decide(r.Context(), who, member.DecideIn{
		Ref: ref, Version: in.Version, Person: in.Person, Verdicts: in.verdicts(), Answer: in.Answer,
	})
	if form, ok := web.Retry(r, err); ok {
		return s.showReview(w, r, ref, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/corrections", "member.correct.decided")
}
