package meetingweb

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"

	"chibo/access"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/ident"
	"chibo/internal/qr"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/office"
	"chibo/rulebook"
	"chibo/secret"
)

// secretIn is the form of a new secret vote.
type secretIn struct {
	Subject  string   `form:"subject"`
	Purpose  string   `form:"purpose"`
	Kind     string   `form:"kind"`
	People   []int64  `form:"people"`
	Forms    []string `form:"forms"`
	Seats    int      `form:"seats"`
	Min      int      `form:"min"`
	Max      int      `form:"max"`
	Round    int      `form:"round"`
	Slate    bool     `form:"slate"`
	Post     string   `form:"post"`
	Item     int64    `form:"item"`
	Team1    int64    `form:"team1"`
	Team2    int64    `form:"team2"`
	Team3    int64    `form:"team3"`
	Way      string   `form:"way"`
	Show     string   `form:"show"`
	GuardWhy string   `form:"guard_why"`
}

func (in secretIn) domain() meeting.SecretIn {
	if in.Max == 0 {
		in.Max = in.Seats
	}
	out := meeting.SecretIn{
		Subject: in.Subject, Purpose: in.Purpose, Kind: in.Kind, People: in.People, Forms: in.Forms, Seats: in.Seats, Min: in.Min, Max: in.Max,
		Round: in.Round, Slate: in.Slate, Post: in.Post, ItemID: in.Item, Phones: in.Way == "phones", Guarded: in.Show != "numbers", GuardWhy: in.GuardWhy,
	}
	for _, id := range []int64{in.Team1, in.Team2, in.Team3} {
		if id != 0 {
			out.Team = append(out.Team, id)
		}
	}
	return out
}

// secretFormData is the dot of secret_new.html.
type secretFormData struct {
	base
	Form    *web.Form
	Kind    string
	Forms   []web.Option // of discipline, the heaviest first
	Posts   []web.Option // that an election may fill
	Agenda  []web.Option // items that the vote may belong to
	Allowed string       // the decision that allows phones; "" paper only
	Exposed bool         // what phones send can be read on the way
	Slates  bool         // one mark for the whole list is allowed on the day
	Mark    string       // the rule on how names are marked, with its source
	Small   bool
	Back    string
}

// Special says whether the marks or the round are not as usual, or were refused.
func (d secretFormData) Special() bool {
	for name, usual := range map[string]string{"max": "", "min": "0", "round": "1"} {
		if v := d.Form.Value(name); v != usual && v != "" || d.Form.Err(name) != "" {
			return true
		}
	}
	return false
}

// Checked says whether a box of several is ticked.
func (d secretFormData) Checked(name, value string) bool {
	for _, v := range d.Form.Values[name] {
		if v == value {
			return true
		}
	}
	return false
}

func (h *Web) secretForm(w http.ResponseWriter, r *http.Request) error {
	who, f, err := h.full(r)
	if err != nil {
		return err
	}
	kind := r.URL.Query().Get("kind")
	in := secretIn{Kind: kind, Seats: 1, Round: 1, Way: "paper", Show: "guarded", Item: f.ItemID}
	switch kind {
	case secret.Candidates:
		in.Purpose = secret.Election
	case secret.Ladder:
		in.Purpose, in.Forms = secret.Discipline, codesOf(f.Set.Choices(rulebook.DisciplineForms))
	case secret.Question:
		in.Purpose = secret.AnyOther
	default:
		return fault.New(fault.NotFound, "err.not_found")
	}
	if id, err := strconv.ParseInt(r.URL.Query().Get("again"), 10, 64); err == nil {
		for _, v := range f.Secrets {
			if v.Ref.ID == id && v.Kind == kind && (v.State == secret.StateCounted && kind == secret.Candidates || v.State == secret.StateVoid) {
				in.again(v, f.Set)
			}
		}
	}
	form := web.NewForm(in)
	form.Set("max", "") // as many as there are seats
	return h.showSecretForm(w, r, who, f, kind, form)
}

