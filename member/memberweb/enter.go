package memberweb

import (
	"net/http"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
)

// expectData is the dot of expect.html.
type expectData struct {
	Cell   org.Unit
	Crumbs []crumb
	Form   *web.Form
	Kinds  []web.Option
}

func (s *Web) expectData(r *http.Request, cell org.Unit) expectData {
	l := web.LangOf(r)
	return expectData{
		Cell: cell,
		Crumbs: []crumb{
			{"/life?unit=" + idText(cell.ID), cell.Short}, {"/transfers?unit=" + idText(cell.ID), l.T("life.transfers")}, {"", l.T("life.expect")},
		},
		Kinds: []web.Option{
			{Value: member.TransferOfficial, Label: l.T("life.kind.official"), Hint: l.T("life.expect.official")},
			{Value: member.TransferTemporary, Label: l.T("life.kind.temporary"), Hint: l.T("life.expect.temporary")},
		},
	}
}

// expectForm announces somebody who comes from outside.
func (s *Web) expectForm(w http.ResponseWriter, r *http.Request) error {
	cell, _, err := s.cellOf(r)
	if err != nil {
		return err
	}
	d := s.expectData(r, cell)
	d.Form = web.NewForm(nil).Set("kind", member.TransferOfficial)
	return s.pages.Render(w, r, "expect.html", d)
}

func (s *Web) expect(w http.ResponseWriter, r *http.Request) error {
	cell, who, err := s.cellOf(r)
	if err != nil {
		return err
	}
	var in announceForm
	var ref ident.Ref
	if err = web.Decode(r, &in); err == nil {
		ref, err = s.lives.Expect(r.Context(), who, member.ExpectIn{CellID: cell.ID, AnnounceIn: in.in()})
	}
	if form, ok := asTyped(r, err); ok {
		d := s.expectData(r, cell)
		d.Form = form
		return s.pages.RenderStatus(w, r, form.Status, "expect.html", d)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, member.TransferHref(ref), "life.saved")
}

// enterData is the dot of enter.html.
type enterData struct {
	Cell     org.Unit
	Crumbs   []crumb
	Form     *web.Form
	Sexes    []web.Option
	Origins  []web.Option
	Same     []member.Lookalike
	Transfer member.Transfer // the arrival that this ends; zero: none
}

// enterForm is the posted form of a member entered by hand.
type enterForm struct {
	Name       string     `form:"name"`
	OtherName  string     `form:"other_name"`
	Sex        string     `form:"sex"`
	Birth      civil.Date `form:"birth"`
	Phone      string     `form:"phone"`
	Card       string     `form:"card"`
	IDNo       string     `form:"idno"`
	Origin     string     `form:"origin"`
	From       civil.Date `form:"from"`
	AdmittedOn civil.Date `form:"admitted_on"`
	OfficialOn civil.Date `form:"official_on"`
	FromText   string     `form:"from_text"`
	Basis      string     `form:"basis"`
	BasisOn    civil.Date `form:"basis_on"`
	Transfer   ident.Ref  `form:"transfer"`
	Version    int        `form:"version"`
	Sure       bool       `form:"sure"`
}

func (s *Web) enterData(r *http.Request, cell org.Unit, transfer ident.Ref) (enterData, error) {
	l := web.LangOf(r)
	d := enterData{
		Cell:   cell,
		Crumbs: []crumb{{"/life?unit=" + idText(cell.ID), cell.Short}, {"", l.T("life.enter")}},
		Sexes:  []web.Option{{Value: "m", Label: l.T("member.sex.m")}, {Value: "f", Label: l.T("member.sex.f")}},
	}
	for _, o := range []string{member.OriginFounded, member.OriginTransfer, member.OriginAdmission, member.OriginRestored} {
		d.Origins = append(d.Origins, web.Option{Value: o, Label: l.T("life.origin." + o)})
	}
	if transfer.IsZero() {
		return d, nil
	}
	return d, s.db.Read(r.Context(), func(q db.Q) (err error) {
		if d.Transfer, err = member.TransferByID(r.Context(), q, transfer); err != nil {
			return err
		}
		if d.Transfer.ToCell != cell.ID || !d.Transfer.Incoming() {
			return errLost()
		}
		return nil
	})
}

