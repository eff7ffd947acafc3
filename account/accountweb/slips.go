package accountweb

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"chibo/access"
	"chibo/account"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/paper"
	"chibo/internal/qr"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
)

type slipsIn struct {
	Unit    int64   `form:"unit"`
	Person  []int64 `form:"person"`
	All     bool    `form:"all"` // everybody of the cell who may get one
	Address string  `form:"address"`
}

// slips makes first passwords and answers with the paper that holds them. They stand
// nowhere else: whoever loses the paper makes another one.
func (s *Web) slips(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var in slipsIn
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	if in.All {
		d, err := s.rosterOf(r, in.Unit)
		if err != nil {
			return err
		}
		in.Person = nil
		for _, p := range d.People {
			if p.Slip {
				in.Person = append(in.Person, p.ID)
			}
		}
	}
	pdf, err := s.makeSlips(r, who, in)
	if err == nil {
		writePDF(w, pdf)
		return nil
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := s.rosterOf(r, in.Unit)
	if err != nil {
		return err
	}
	d.Form = form
	return s.pages.RenderStatus(w, r, form.Status, "accounts.html", d)
}

func (s *Web) makeSlips(r *http.Request, who access.Actor, in slipsIn) ([]byte, error) {
	address, err := siteAddress(in.Address)
	if err != nil {
		return nil, err
	}
	code, err := qr.Modules(address + "/signin")
	if err != nil {
		return nil, err
	}
	var unit org.Unit
	var people []account.Person
	err = s.db.Read(r.Context(), func(q db.Q) error {
		if unit, err = org.ByID(r.Context(), q, in.Unit); err != nil {
			return err
		}
		if _, err := access.For(who, access.AccountReset, unit.Access()); err != nil {
			return err
		}
		body, err := member.Body(r.Context(), q, unit.PartID, unit.ID, s.today())
		for _, id := range in.Person {
			p, ok := personOf(body, id)
			if !ok {
				return fault.Field("person", "account.err.nobody")
			}
			people = append(people, p)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	slips, err := s.accounts.Slips(r.Context(), who, people)
	if err != nil {
		return nil, err
	}
	l := web.LangOf(r)
	var b bytes.Buffer
	err = paper.Cards(&b, l.T("account.slip.file"), l.Code(), s.clk.Now(), cardsOf(l, unit, slips, address, code))
	return b.Bytes(), err
}

func personOf(body []member.OnDay, id int64) (account.Person, bool) {
	for _, m := range body {
		if m.PersonID == id && m.Standing != member.StandingGuest {
			return account.Person{ID: id, Name: m.Name}, true
		}
	}
	return account.Person{}, false
}

// siteAddress takes an address as it was typed: a site, without a path.
func siteAddress(s string) (string, error) {
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || len(s) > 200 || u.User != nil {
		return "", fault.Field("address", "account.err.address")
	}
	return u.Scheme + "://" + u.Host, nil
}

func cardsOf(l *i18n.Lang, unit org.Unit, slips []account.Slip, address string, code [][]bool) []paper.Card {
	out := make([]paper.Card, 0, len(slips))
	for _, s := range slips {
		last := s.Until.In(clock.Zone()).AddDate(0, 0, -1)
		out = append(out, paper.Card{
			Issuer: unit.Name, Title: l.T("account.slip.title"), Name: l.T("account.slip.name", "Name", s.Name),
			Pairs: []paper.CardPair{
				{Label: l.T("account.slip.address"), Value: strings.TrimPrefix(strings.TrimPrefix(address, "https://"), "http://")},
				{Label: l.T("account.slip.login"), Value: s.Login},
				{Label: l.T("account.slip.password"), Value: s.Password},
			},
			Steps: []string{
				l.T("account.slip.step1"), l.T("account.slip.step2"), l.T("account.slip.step3", "Min", account.MinPassword), l.T("account.slip.step4"),
			},
			Note: l.T("account.slip.until", "Day", last.Format("02/01/2006")),
			Code: code, Under: l.T("account.slip.scan"),
		})
	}
	return out
}

func writePDF(w http.ResponseWriter, pdf []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Length", fmt.Sprint(len(pdf)))
	h.Set("Content-Disposition", `inline; filename="phieu-dang-nhap.pdf"`)
	h.Set("Cache-Control", "no-store")
	w.Write(pdf) //nolint:errcheck // a reader that went away
}
