package qualityweb

import (
	"net/http"

	"chibo/access"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/quality"
)

// asked gives who asks and the meeting of the address.
func asked(r *http.Request) (access.Actor, ident.Ref, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return who, ident.Ref{}, err
	}
	ref, err := web.Ref(r, "ref")
	return who, ref, err
}

func address(ref ident.Ref) string { return "/meetings/" + ref.String() + "/score" }

// save answers POST …/score: the points of the cell.
func (h *Web) save(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "quality.flash.saved", func(who access.Actor, ref ident.Ref) error {
		v, err := h.scores.Open(r.Context(), who, ref)
		if err != nil {
			return err
		}
		if v.State == quality.Proposed && !v.MayScore { // also for a form without points
			return access.ErrForbidden
		}
		_, err = h.keep(r, who, ref)
		return err
	})
}

// propose answers POST …/score/propose: it looks at the records again, for the first
// time or anew. What was typed is kept first.
func (h *Web) propose(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "quality.flash.proposed", func(who access.Actor, ref ident.Ref) error {
		if _, err := h.keep(r, who, ref); err != nil {
			return err
		}
		_, err := h.scores.Score(r.Context(), who, ref)
		return err
	})
}

// confirm answers POST …/score/confirm: the cell agrees its score. Points that come
// with it are kept first.
func (h *Web) confirm(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "quality.flash.confirmed", func(who access.Actor, ref ident.Ref) error {
		version, err := h.keep(r, who, ref)
		if err != nil {
			return err
		}
		return h.scores.Confirm(r.Context(), who, ref, quality.ConfirmIn{Version: version})
	})
}

// keep writes the points of the form, if it has any, and gives the version of the
// score after that.
func (h *Web) keep(r *http.Request, who access.Actor, ref ident.Ref) (version int, err error) {
	var in sheetIn
	if err := web.Decode(r, &in); err != nil {
		return 0, err
	}
	has := false
	for name := range r.PostForm {
		has = has || len(name) > len(fieldPoints) && name[:len(fieldPoints)] == fieldPoints
	}
	if !has {
		return in.Version, nil
	}
	v, err := h.scores.Open(r.Context(), who, ref)
	if err != nil {
		return 0, err
	}
	points, err := readPoints(r, v.Lines())
	if err != nil {
		return 0, err
	}
	s, err := h.scores.SetPoints(r.Context(), who, ref, points, in.Version)
	return s.Version, err
}

// point answers POST …/score/points/{code}: the points of one line.
func (h *Web) point(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "quality.flash.saved", func(who access.Actor, ref ident.Ref) error {
		var in sheetIn
		if err := web.Decode(r, &in); err != nil {
			return err
		}
		v, err := h.scores.Open(r.Context(), who, ref)
		if err != nil {
			return err
		}
		for _, l := range v.Lines() {
			if l.Criterion.Code != r.PathValue("code") {
				continue
			}
			points, err := readPoints(r, []quality.Line{l})
			if err != nil || len(points) == 0 {
				return err
			}
			_, err = h.scores.SetPoint(r.Context(), who, ref, points[0].Criterion, points[0].Value10, points[0].Reason)
			return err
		}
		return quality.ErrNotFound
	})
}

// decide answers POST …/score/decide: the official grade.
func (h *Web) decide(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "quality.flash.decided", func(who access.Actor, ref ident.Ref) error {
		d, err := h.decision(r, who, ref)
		if err != nil {
			return err
		}
		return h.scores.Decide(r.Context(), who, ref, d)
	})
}

// act runs one act and shows the page again: as it is now, or with what was typed.
func (h *Web) act(w http.ResponseWriter, r *http.Request, flash string, do func(access.Actor, ident.Ref) error) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	err = do(who, ref)
	if form, ok := web.Retry(r, err); ok {
		return h.render(w, r, who, ref, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, address(ref), flash)
}
