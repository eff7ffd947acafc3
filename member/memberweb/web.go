package memberweb

import (
	"embed"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/member"
	"chibo/rulebook"
)

// Catalogue holds the texts of these pages and of the errors of member.
//
//go:embed i18n/*.json i18n/life/*.json
var Catalogue embed.FS

//go:embed pages/*.html pages/parts/*.html
var pageFiles embed.FS

// Config says what the pages are made of.
type Config struct {
	Kit     *web.Kit        // required
	DB      *db.DB          // required
	Book    *rulebook.Book  // required
	Members *member.Service // required
	Life    *member.Life    // nil: without the pages of transfers, spells, fee and leaving
	Clock   clock.Clock     // nil: that of DB
}

// Web has the pages. Make it with New.
type Web struct {
	db      *db.DB
	book    *rulebook.Book
	members *member.Service
	lives   *member.Life
	clock   clock.Clock
	pages   *web.Pages
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	s := &Web{
		db: cfg.DB, book: cfg.Book, members: cfg.Members, lives: cfg.Life, clock: cfg.Clock, pages: pages,
	}
	if s.clock == nil {
		s.clock = cfg.DB.Clock()
	}
	cfg.Kit.Handle("GET /find", s.findStart)
	cfg.Kit.Handle("POST /find", s.find)
	cfg.Kit.Handle("GET /members", s.list)
	cfg.Kit.Handle("POST /members", s.list)
	cfg.Kit.Handle("GET /admitted", s.admitted)
	s.recordRoutes(cfg.Kit)
	if s.lives != nil {
		s.lifeRoutes(cfg.Kit)
	}
	return s, nil
}

// recordRoutes are the pages of single records: reading, correcting, badges, records
// that look like one person.
func (s *Web) recordRoutes(k *web.Kit) {
	for pattern, h := range map[string]web.HandlerFunc{
		"GET /members/me":                  s.own,
		"GET /members/me/print":            s.ownPrint,
		"GET /members/me/copy":             s.ownFile,
		"GET /members/me/correct":          s.correct,
		"POST /members/me/correct":         s.propose,
		"GET /members/{ref}":               s.record,
		"GET /members/{ref}/edit":          s.edit,
		"POST /members/{ref}/edit":         s.saveEdit,
		"POST /members/{ref}/reveal":       s.reveal,
		"GET /corrections":                 s.corrections,
		"GET /corrections/{ref}":           s.review,
		"POST /corrections/{ref}":          s.decide,
		"POST /corrections/{ref}/withdraw": s.withdraw,
		"GET /badges":                      s.badges,
		"GET /badges/print":                s.badgesPrint,
		"POST /badges/propose":             s.badgesPropose,
		"POST /badges/give":                s.badgesGive,
		"POST /badges/drop":                s.badgesDrop,
		"GET /duplicates":                  s.duplicates,
		"POST /duplicates/undo":            s.duplicatesUndo,
		"GET /duplicates/{a}/{b}":          s.twins,
		"POST /duplicates/{a}/{b}":         s.join,
	} {
		k.Handle(pattern, h)
	}
}

func (s *Web) today() civil.Date { return civil.From(s.clock.Now()) }

// pageRows is how many members a page of a list holds.
const pageRows = 50

func errLost() error { return fault.New(fault.NotFound, "err.not_found") }

// crumb is one step of the way to the page.
type crumb struct{ Href, Label string }

func idText(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// namer says the words of the rulebook in the reader's language.
type namer struct {
	lang *i18n.Lang
	set  rulebook.Set
}

// standings gives the choices of standing (rules.md 2.22). The register also keeps
// apart who is away for work (5.15), which that list has not.
func (n namer) standings() []web.Option {
	var out []web.Option
	known, stopped := false, false
	for _, c := range n.set.Choices("member.standings") {
		out = append(out, web.Option{Value: c.Code, Label: c.Title.In(n.lang.Code())})
		known = known || c.Code == member.SpellAway
		stopped = stopped || c.Code == member.SpellInterrupted
	}
	if !stopped {
		out = append(out, web.Option{Value: member.SpellInterrupted, Label: n.lang.T("member.standing.interrupted")})
	}
	if !known {
		out = append(out, web.Option{Value: member.SpellAway, Label: n.lang.T("member.standing.away")})
	}
	return out
}

func (n namer) standing(code string) string {
	for _, o := range n.standings() {
		if o.Value == code {
			return o.Label
		}
	}
	return n.lang.T("member.standing.other")
}

func tone(standing string) string {
	switch standing {
	case member.StandingOfficial:
		return "ok"
	case member.StandingReserve, member.StandingGuest:
		return "info"
	case member.SpellSuspended:
		return "bad"
	}
	return "warn"
}

// opens says whether the reader may open the record of a row: everybody's in the
// place, or the own one.
func opens(who access.Actor, p place, personID int64) bool {
	return who.Can(access.MemberRead, p.Unit.Access()) || who.PersonID != 0 && who.PersonID == personID
}
