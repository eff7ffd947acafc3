package meetingweb

import (
	"embed"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/account"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/internal/web/live"
	"chibo/meeting"
	"chibo/member"
	"chibo/workplan"
)

// Catalogue holds the texts of these pages and of the domain's errors.
//
//go:embed i18n
var Catalogue embed.FS

//go:embed pages/*.html pages/parts/*.html
var pageFiles embed.FS

// Config says what the pages are made of.
type Config struct {
	Kit      *web.Kit         // required
	Meetings *meeting.Service // required; its Live hook is the hub's Publish
	Hub      *live.Hub        // required by the running half: screens that look again
	Members  *member.Service  // gives telephone numbers to the cell's lead; nil: no numbers
	Accounts *account.Service // gives addresses for calendar programs; nil: none are given

	Works *workplan.Service // gives the plan of the year; nil: none
}

// Web has the pages. Make it with New.
type Web struct {
	svc     *meeting.Service
	hub     *live.Hub
	members *member.Service

	accounts *account.Service
	works    *workplan.Service
	pages    *web.Pages
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	h := &Web{svc: cfg.Meetings, hub: cfg.Hub, members: cfg.Members, accounts: cfg.Accounts, works: cfg.Works}
	return h, h.Register(cfg.Kit)
}

// Register parses the pages and adds the routes; New does it.
func (h *Web) Register(k *web.Kit) (err error) {
	if h.pages, err = k.Pages(pageFiles); err != nil {
		return err
	}
	h.registerPrepare(k)
	h.registerRun(k)
	h.registerYear(k)
	h.registerPapers(k)
	h.registerChange(k)
	h.registerGroups(k)
	return nil
}

func (h *Web) registerPrepare(k *web.Kit) {
	k.Handle("GET /cells/{id}/meetings", h.list)
	k.Handle("GET /meetings/new", h.conveneForm)
	k.Handle("POST /meetings", h.convene)
	k.Handle("GET /meetings/{ref}", h.show)
	k.Handle("GET /meetings/{ref}/plan", h.planForm)
	k.Handle("POST /meetings/{ref}/plan", h.plan)
	k.Handle("POST /meetings/{ref}/cancel", h.cancel)
	k.Handle("GET /meetings/{ref}/balance", h.balancePage)
	k.Handle("GET /meetings/{ref}/committee", h.committeeForm)
	k.Handle("POST /meetings/{ref}/committee", h.committee)
	k.Handle("GET /meetings/{ref}/invite", h.inviteForm)
	k.Handle("POST /meetings/{ref}/invite", h.invite)
	k.Handle("POST /meetings/{ref}/invite/{membership}", h.phoneAnswer)
	k.Handle("GET /meetings/{ref}/slips", h.slips)
	k.Handle("POST /meetings/{ref}/answer", h.answer)
	k.Handle("POST /meetings/{ref}/read", h.readPlan)
	k.Handle("POST /meetings/{ref}/opinions/own", h.ownOpinion)
	k.Handle("POST /meetings/{ref}/send", h.send)
}

// asked gives who asks and the meeting of the address.
func asked(r *http.Request) (access.Actor, ident.Ref, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return who, ident.Ref{}, err
	}
	ref, err := web.Ref(r, "ref")
	return who, ref, err
}

// full gives who asks and the meeting of the address as that person may see it.
func (h *Web) full(r *http.Request) (access.Actor, meeting.Full, error) {
	who, ref, err := asked(r)
	if err != nil {
		return who, meeting.Full{}, err
	}
	f, err := h.svc.Get(r.Context(), who, ref)
	return who, f, err
}

// phone is full for the pages that a whole hall looks at from its phones.
func (h *Web) phone(r *http.Request) (access.Actor, meeting.Full, error) {
	who, ref, err := asked(r)
	if err != nil {
		return who, meeting.Full{}, err
	}
	f, err := h.svc.Phone(r.Context(), who, ref)
	return who, f, err
}

// crumb is one step of the way to a page.
type crumb struct{ Href, Label string }

func cellHref(id int64) string { return "/units/" + text(id) }

func listHref(cellID int64) string { return "/cells/" + text(cellID) + "/meetings" }

func text(n int64) string { return strconv.FormatInt(n, 10) }
