package meetingweb

import (
	"net/http"

	"chibo/internal/fault"
	"chibo/meeting"
)

// live streams what changes in a meeting, as names of parts only, to whoever may read it.
func (h *Web) live(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	if err := h.svc.MayRead(r.Context(), who, ref); err != nil {
		return err
	}
	if h.hub == nil {
		return fault.New(fault.Unavailable, "err.internal")
	}
	return h.hub.Serve(w, r, nil, meeting.Topic(ref))
}
