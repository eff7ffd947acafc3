package memberweb

import (
	"net/http"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/member"
)

// duplicatesData is the dot of duplicates.html.
type duplicatesData struct {
	Place  place
	Groups []alikeView
	Total  int // records in them
	Pairs  []member.Pair
}

// alikeView is a group of records that look like one person.
type alikeView struct {
	Why     string
	Persons []member.Twin
	Pairs   []pairHref
}

// pairHref leads to the comparison of two of a group.
type pairHref struct{ One, Two, Href string }

// pairsMost is how many decisions are shown.
const pairsMost = 30

// duplicates answers GET /duplicates.
func (s *Web) duplicates(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	d := duplicatesData{}
	err = s.db.Read(r.Context(), func(q db.Q) error {
		if d.Place, err = at(r.Context(), q, who, 0); err != nil {
			return err
		}
		if !member.MayMerge(who, d.Place.Unit) {
			return access.ErrForbidden
		}
		list, err := s.members.AlikeIn(r.Context(), q, d.Place.Scope)
		if err != nil {
			return err
		}
		for _, g := range list {
			v := alikeView{Why: g.Why, Persons: g.Persons}
			for i, a := range g.Persons {
				for _, b := range g.Persons[i+1:] {
					v.Pairs = append(v.Pairs, pairHref{a.Cell.Short, b.Cell.Short, "/duplicates/" + a.PersonRef().String() + "/" + b.PersonRef().String()})
				}
			}
			d.Groups, d.Total = append(d.Groups, v), d.Total+len(g.Persons)
		}
		d.Pairs, err = member.Pairs(r.Context(), q, d.Place.Scope, pairsMost)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.members.NoteList(r.Context(), who, d.Place.Unit, audit.ReadList, d.Total); err != nil {
		return err
	}
	return s.pages.Render(w, r, "duplicates.html", d)
}

// twinsData is the dot of twins.html.
type twinsData struct {
	Crumbs []crumb
	A, B   member.Twin
	Rows   []twinRow
	Apart  bool // they lie in two parts and cannot be joined
	Form   *web.Form
	Keeps  []web.Option
	Action string
}

// twinRow is one thing about both.
type twinRow struct {
	Label, A, B string
	Same        bool
}

// twins answers GET /duplicates/{a}/{b}.
func (s *Web) twins(w http.ResponseWriter, r *http.Request) error {
	return s.showTwins(w, r, nil)
}

func twinRefs(r *http.Request) (a, b ident.Ref, err error) {
	if a, err = web.Ref(r, "a"); err != nil {
		return a, b, err
	}
	b, err = web.Ref(r, "b")
	return a, b, err
}

func (s *Web) showTwins(w http.ResponseWriter, r *http.Request, form *web.Form) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	a, b, err := twinRefs(r)
	if err != nil {
		return err
	}
	d := twinsData{Form: form, Action: "/duplicates/" + a.String() + "/" + b.String()}
	n := s.namerOf(r)
	if d.A, d.B, err = s.members.Compare(r.Context(), who, a, b); err != nil {
		return err
	}
	err = s.db.Read(r.Context(), func(q db.Q) error {
		one, err := n.twin(r, q, d.A)
		if err != nil {
			return err
		}
		two, err := n.twin(r, q, d.B)
		if err != nil {
			return err
		}
		for i := range one {
			d.Rows = append(d.Rows, twinRow{one[i].Label, one[i].Text, two[i].Text, one[i].Text == two[i].Text})
		}
		return nil
	})
	if err != nil {
		return err
	}
	d.Apart = d.A.Part != d.B.Part
	d.Keeps = []web.Option{
		{Value: "a", Label: n.lang.T("member.twins.keep", "Name", d.A.Name, "Cell", d.A.Cell.Short)},
		{Value: "b", Label: n.lang.T("member.twins.keep", "Name", d.B.Name, "Cell", d.B.Cell.Short)},
	}
	d.Crumbs = []crumb{{"/duplicates", n.lang.T("member.duplicates")}, {"", n.lang.T("member.twins")}}
	w.Header().Set("Cache-Control", "no-store")
	if form != nil {
		return s.pages.RenderStatus(w, r, form.Status, "twins.html", d)
	}
	d.Form = web.NewForm(nil)
	return s.pages.Render(w, r, "twins.html", d)
}

// twin says what a record holds, line by line.
func (n namer) twin(r *http.Request, q db.Q, t member.Twin) ([]copyRow, error) {
	names := unitNames{q: q, known: map[int64]string{}}
	places := ""
	for _, m := range t.List {
		cell, err := names.name(r.Context(), m.CellID)
		if err != nil {
			return nil, err
		}
		if places != "" {
			places += "\n"
		}
		places += cell + ", " + span(m.From.Vi(), m.To.Vi())
	}
	yes := n.lang.T("member.twins.none")
	if t.Account {
		yes = n.lang.T("member.twins.has")
	}
	phone := t.Phone
	if t.Kept {
		phone = n.lang.T("member.twins.kept")
	}
	l := func(field string) string { return n.lang.T("member.field." + field) }
	return []copyRow{
		{l(member.FieldName), t.Name},
		{l(member.FieldOtherName), t.OtherName},
		{l(member.FieldSex), n.value(member.FieldSex, t.Sex)},
		{l(member.FieldBirth), t.Birth.Vi()},
		{l(member.FieldPhone), phone},
		{l(member.FieldCard), t.Card},
		{l(member.FieldIDNo), t.IDMask},
		{l(member.FieldAdmittedOn), t.Home.AdmittedOn.Vi()},
		{l(member.FieldOfficialOn), t.Home.OfficialOn.Vi()},
		{n.lang.T("member.record.places"), places},
		{n.lang.T("member.twins.account"), yes},
	}, nil
}

type joinForm struct {
	Do       string `form:"do"`   // merge, distinct
	Keep     string `form:"keep"` // a, b
	VersionA int    `form:"version_a"`
	VersionB int    `form:"version_b"`
}

// join answers POST /duplicates/{a}/{b}.
func (s *Web) join(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	a, b, err := twinRefs(r)
	if err != nil {
		return err
	}
	var in joinForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	flash := "member.twins.merged"
	switch {
	case in.Do == "distinct":
		flash = "member.twins.distinct"
		err = s.members.Distinct(r.Context(), who, a, b)
	case in.Keep == "a":
		_, err = s.members.Merge(r.Context(), who, member.MergeIn{Keep: a, Other: b, KeepVersion: in.VersionA, OtherVersion: in.VersionB})
	case in.Keep == "b":
		_, err = s.members.Merge(r.Context(), who, member.MergeIn{Keep: b, Other: a, KeepVersion: in.VersionB, OtherVersion: in.VersionA})
	default:
		err = member.ErrNoKeep()
	}
	if form, ok := web.Retry(r, err); ok {
		return s.showTwins(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/duplicates", flash)
}

type undoForm struct {
	Pair ident.Ref `form:"pair"`
}

// duplicatesUndo answers POST /duplicates/undo.
func (s *Web) duplicatesUndo(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var in undoForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	if err := s.members.Undo(r.Context(), who, in.Pair); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/duplicates", "member.twins.undone")
}
