package accountweb

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"chibo/access"
	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/org"
)

// personData is the dot of person.html: one account for those who look after it.
type personData struct {
	Crumbs []crumb
	Status account.Status
	Unit   org.Unit // the cell, or the unit of an administrator outside the register
	Row    personRow
	Firsts []account.FirstRow
	Resets bool // the reader may give a new first password
	Higher bool // only somebody higher may
	Admin  bool // the reader blocks and closes
	Own    bool
	Form   *web.Form // of the reset
	Block  *web.Form
}

// resetData is the dot of reset.html: the new password, shown once.
type resetData struct {
	Slip account.Slip
	Last civil.Date
	Back string
}

func (s *Web) person(w http.ResponseWriter, r *http.Request) error {
	d, err := s.personOf(r)
	if err != nil {
		return err
	}
	return s.pages.Render(w, r, "person.html", d)
}

func (s *Web) personOf(r *http.Request) (personData, error) {
	d := personData{Form: web.NewForm(nil), Block: web.NewForm(nil)}
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return d, err
	}
	err = s.db.Read(r.Context(), func(q db.Q) error { return d.read(r.Context(), q, s, who, id) })
	return d, err
}

func (d *personData) read(ctx context.Context, q db.Q, s *Web, who access.Actor, id int64) (err error) {
	day := s.today()
	if d.Status, err = account.ByID(ctx, q, id); err != nil {
		return err
	}
	d.Own = d.Status.ID == who.AccountID
	unit := d.Status.PartID
	if d.Status.PersonID != 0 {
		rights, err := access.Reaching(ctx, q, d.Status.PersonID, day)
		if err != nil {
			return err
		}
		for _, g := range rights {
			if g.Role == access.RoleMember {
				unit = g.OrgID
			}
		}
		switch err := account.MayGive(who, d.Status.PersonID, rights); {
		case err == nil:
			d.Resets = true
		case errors.Is(err, account.ErrHigher):
			d.Higher = true
		}
	}
	if d.Unit, err = org.ByID(ctx, q, unit); err != nil {
		return err
	}
	d.Admin = who.Can(access.Admin, d.Unit.Access())
	if !d.Resets && !d.Higher && !d.Admin {
		return access.ErrForbidden
	}
	d.Row = personRow{Status: d.Status, Has: true, Name: d.Status.Name}
	d.Row.dress(s.db.Clock(), day)
	d.Resets = d.Resets && d.Status.State == account.Active && !d.Status.Closed(day)
	d.Crumbs = []crumb{{rosterHref(d.Unit.ID), d.Unit.Short}, {"", d.Status.Name}}
	d.Firsts, err = account.Firsts(ctx, q, id)
	return err
}

// reset answers with the new password once; it is stored nowhere in plain.
func (s *Web) reset(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var in struct {
		Reason string `form:"reason"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	d, err := s.personOf(r)
	if err != nil {
		return err
	}
	slip, err := s.accounts.Reset(r.Context(), who, account.Person{ID: d.Status.PersonID, Name: d.Status.Name}, in.Reason)
	if errors.Is(err, account.ErrTooMany) {
		d.Form = &web.Form{Values: r.PostForm, Message: web.Message(r, err), Status: http.StatusTooManyRequests}
		return s.pages.RenderStatus(w, r, d.Form.Status, "person.html", d)
	}
	if form, ok := web.Retry(r, err); err != nil && ok {
		d.Form = form
		return s.pages.RenderStatus(w, r, form.Status, "person.html", d)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	last := civil.From(slip.Until.In(clock.Zone()).Add(-time.Minute))
	return s.pages.Render(w, r, "reset.html", resetData{slip, last, "/accounts/" + strconv.FormatInt(d.Status.ID, 10)})
}

// act is one of the administrator's acts on an account.
func (s *Web) act(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var in struct {
		Reason string `form:"reason"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	ctx, flash := r.Context(), ""
	switch r.PathValue("act") {
	case "block":
		flash, err = "account.flash.blocked", s.accounts.Block(ctx, who, id, in.Reason)
	case "unblock":
		flash, err = "account.flash.unblocked", s.accounts.Unblock(ctx, who, id)
	case "close":
		flash, err = "account.flash.closed", s.accounts.Close(ctx, who, id, false)
	case "reopen":
		flash, err = "account.flash.reopened", s.accounts.Close(ctx, who, id, true)
	case "sessions":
		flash, err = "account.flash.sessions", s.accounts.EndSessions(ctx, who, id)
	default:
		return fault.New(fault.NotFound, "err.not_found")
	}
	if err == nil {
		return web.SeeOther(w, r, "/accounts/"+strconv.FormatInt(id, 10), flash)
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := s.personOf(r)
	if err != nil {
		return err
	}
	d.Block = form
	return s.pages.RenderStatus(w, r, form.Status, "person.html", d)
}
