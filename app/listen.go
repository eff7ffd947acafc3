package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"chibo/internal/fault"
)

// grace is how long running requests may take to end when the process is asked to.
const grace = 10 * time.Second

// listen takes the address, so that a taken port is told before anything else is done.
func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fault.Wrap(err, fault.Unavailable, "app.err.port_taken", "Addr", addr)
	case errors.Is(err, syscall.EACCES):
		return nil, fault.Wrap(err, fault.Unavailable, "app.err.port_denied", "Addr", addr)
	}
	return nil, fault.Wrap(err, fault.Unavailable, "app.err.addr", "Addr", addr)
}

// folder makes the folder of a database file for its owner alone.
func folder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.Wrap(err, fault.Unavailable, "app.err.folder", "Dir", dir)
	}
	probe, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "app.err.folder", "Dir", dir)
	}
	probe.Close() //nolint:errcheck // it is removed next
	return os.Remove(probe.Name())
}

// fileFolder is folder for the folder that a database file lies in; an address of
// PostgreSQL has none.
func fileFolder(url string) error {
	if isPostgres(url) {
		return nil
	}
	return folder(filepath.Dir(url))
}

// serve answers on the listener until ctx ends, then calls stopping and lets
// running requests finish.
func serve(ctx context.Context, l net.Listener, h http.Handler, stopping func()) error {
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		IdleTimeout:       120 * time.Second,
	}
	srv.RegisterOnShutdown(stopping)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := srv.Shutdown(end); err != nil {
		return srv.Close()
	}
	return nil
}
