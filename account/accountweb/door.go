package accountweb

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/alexedwards/scs/v2"

	"chibo/access"
	"chibo/account"
	"chibo/internal/ident"
	"chibo/internal/web"
)

// DoorConfig says what a Door is made of.
type DoorConfig struct {
	Accounts *account.Service  // required
	Sessions *account.Sessions // required
	// Lifetime is how long a browser stays signed in. Zero means 30 days.
	Lifetime time.Duration
}

// Door finds out who sends a request. Make it with NewDoor.
type Door struct {
	accounts *account.Service
	sessions *scs.SessionManager
	begun    atomic.Bool // an account was seen, so the first run is over
}

const (
	cookieName = "session"
	deviceName = "device" // keeps its mark when somebody signs out
	deviceAge  = 400 * 24 * time.Hour
	lifetime   = 30 * 24 * time.Hour
	pathFailed = "/door/failed"
	pathSetup  = "/setup"
	pathFirst  = "/account/first"
)

// NewDoor makes a Door.
func NewDoor(cfg DoorConfig) *Door {
	m := scs.New()
	m.Store, m.Codec = cfg.Sessions, account.Codec{}
	if m.Lifetime = cfg.Lifetime; m.Lifetime == 0 {
		m.Lifetime = lifetime
	}
	return &Door{accounts: cfg.Accounts, sessions: m}
}

// Wrap is FirstRun within Session, as web.Config.Session wants it.
func (d *Door) Wrap(next http.Handler) http.Handler { return d.Session(d.FirstRun(next)) }

// open says whether a path is served without asking who comes.
func open(path string) bool {
	return strings.HasPrefix(path, "/static/") || path == "/favicon.ico" || path == "/healthz"
}

// Session puts the person of the request's session into the context, for
// access.From. A session whose account is blocked or gone counts as none.
func (d *Door) Session(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if open(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		ctx, err := d.enter(r)
		if err != nil {
			fail(next, w, r, err)
			return
		}
		if first, _ := ctx.Value(firstKey{}).(bool); first && r.URL.Path != pathFirst && r.URL.Path != "/signout" && r.URL.Path != "/prefs" {
			http.Redirect(w, r, pathFirst, http.StatusSeeOther)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// firstKey marks a request of somebody who still has the first password: until an own
// one is chosen, no other page opens.
type firstKey struct{}

func (d *Door) enter(r *http.Request) (context.Context, error) {
	token := ""
	if c, err := r.Cookie(cookieName); err == nil {
		token = c.Value
	}
	ctx, err := d.sessions.Load(r.Context(), token)
	if err != nil {
		return nil, err
	}
	id := d.sessions.GetInt64(ctx, account.AccountKey)
	if id == 0 {
		return ctx, nil
	}
	who, first, err := d.accounts.Enter(ctx, id)
	switch {
	case errors.Is(err, account.ErrNone):
		return ctx, nil
	case err != nil:
		return nil, err
	}
	who.Session = account.TokenHash(token)
	if first {
		ctx = context.WithValue(ctx, firstKey{}, true)
	}
	return access.With(ctx, who), nil
}

// FirstRun sends every page to the first-run page until an account exists.
func (d *Door) FirstRun(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if d.begun.Load() || open(r.URL.Path) || r.URL.Path == pathSetup || r.URL.Path == "/prefs" {
			next.ServeHTTP(w, r)
			return
		}
		exists, err := d.accounts.Exists(r.Context())
		switch {
		case err != nil:
			fail(next, w, r, err)
		case exists:
			d.begun.Store(true)
			next.ServeHTTP(w, r)
		default:
			http.Redirect(w, r, pathSetup, http.StatusSeeOther)
		}
	})
}

type failKey struct{}

// fail has the kit answer for an error that happened before any handler: the
// request goes on to a route that returns it.
func fail(next http.Handler, w http.ResponseWriter, r *http.Request, err error) {
	to := r.Clone(context.WithValue(r.Context(), failKey{}, err))
	to.Method, to.URL.Path, to.URL.RawPath = http.MethodGet, pathFailed, ""
	next.ServeHTTP(w, to)
}

// signIn gives the browser a new session of the account.
func (d *Door) signIn(w http.ResponseWriter, r *http.Request, a account.Account) error {
	mark := deviceMark(r)
	ctx := account.WithDevice(account.WithAgent(r.Context(), agentOf(r.UserAgent())), mark)
	// A new token, so that one planted before the sign-in opens nothing after it.
	if err := d.sessions.RenewToken(ctx); err != nil {
		return err
	}
	d.sessions.Put(ctx, account.AccountKey, a.ID)
	token, _, err := d.sessions.Commit(ctx)
	if err != nil {
		return err
	}
	http.SetCookie(w, cookie(r, cookieName, token, int(d.sessions.Lifetime.Seconds())))
	http.SetCookie(w, cookie(r, deviceName, mark, int(deviceAge.Seconds())))
	return nil
}

// deviceMark gives the mark that the browser has, or a fresh one.
func deviceMark(r *http.Request) string {
	const length = 32 // ident.NewDevice
	if c, err := r.Cookie(deviceName); err == nil && len(c.Value) == length {
		return c.Value
	}
	return ident.NewDevice()
}

// signOut ends the browser's session.
func (d *Door) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := d.sessions.Destroy(r.Context()); err != nil {
		return err
	}
	http.SetCookie(w, cookie(r, cookieName, "", -1))
	return nil
}

// current names the browser's own session, as account.Session.Hash does.
func (d *Door) current(r *http.Request) string {
	return account.TokenHash(d.sessions.Token(r.Context()))
}

func cookie(r *http.Request, name, value string, age int) *http.Cookie {
	return &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: web.Secure(r), SameSite: http.SameSiteLaxMode,
	}
}

// agentOf shortens a User-Agent to browser and system on purpose: enough for a
// person to know the own devices, too little to tell people apart.
func agentOf(ua string) string {
	browser := first(ua, "Edg", "Edge", "OPR/", "Opera", "coc_coc_browser", "Cốc Cốc", "SamsungBrowser", "Samsung Internet",
		"Firefox/", "Firefox", "FxiOS", "Firefox", "Zalo", "Zalo", "Chrome/", "Chrome", "CriOS", "Chrome", "Safari/", "Safari")
	system := first(ua, "Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows",
		"Macintosh", "macOS", "CrOS", "ChromeOS", "Linux", "Linux")
	return strings.Trim(browser+", "+system, ", ")
}

// first gives the name of the first mark that stands in s; marks and names alternate.
func first(s string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		if strings.Contains(s, pairs[i]) {
			return pairs[i+1]
		}
	}
	return ""
}
