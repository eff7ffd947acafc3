package meetingweb

import (
	"net/http"

	"chibo/access"
	"chibo/internal/clock"
	"chibo/meeting"
	"chibo/office"
)

// slipsData is the dot of slips.html: invitations on paper, two to a sheet.
type slipsData struct {
	base
	People       []slip
	Issuer       string
	Sign, Post   string // "T/M CHI BỘ", "BÍ THƯ"
	Signer       string
	Hour, Minute int
	All          bool
	Back         string
}

type slip struct{ Name string }

// slips prints the invitations of those who have not opened theirs on the screen, or of
// everybody.
func (h *Web) slips(w http.ResponseWriter, r *http.Request) error {
	_, f, err := h.full(r)
	if err != nil {
		return err
	}
	if !f.Me.Prepare && !f.Me.Clerk {
		return access.ErrForbidden
	}
	d := slipsData{base: newBase(r, f, "meeting.slips.crumb"), Issuer: f.Unit.PaperName, All: r.URL.Query().Has("all"), Back: meeting.Href(f.Ref) + "/invite"}
	for _, row := range f.Roll {
		if d.All || row.SeenAt.IsZero() && row.Answer == "" && bound(row) {
			d.People = append(d.People, slip{row.Name})
		}
	}
	words := f.Set.PaperWords()
	d.Sign = words.Authority[meeting.BodyCell]
	for _, title := range []string{office.Secretary, office.Deputy} {
		for _, o := range f.Officers {
			if o.Title == title && d.Signer == "" {
				d.Post, d.Signer = words.Posts[title], o.Name
			}
		}
	}
	at := f.StartsAt.In(clock.Zone())
	d.Hour, d.Minute = at.Hour(), at.Minute()
	return h.pages.Render(w, r, "slips.html", d)
}