// enterForm asks for a new member, or for one whose arrival was announced.
func (s *Web) enterForm(w http.ResponseWriter, r *http.Request) error {
	cell, _, err := s.cellOf(r)
	if err != nil {
		return err
	}
	var in struct {
		Transfer ident.Ref `form:"transfer"`
	}
	if err := web.DecodeQuery(r, &in); err != nil {
		return errLost()
	}
	d, err := s.enterData(r, cell, in.Transfer)
	if err != nil {
		return err
	}
	form := enterForm{Transfer: in.Transfer}
	if t := d.Transfer; !t.Ref.IsZero() {
		form.Name, form.Origin, form.FromText, form.Basis, form.BasisOn = t.Name, member.OriginTransfer, t.FromText, t.Basis, t.BasisOn
		form.From, form.Version = s.today(), t.Version
	}
	d.Form = web.NewForm(form)
	return s.pages.Render(w, r, "enter.html", d)
}

func (s *Web) enter(w http.ResponseWriter, r *http.Request) error {
	cell, who, err := s.cellOf(r)
	if err != nil {
		return err
	}
	var in enterForm
	err = web.Decode(r, &in)
	d, err2 := s.enterData(r, cell, in.Transfer)
	if err2 != nil {
		return err2
	}
	var ref ident.Ref
	if err == nil {
		ref, d.Same, err = s.lives.Enter(r.Context(), who, in.in(cell.ID, d.Transfer))
	}
	if form, ok := asTyped(r, err); ok {
		d.Form = form
		return s.pages.RenderStatus(w, r, form.Status, "enter.html", d)
	}
	if err != nil {
		return err
	}
	if len(d.Same) > 0 {
		d.Form = web.NewForm(nil)
		d.Form.Values = r.PostForm
		return s.pages.RenderStatus(w, r, http.StatusConflict, "enter.html", d)
	}
	return web.SeeOther(w, r, "/members/"+ref.String(), "life.entered")
}

func (f enterForm) in(cellID int64, t member.Transfer) member.EnterIn {
	in := member.EnterIn{
		CellID: cellID, Name: f.Name, OtherName: f.OtherName, Sex: f.Sex, Birth: f.Birth, Phone: f.Phone, Card: f.Card, IDNo: f.IDNo,
		Origin: f.Origin, From: f.From, AdmittedOn: f.AdmittedOn, OfficialOn: f.OfficialOn, FromText: f.FromText, Basis: f.Basis,
		BasisOn: f.BasisOn, Transfer: f.Transfer, Version: f.Version, Sure: f.Sure,
	}
	if t.Kind == member.TransferTemporary {
		in.Kind = member.KindGuest
	}
	return in
}

// restoreData is the dot of restore.html.
type restoreData struct {
	subject
	Form *web.Form
}

func (s *Web) restoreForm(w http.ResponseWriter, r *http.Request) error {
	u, _, err := s.subject(r, "ref")
	if err != nil {
		return err
	}
	u.Crumbs = append(u.Crumbs, crumb{"", web.LangOf(r).T("life.restore")})
	return s.pages.Render(w, r, "restore.html", restoreData{u, web.NewForm(nil)})
}

func (s *Web) restore(w http.ResponseWriter, r *http.Request) error {
	u, who, err := s.subject(r, "ref")
	if err != nil {
		return err
	}
	var in struct {
		Day     civil.Date `form:"day"`
		Basis   string     `form:"basis"`
		BasisOn civil.Date `form:"basis_on"`
	}
	var ref ident.Ref
	if err = web.Decode(r, &in); err == nil {
		ref, err = s.lives.Restore(r.Context(), who, u.Member.Ref(), member.RestoreIn{CellID: u.Cell.ID, Day: in.Day, Basis: in.Basis, BasisOn: in.BasisOn})
	}
	if form, ok := asTyped(r, err); ok {
		u.Crumbs = append(u.Crumbs, crumb{"", web.LangOf(r).T("life.restore")})
		return s.pages.RenderStatus(w, r, form.Status, "restore.html", restoreData{u, form})
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/members/"+ref.String(), "life.restored")
}
