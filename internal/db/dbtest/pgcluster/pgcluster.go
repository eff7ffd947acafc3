package pgcluster

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// ErrNone says that this machine has no PostgreSQL to start.
var ErrNone = errors.New("pgcluster: no initdb under /usr/lib/postgresql or in PATH")

// Cluster is a running PostgreSQL. It ends when nothing refers to it any more.
type Cluster struct {
	// DSN leads to the database "postgres" as a superuser.
	DSN string

	life io.Closer // when it closes, the keeper stops the server and removes the folder
	cmd  *exec.Cmd
}

// keeper runs the server as its child, waits for the end of its input, which is the
// end of the process that started it, and cleans up. Every commit is written to the log before it
// is answered, as a server in use does it; only the disk is not waited for.
const keeper = `trap '' INT TERM HUP
"$1/initdb" -D "$2/data" -A trust -U postgres -E UTF8 --locale=C --no-sync >"$2/log" 2>&1 || exit 1
"$1/postgres" -D "$2/data" -k "$2" -p 5432 -c listen_addresses= \
  -c fsync=off -c full_page_writes=off -c autovacuum=off \
  -c max_connections=400 -c shared_buffers=64MB -c wal_level=minimal -c max_wal_senders=0 >>"$2/log" 2>&1 &
pid=$!
cat >/dev/null
kill -QUIT $pid 2>/dev/null
wait $pid
rm -rf "$2"
`

// Start starts a cluster and waits until it answers. PostgreSQL refuses to run as
// root; root runs it as the user "postgres".
func Start() (*Cluster, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "chibo-pg-")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("/bin/sh", "-c", keeper, "sh", bin, dir)
	cmd.Dir = dir
	// A group of its own: an interrupt at the keyboard must not stop it before the tests.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		if err := giveToPostgres(cmd, dir); err != nil {
			return nil, err
		}
	}
	life, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &Cluster{life: life, cmd: cmd}
	c.DSN = "postgres://postgres@/postgres?" + url.Values{"host": {dir}, "port": {"5432"}}.Encode()
	if err := c.await(); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log")) //nolint:errcheck // it only explains
		c.Stop()
		return nil, fmt.Errorf("pgcluster: %w\n%s", err, log)
	}
	return c, nil
}

// Stop stops the cluster, removes its folder and returns when both is done.
func (c *Cluster) Stop() {
	c.life.Close() //nolint:errcheck // a pipe
	c.cmd.Wait()   //nolint:errcheck // it was told to end
}

func (c *Cluster) await() error {
	db, err := sql.Open("pgx", c.DSN)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // only used to ask
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		err := db.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return err
		}
	}
}

// binaries gives the folder of the newest PostgreSQL.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		newest := slices.MaxFunc(found, func(a, b string) int { return cmp.Compare(version(a), version(b)) })
		return filepath.Dir(newest), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", ErrNone
	}
	return filepath.Dir(path), nil
}

func version(initdb string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb)))) //nolint:errcheck // 0 is the oldest
	return n
}

func giveToPostgres(cmd *exec.Cmd, dir string) error {
	u, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("pgcluster: root needs the user postgres to run it: %w", err)
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return err
	}
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(dir, uid, gid)
}
