package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/log"
	"chibo/internal/seal"
)

// Run serves for real use until the process is asked to end.
func (c *serveCmd) Run(out console) error {
	l, err := listen(c.Addr)
	if err != nil {
		return err
	}
	defer l.Close() //nolint:errcheck // closed by the server already, mostly
	if err := fileFolder(c.DB); err != nil {
		return err
	}
	clk := clock.System()
	d, err := db.Open(out.ctx, db.Options{URL: c.DB, Clock: clk})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // nothing is left to do with it
	keys, err := seal.Load(out.ctx, d, c.Key)
	if err != nil {
		return err
	}
	a, err := New(out.ctx, Config{
		DB: d, Keys: keys, Clock: clk, Log: logger(out.err), Bundle: out.texts, Proxies: c.Proxies, Origins: c.Origins,
	})
	if err != nil {
		return err
	}
	lang := out.texts.Lang("vi")
	fmt.Fprintln(out.out, lang.T("app.serve.address", "URL", urlOf(l)))
	if exists, err := a.Accounts.Exists(out.ctx); err == nil && !exists {
		fmt.Fprintln(out.out, lang.T("app.serve.first"))
	}
	return a.serve(out.ctx, l)
}

func logger(w io.Writer) *slog.Logger { return log.New(w, log.Options{}) }

// urlOf gives the address a browser opens.
func urlOf(l net.Listener) string {
	addr := l.Addr().(*net.TCPAddr)
	host := addr.IP.String()
	if addr.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, fmt.Sprint(addr.Port))
}

// serve answers requests and does the background's work until ctx ends.
func (a *App) serve(ctx context.Context, l net.Listener) error {
	jobs := make(chan error, 1)
	go func() { jobs <- a.RunJobs(ctx) }()
	err := serve(ctx, l, a.Handler(), a.Close)
	if jobErr := <-jobs; err == nil && ctx.Err() == nil {
		err = jobErr
	}
	return err
}

// Run lists every address the program answers.
func (routesCmd) Run(out console) error {
	dir, err := os.MkdirTemp("", "chibo-routes-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it is the system's temporary folder
	d, err := db.Open(out.ctx, db.Options{URL: filepath.Join(dir, "routes.db"), Clock: clock.System()})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // thrown away
	a, err := New(out.ctx, Config{DB: d, Keys: seal.Fresh(), Clock: clock.System(), Log: slog.New(slog.DiscardHandler), Bundle: out.texts})
	if err != nil {
		return err
	}
	for _, route := range a.Routes() {
		fmt.Fprintln(out.out, route)
	}
	return nil
}

// health answers GET /healthz: the program runs and its database can be read.
func (a *App) health(w http.ResponseWriter, r *http.Request) error {
	err := a.cfg.DB.Read(r.Context(), func(q db.Q) error {
		var n int
		return q.QueryRow(r.Context(), `SELECT 1`).Scan(&n)
	})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, err = io.WriteString(w, "ok\n")
	return err
}
