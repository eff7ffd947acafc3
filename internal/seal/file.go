package seal

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"chibo/internal/db"
	"chibo/internal/fault"
)

// fileHead is the first lines of a key file, for who finds it.
const fileHead = `# chibo: khóa của dữ liệu được niêm phong. Giữ kín, sao lưu riêng, không để cùng cơ sở dữ liệu.
# chibo: key of the sealed data. Keep it secret, back it up apart from the database.
# Mất tệp này là mất các số định danh. / Without this file the identity numbers are lost.
`

// Load gives the ring of the key file for the database. For a database that never
// had a key, a missing file is made. Otherwise a missing file, one that cannot be
// read and one of another database are errors in one line; nothing is written then.
func Load(ctx context.Context, d *db.DB, path string) (*Ring, error) {
	known, err := prints(ctx, d)
	if err != nil {
		return nil, err
	}
	secrets, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		if len(known) > 0 {
			return nil, fault.New(fault.Unavailable, "err.key_missing", "Path", path)
		}
		if err = add(path, nil); err == nil {
			secrets, err = read(path)
		}
	}
	if err != nil {
		return nil, unreadable(err, path)
	}
	ring, err := newRing(secrets)
	if err != nil {
		return nil, err
	}
	return ring, ring.agree(ctx, d, known, path)
}

// Add puts a new version into the key file, which seals from the next start on; the
// older ones stay to open what they sealed. It gives the number of the new version.
func Add(path string) (int, error) {
	secrets, err := read(path)
	if err == nil {
		err = add(path, secrets)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return 0, fault.New(fault.Unavailable, "err.key_missing", "Path", path)
	}
	return newest(secrets) + 1, unreadable(err, path)
}

func unreadable(err error, path string) error {
	var known *fault.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return fault.Wrap(err, fault.Unavailable, "err.key_unreadable", "Path", path)
}

func newest(secrets map[int][]byte) int {
	n := 0
	for v := range secrets {
		n = max(n, v)
	}
	return n
}

// read gives the secrets of a key file by version: lines "1 base64".
func read(path string) (map[int][]byte, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	out := map[int][]byte{}
	lines := bufio.NewScanner(bytes.NewReader(raw))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		num, text, _ := strings.Cut(line, " ")
		n, err := strconv.Atoi(num)
		secret, err2 := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
		if err != nil || err2 != nil || n < 1 || len(secret) != secretBytes || out[n] != nil {
			return nil, fault.New(fault.Unavailable, "err.key_malformed", "Path", path)
		}
		out[n] = secret
	}
	if lines.Err() != nil || len(out) == 0 {
		return nil, fault.New(fault.Unavailable, "err.key_malformed", "Path", path)
	}
	return out, nil
}

// add writes the file with one more secret. A first file is never written over one
// that somebody else made meanwhile; a later one takes the old one's place as a whole.
func add(path string, secrets map[int][]byte) error {
	secret := make([]byte, secretBytes)
	if _, err := rand.Read(secret); err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString(fileHead)
	last := newest(secrets)
	for n := 1; n <= last; n++ {
		if s := secrets[n]; s != nil {
			fmt.Fprintf(&b, "%d %s\n", n, base64.StdEncoding.EncodeToString(s))
		}
	}
	fmt.Fprintf(&b, "%d %s\n", last+1, base64.StdEncoding.EncodeToString(secret))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if secrets == nil {
		return create(path, b.String())
	}
	next := path + ".new"
	if err := create(next, b.String()); err != nil {
		return err
	}
	return os.Rename(next, path)
}

// create writes a file that was not there, for its owner only, and waits until it is
// on the disk.
func create(path, text string) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}

const (
	printsSQL      = `SELECT version, print FROM seal_key ORDER BY version`
	insertPrintSQL = `INSERT INTO seal_key (version, print) VALUES ($1, $2) ON CONFLICT DO NOTHING`
)

type keyPrint struct {
	version int
	print   string
}

func prints(ctx context.Context, d *db.DB) (list []keyPrint, err error) {
	err = d.Read(ctx, func(q db.Q) error {
		list, err = db.List(ctx, q, func(s db.Scanner) (p keyPrint, err error) {
			return p, s.Scan(&p.version, &p.print)
		}, printsSQL)
		return err
	})
	return list, err
}

// agree checks the ring against the prints of the database and notes the versions
// that are new to it. Two programs that begin at once with different keys: the one
// that comes second is refused.
func (r *Ring) agree(ctx context.Context, d *db.DB, known []keyPrint, path string) error {
	if len(known) < len(r.versions) {
		err := d.Write(ctx, func(tx *db.Tx) error {
			for n, v := range r.versions {
				if _, err := tx.Exec(ctx, insertPrintSQL, n, v.print); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if known, err = prints(ctx, d); err != nil {
			return err
		}
	}
	for _, p := range known {
		v, ok := r.versions[p.version]
		if !ok {
			return fault.New(fault.Unavailable, "err.key_version", "Path", path, "Version", p.version)
		}
		if v.print != p.print {
			return fault.New(fault.Unavailable, "err.key_wrong", "Path", path)
		}
	}
	return nil
}
