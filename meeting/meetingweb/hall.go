package meetingweb

import (
	"html/template"
	"net/http"
	"net/url"
	"time"

	"chibo/internal/fault"
	"chibo/internal/qr"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/secret"
)

// resultStays is how long the result of a vote stays on the hall's screen. A measure of
// the program, no rule of the field.
const resultStays = 2 * time.Minute

// hallData is the dot of hall.html.
type hallData struct {
	meeting.Facts
	Name  string
	Href  string
	No    int    // of the item under way
	Code  string // to check in with; "" when the viewer does not keep the roll
	Left  int    // seconds until the next code
	Shown string // "wait", "item", "vote", "result", "secret", "counting", "counted" or "over": what fills the screen
	QR    template.HTML
	Site  string // host that the code leads to, in letters
	Vote  voteView
}

// hall shows the screen of the hall: counts and titles, and by name only who speaks and
// who is next.
func (h *Web) hall(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	f, err := h.svc.Facts(r.Context(), who, ref)
	if err != nil {
		return err
	}
	lang := web.LangOf(r)
	m := meeting.Meeting{Kind: f.Kind, Month: f.Month, Theme: f.Theme}
	d := hallData{Facts: f, Name: nameOf(lang, m), Href: meeting.Href(ref), Shown: shown(f)}
	if f.Item != nil {
		d.No = f.Item.Seq
	}
	if f.Vote != nil {
		b := base{Full: meeting.Full{Set: h.svc.Rules(meeting.Meeting{Day: f.Day}, f.Unit)}, Href: d.Href, lang: lang}
		d.Vote = b.voteOf(meeting.VoteView{Vote: *f.Vote})
	}
	code, expires, err := h.svc.Code(r.Context(), who, ref)
	switch kind := fault.KindOf(err); {
	case err == nil:
		d.Code, d.Left = code, seconds(f.Now, expires)
		if err := d.drawQR(r); err != nil {
			return err
		}
	case kind != fault.Forbidden && kind != fault.Conflict:
		return err
	}
	return h.pages.Render(w, r, "hall.html", d)
}

// drawQR draws the address of the check-in, as this browser reached the program.
func (d *hallData) drawQR(r *http.Request) error {
	to := url.URL{Scheme: "http", Host: r.Host, Path: d.Href + "/checkin"}
	if web.Secure(r) {
		to.Scheme = "https"
	}
	svg, err := qr.SVG(to.String())
	d.QR, d.Site = template.HTML(svg), r.Host //nolint:gosec // drawn by us, attributes only
	return err
}

func shown(f meeting.Facts) string {
	switch {
	case f.State == meeting.Closed || f.State == meeting.Sent:
		return "over"
	case f.State != meeting.Opened:
		return "wait"
	case f.Vote != nil && f.Vote.IsOpen():
		return "vote"
	case f.Secret != nil && f.Secret.State == secret.StateOpen:
		return "secret"
	case f.Secret != nil && f.Secret.State == secret.StateClosed:
		return "counting"
	case f.Secret != nil && f.Secret.State == secret.StateCounted && f.Now.Sub(f.Secret.CountedAt) < resultStays:
		return "counted"
	case f.Vote != nil && f.Now.Sub(f.Vote.ClosedAt) < resultStays:
		return "result"
	case f.Item != nil:
		return "item"
	}
	return "wait"
}