// again fills the form with the next round of an election: the places and people left; or
// with a vote that was given up, as it was.
func (in *secretIn) again(v secret.Vote, set rulebook.Set) {
	in.Subject, in.Purpose, in.Post, in.Round, in.Item = v.Subject, v.Purpose, v.Post, v.Round, v.ItemID
	if v.State == secret.StateCounted {
		in.Round++
	}
	switch v.Kind {
	case secret.Candidates:
		in.Seats = max(v.Seats-v.Elected(), 1)
		in.Min = min(v.Min, in.Seats)
		for _, o := range v.Options {
			if !o.Passed {
				in.People = append(in.People, o.MembershipID)
			}
		}
	case secret.Ladder:
		in.Forms = nil
		for _, c := range set.Choices(rulebook.DisciplineForms) {
			if slices.ContainsFunc(v.Options, func(o secret.Option) bool { return o.Title == c.Title.Vi }) {
				in.Forms = append(in.Forms, c.Code)
			}
		}
	}
	team := append(slices.Clone(v.Team), 0, 0, 0)
	in.Team1, in.Team2, in.Team3 = team[0], team[1], team[2]
	if v.Phones {
		in.Way = "phones"
	}
	if !v.Guarded {
		in.Show, in.GuardWhy = "numbers", v.GuardWhy
	}
}

func codesOf(list []rulebook.Choice) (out []string) {
	for _, c := range list {
		out = append(out, c.Code)
	}
	return out
}

func (h *Web) showSecretForm(w http.ResponseWriter, r *http.Request, who access.Actor, f meeting.Full, kind string, form *web.Form) error {
	warrant, ok, err := h.svc.SecretAllowed(r.Context(), who, f.Ref)
	if err != nil {
		return err
	}
	d := secretFormData{
		base: newShort(r, f, "meeting.secret.new"), Form: form, Kind: kind, Back: meeting.Href(f.Ref) + "/secret",
		Small: meeting.Count(f.Roll).Present < f.Set.Int(rulebook.SecretSmallBody),
	}
	d.Forms = choices(f.Set.Choices(rulebook.DisciplineForms), d.lang.Code())
	d.Exposed, d.Slates = web.Exposed(r), f.Set.Text(rulebook.SecretSlate) == "allowed"
	d.Mark = d.lang.T("meeting.secret.marking."+f.Set.Text(rulebook.SecretMark)) + " (" + ruleOf(d.lang, f.Set.Rule(rulebook.SecretMark)) + ")"
	for _, title := range []string{office.CommitteeMember, office.Secretary, office.Deputy} {
		if o, ok := f.Set.Office(f.Unit.Kind, title); ok {
			d.Posts = append(d.Posts, web.Option{Value: title, Label: o.Title.In(d.lang.Code())})
		}
	}
	for _, it := range f.Items {
		d.Agenda = append(d.Agenda, web.Option{Value: text(it.ID), Label: strconv.Itoa(it.Seq) + ". " + it.Title})
	}
	if ok {
		d.Allowed = warrant.Decision
	}
	status := http.StatusOK
	if form.Status != 0 {
		status = form.Status
	}
	return h.pages.RenderStatus(w, r, status, "secret_new.html", d)
}

// ruleOf gives the source of a rule with how sure it is, where that is in doubt.
func ruleOf(l *i18n.Lang, r rulebook.Rule) string {
	if r.Status == rulebook.Unverified {
		return r.Source + "; " + r.Status.Title().In(l.Code())
	}
	return r.Cite(l.Code())
}

// codesData is the dot of secret_codes.html: three slips, shown once.
type codesData struct {
	base
	Subject string
	Slips   []codeSlip
	Next    string
}

type codeSlip struct {
	Number int
	Name   string
	Groups string
	QR     template.HTML
}

func (h *Web) openSecret(w http.ResponseWriter, r *http.Request) error {
	who, f, err := h.full(r)
	if err != nil {
		return err
	}
	var in secretIn
	var vote ident.Ref
	var codes [secret.Slips]secret.Code
	if err = web.Decode(r, &in); err == nil {
		vote, codes, err = h.svc.OpenSecret(r.Context(), who, f.Ref, in.domain())
	}
	if err != nil {
		form, ok := web.Retry(r, renamed(err, called("people", "options", "forms", "options", "phones", "way", "warrant", "way", "guarded", "show")))
		if !ok {
			return err
		}
		return h.showSecretForm(w, r, who, f, in.Kind, form)
	}
	if codes[0] == "" {
		return web.SeeOther(w, r, secretHref(f.Ref, vote.ID), "meeting.secret.flash_opened")
	}
	d := codesData{base: newBase(r, f, "meeting.secret.codes"), Subject: in.Subject, Next: secretHref(f.Ref, vote.ID)}
	team := in.domain().Team
	for i, c := range codes {
		svg, err := qr.SVG(string(c))
		if err != nil {
			return err
		}
		d.Slips = append(d.Slips, codeSlip{Number: i + 1, Name: d.Who(team[i]), Groups: c.Groups(), QR: template.HTML(svg)}) //nolint:gosec // drawn by us
	}
	w.Header().Set("Cache-Control", "no-store")
	return h.pages.Render(w, r, "secret_codes.html", d)
}
