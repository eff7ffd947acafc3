package memberweb

import (
	"net/http"
	"strings"

	"chibo/access"
	"chibo/internal/web"
	"chibo/member"
)

// revealData is the dot of reveal.html: the number, once, or the form again.
type revealData struct {
	Crumbs []crumb
	Back   string // the record
	Name   string
	What   string
	Number string // "" after a failed attempt
	Reason string
	Hidden []web.Option
	Form   *web.Form
}

type revealForm struct {
	What   string `form:"what"`
	Reason string `form:"reason"`
}

// reveal answers POST /members/{ref}/reveal with one whole number, in an answer that
// nothing keeps.
func (s *Web) reveal(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	var in revealForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	lang := web.LangOf(r)
	d := revealData{Back: "/members/" + ref.String(), Reason: in.Reason}
	number, rec, err := s.members.Reveal(r.Context(), who, member.RevealIn{Ref: ref, What: in.What, Reason: in.Reason})
	form, again := web.Retry(r, err)
	if err != nil && (!again || rec.ID == 0) {
		return err
	}
	d.Name = rec.PersonName
	d.Crumbs = []crumb{{d.Back, rec.PersonName}, {"", lang.T("member.reveal")}}
	if again {
		page := recordData{Record: rec}
		d.Form, d.Hidden = form, page.hidden(s.namer(r, rec.Cell), who)
		return s.pages.RenderStatus(w, r, form.Status, "reveal.html", d)
	}
	d.Number, d.What = spaced(number), lang.T("member.what."+in.What)
	return s.pages.Render(w, r, "reveal.html", d)
}

// spaced cuts a number into groups of three from the end, for reading aloud.
func spaced(num string) string {
	digits := strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, num)
	if digits != num {
		return num // a telephone number as somebody wrote it
	}
	var b strings.Builder
	for i, c := range num {
		if i > 0 && (len(num)-i)%3 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}
