package db

import (
	"strings"
	"testing"
	"testing/fstest"

	"chibo/internal/clock"
)

// A server whose rows came one by one has never looked at how they are spread: its
// questions must find their index all the same, also with an order that the primary key
// would give by walking the part. So it must after a look at tables that were empty.
func TestPartIsNotWalkedUnseen(t *testing.T) {
	files := fstest.MapFS{"0001_note.sql": {Data: []byte(`-- +goose Up
CREATE TABLE note (part_id bigint NOT NULL, id bigint NOT NULL, meeting_id bigint NOT NULL, text text NOT NULL, PRIMARY KEY (part_id, id));
CREATE INDEX note_meeting ON note (part_id, meeting_id);
CREATE TABLE plain (id bigint PRIMARY KEY, name text NOT NULL);`)}}
	d, err := Open(t.Context(), Options{URL: t.TempDir() + "/unseen.db", Migrations: files, Clock: clock.System()})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // it is thrown away
	check := func(when string) {
		t.Helper()
		var plan string
		err := d.Read(t.Context(), func(q Q) error {
			var n [3]int
			return q.QueryRow(t.Context(), `EXPLAIN QUERY PLAN SELECT text FROM note WHERE part_id = $1 AND meeting_id = $2 ORDER BY id`, 1, 2).Scan(&n[0], &n[1], &n[2], &plan)
		})
		if err != nil || !strings.Contains(plan, "note_meeting") {
			t.Errorf("%s: %q %v", when, plan, err)
		}
	}
	check("never looked at")
	if err := d.Analyze(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("looked at while empty")
}
