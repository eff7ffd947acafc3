package homeweb

import (
	"net/http"

	"chibo/access"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/notify"
)

type followedData struct {
	Day    civil.Date
	Unread int
	Cells  []home.Followed
	Visits []visitView
}

// followed shows who only follows cells the way to them.
func (h *Web) followed(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	data := followedData{Day: civil.From(h.clk.Now())}
	err := h.db.Read(r.Context(), func(q db.Q) (err error) {
		if data.Cells, err = home.FollowedOf(r.Context(), q, actor); err != nil {
			return err
		}
		visits, err := home.Visits(r.Context(), q, actor.PersonID)
		if err != nil {
			return err
		}
		data.Visits = visitViews(visits, data.Day)
		data.Unread, err = notify.Unread(r.Context(), q, actor.PartID, actor.PersonID)
		return err
	})
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "followed.html", data)
}
