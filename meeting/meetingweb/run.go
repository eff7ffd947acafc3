package meetingweb

import (
	"errors"
	"net/http"
	"strings"

	"chibo/access"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
)

// Parts of the run page that one act may change; a form names those it changes, and all
// of them are looked at again when another device changed something.
const (
	partHead  = "run-head"
	partItem  = "run-item"
	partVote  = "run-vote"
	partTasks = "run-tasks"
	partDraft = "run-draft"
	partWords = "run-words"
	partClose = "run-close"
	partRoll  = "run-roll"

	partSpeak   = "run-speakers"
	partAbsent  = "run-absent"
	partMention = "run-mentions"
)

func (h *Web) registerRun(k *web.Kit) {
	k.Handle("GET /meetings/{ref}/run", h.run)
	k.Handle("GET /meetings/{ref}/roll", h.roll)
	k.Handle("GET /meetings/{ref}/checkin", h.checkinForm)
	k.Handle("POST /meetings/{ref}/checkin", h.checkin)
	k.Handle("GET /meetings/{ref}/votes/{id}", h.vote)
	k.Handle("GET /meetings/{ref}/hall", h.hall)
	k.Handle("GET /meetings/{ref}/live", h.live)
	h.registerRoll(k)
	h.registerCourse(k)
	h.registerSpeakers(k)
	h.registerCriticism(k)
	h.registerBallots(k)
	h.registerSecret(k)
}

func (h *Web) registerCourse(k *web.Kit) {
	k.Handle("POST /meetings/{ref}/open", h.act(partHead, "meeting.run.flash.opened", h.open))
	k.Handle("POST /meetings/{ref}/items/{id}/start", h.act(partItem, "", h.startItem))
	k.Handle("POST /meetings/{ref}/items/{id}/note", h.act(partItem, "meeting.run.flash.saved", h.noteItem))
	k.Handle("POST /meetings/{ref}/opinions", h.act(partItem, "", h.say))
	k.Handle("POST /meetings/{ref}/opinions/{id}", h.act(partItem, "meeting.run.flash.saved", h.reword))
	k.Handle("POST /meetings/{ref}/roll/{membership}", h.act(partRoll, "", h.mark))
	k.Handle("POST /meetings/{ref}/roll/rest", h.act(partRoll, "meeting.run.flash.rest", h.markRest))
	k.Handle("POST /meetings/{ref}/fee", h.act(partRoll, "meeting.run.flash.fee", h.fee))
	k.Handle("POST /meetings/{ref}/judge/{task}", h.act(partTasks, "", h.judge))
	k.Handle("POST /meetings/{ref}/judge", h.act(partTasks, "meeting.run.flash.judged", h.judgeRest))
	k.Handle("POST /meetings/{ref}/decisions", h.act(partDraft, "meeting.run.flash.decided", h.decide))
	k.Handle("POST /meetings/{ref}/work", h.act(partDraft, "meeting.run.flash.decided", h.giveWork))
	k.Handle("POST /meetings/{ref}/decisions/{id}/remove", h.act(partDraft, "meeting.run.flash.removed", h.undecide))
	k.Handle("POST /meetings/{ref}/text", h.act(partWords, "meeting.run.flash.saved", h.words))
	k.Handle("POST /meetings/{ref}/adjourn", h.adjourn)
}

func (h *Web) registerBallots(k *web.Kit) {
	k.Handle("POST /meetings/{ref}/votes", h.act(partVote, "", h.openVote))
	k.Handle("POST /meetings/{ref}/votes/{id}/hands", h.act(partVote, "meeting.run.flash.counted", h.countHands))
	k.Handle("POST /meetings/{ref}/votes/{id}/close", h.act(partVote, "meeting.run.flash.voted", h.closeVote))
	k.Handle("POST /meetings/{ref}/votes/{id}/cast", h.cast)
	k.Handle("POST /meetings/{ref}/votes/{id}/reserve", h.reserve)
}

func runHref(ref ident.Ref) string  { return meeting.Href(ref) + "/run" }
func rollHref(ref ident.Ref) string { return meeting.Href(ref) + "/roll" }

// deed is a change that a form of the run page asks for.
type deed func(r *http.Request, who access.Actor, ref ident.Ref) error

// act makes a handler of a deed: done, it leads back to the page of the form; refused,
// the same page comes again with everything typed and the reason at its part.
func (h *Web) act(part, flash string, do deed) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		who, ref, err := asked(r)
		if err != nil {
			return err
		}
		if err = do(r, who, ref); err != nil {
			return h.refused(w, r, who, ref, part, err)
		}
		to := back(r, ref)
		if flash == "" {
			return web.SeeOther(w, r, to)
		}
		return web.SeeOther(w, r, to, flash)
	}
}

// back gives the page that a form came from: the one it names, else the run page.
func back(r *http.Request, ref ident.Ref) string {
	var in struct {
		Back string `form:"back"`
	}
	if web.Decode(r, &in) == nil {
		if to := web.LocalPath(in.Back); to != "" {
			return to
		}
	}
	return runHref(ref)
}

// refused shows the page of the form again. A meeting that is over has no such page any
// more, and a page that is not of this half cannot come again: then the error page tells.
func (h *Web) refused(w http.ResponseWriter, r *http.Request, who access.Actor, ref ident.Ref, part string, err error) error {
	form, ok := web.Retry(r, err)
	if !ok || errors.Is(err, meeting.ErrAlreadyClosed) {
		return err
	}
	page, _, _ := strings.Cut(back(r, ref), "#")
	seat := strings.HasPrefix(page, rollHref(ref)+"/")
	if page != runHref(ref) && page != rollHref(ref) && !seat {
		return err
	}
	f, readErr := h.svc.Get(r.Context(), who, ref)
	if readErr != nil || !runs(f) {
		return err
	}
	if seat {
		return h.showSeat(w, r, f, form)
	}
	miss := failure{Form: form, Part: part, Field: form.Value("field"), ID: r.PathValue("membership"), Other: other(err)}
	if page == rollHref(ref) {
		d, readErr := h.rollData(r, who, f, miss)
		if readErr != nil {
			return readErr
		}
		return h.pages.RenderStatus(w, r, form.Status, "roll.html", d)
	}
	d, readErr := h.runData(r, who, f, miss)
	if readErr != nil {
		return readErr
	}
	return h.pages.RenderStatus(w, r, form.Status, "run.html", d)
}

// other gives the stored text that stands against the one that was refused.
func other(err error) string {
	var e *fault.Error
	if !errors.As(err, &e) {
		return ""
	}
	s, _ := e.Args["Other"].(string)
	return s
}

// runs says whether a meeting has a run page now: it is open, or announced.
func runs(f meeting.Full) bool { return f.State == meeting.Invited || f.State == meeting.Opened }

// keeper gives the meeting to whoever keeps or leads it. One that is not under way leads to
// its own page: to is that address.
func (h *Web) keeper(r *http.Request) (who access.Actor, f meeting.Full, to string, err error) {
	who, f, err = h.full(r)
	switch {
	case err != nil:
	case !f.Me.Clerk && !f.Me.Lead:
		err = access.ErrForbidden
	case !runs(f):
		to = meeting.Href(f.Ref)
	}
	return who, f, to, err
}

// run shows the page from which chair and meeting secretary run the meeting.
func (h *Web) run(w http.ResponseWriter, r *http.Request) error {
	who, f, to, err := h.keeper(r)
	if err != nil {
		return err
	}
	if to != "" {
		return web.SeeOther(w, r, to)
	}
	d, err := h.runData(r, who, f, failure{})
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "run.html", d)
}
