package accountweb

import (
	"embed"
	"net/http"
	"time"

	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/rulebook"
)

// Catalogue holds the texts of these pages.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html
var pageFiles embed.FS

// Config says what the pages are made of.
type Config struct {
	Kit      *web.Kit         // required
	DB       *db.DB           // required
	Door     *Door            // required; the kit's Session is its Wrap
	Accounts *account.Service // required
	Book     *rulebook.Book   // required; kinds of units for the first run
	Clock    clock.Clock      // required
	// SamplePassword is the password of every sample account. Empty means that the
	// sign-in page offers no sample people; only the demo sets it.
	SamplePassword string
	// AddressWrong wrong tries from one address within five minutes make it wait. A
	// whole hall shares one address, so it stands far above the limit by account and
	// only stops one machine from trying many logins. Zero means 200.
	AddressWrong int
}

// Web has the pages. Make it with New.
type Web struct {
	db       *db.DB
	door     *Door
	accounts *account.Service
	book     *rulebook.Book
	clk      clock.Clock
	pages    *web.Pages
	sample   string
	limit    *account.Limiter // wrong tries by address, behind the one by account
}

const (
	addressWrong  = 200
	addressWindow = 5 * time.Minute
)

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	if cfg.AddressWrong == 0 {
		cfg.AddressWrong = addressWrong
	}
	s := &Web{
		db: cfg.DB, door: cfg.Door, accounts: cfg.Accounts, book: cfg.Book, clk: cfg.Clock, pages: pages, sample: cfg.SamplePassword,
		limit: account.NewLimiter(cfg.AddressWrong, addressWindow, cfg.Clock),
	}
	k := cfg.Kit
	k.Handle("GET "+pathFailed, failed)
	k.Handle("GET /setup", s.setupForm)
	k.Handle("POST /setup", s.setup)
	k.Handle("GET /signin", s.signInForm)
	k.Handle("POST /signin", s.signIn)
	k.Handle("POST /signout", s.signOut)
	k.Handle("GET /account", s.account)
	k.Handle("POST /account/password", s.password)
	k.Handle("POST /account/sessions/end", s.end)
	k.Handle("POST /account/sessions/end-others", s.endOthers)
	k.Handle("GET "+pathFirst, s.firstForm)
	k.Handle("POST "+pathFirst, s.first)
	k.Handle("GET /accounts", s.roster)
	k.Handle("POST /accounts/slips", s.slips)
	k.Handle("GET /accounts/{id}", s.person)
	k.Handle("POST /accounts/{id}/reset", s.reset)
	k.Handle("POST /accounts/{id}/state/{act}", s.act)
	return s, nil
}

func (s *Web) today() civil.Date { return civil.From(s.db.Clock().Now()) }

// failed returns what the door could not do; nobody comes here by an address.
func failed(_ http.ResponseWriter, r *http.Request) error {
	if err, ok := r.Context().Value(failKey{}).(error); ok {
		return err
	}
	return fault.New(fault.NotFound, "err.not_found")
}
