package secret_test

import (
	"context"
	"testing"

	"chibo/ballot"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/org/orgtest"
	"chibo/rulebook"
	"chibo/secret"
)

const part = 77

// electors gives so many official members in the room, and one who is absent.
func electors(n int) []ballot.Elector {
	people := []ballot.Person{{MembershipID: 1000, Official: true, Standing: "official"}}
	for i := range n {
		people = append(people, ballot.Person{MembershipID: int64(2001 + i), Official: true, Standing: "official", Present: true})
	}
	return ballot.Electors(people)
}

func set(t testing.TB, d *db.DB) rulebook.Set {
	t.Helper()
	return orgtest.Book(t).At(civil.Of(2026, 11, 3), "")
}

func question(t testing.TB, d *db.DB, n int, box *secret.Box) secret.New {
	t.Helper()
	return secret.New{
		Part: part, Owner: "meeting", OwnerID: 5, Subject: "Đề nghị công nhận đảng viên chính thức", Purpose: secret.Recognition, Kind: secret.Question,
		Options: []secret.Option{{Title: "Đồng ý", RuleKey: rulebook.VoteRecognition}, {Title: "Không đồng ý"}, {Title: "Ý kiến khác"}},
		Set:     set(t, d), Electors: electors(n), Team: []int64{1000, 2002, 2003}, Box: box, Warrant: warrant(box), Guarded: true,
	}
}

func candidates(t testing.TB, d *db.DB, n, names, seats int, box *secret.Box) secret.New {
	in := question(t, d, n, box)
	in.Subject, in.Purpose, in.Kind, in.Seats, in.Max = "Bầu chi ủy", secret.Election, secret.Candidates, seats, seats
	in.Options = nil
	in.Team = []int64{1000, int64(2000 + n)}
	if box != nil {
		in.Team = append(in.Team, int64(2000+n-1))
	}
	for i := range names {
		in.Options = append(in.Options, secret.Option{Title: "Ứng viên " + string(rune('A'+i)), MembershipID: int64(2001 + i), RuleKey: rulebook.VoteElection})
	}
	return in
}

func ladder(t testing.TB, d *db.DB, n int, box *secret.Box) secret.New {
	in := question(t, d, n, box)
	in.Subject, in.Purpose, in.Kind = "Xem xét kỷ luật", secret.Discipline, secret.Ladder
	in.Options = []secret.Option{
		{Title: "Đề nghị khai trừ", RuleKey: rulebook.VoteExpulsionProposal},
		{Title: "Cách chức", RuleKey: rulebook.VoteDiscipline},
		{Title: "Cảnh cáo", RuleKey: rulebook.VoteDiscipline},
		{Title: "Khiển trách", RuleKey: rulebook.VoteDiscipline},
		{Title: "Không kỷ luật"},
	}
	return in
}

func warrant(box *secret.Box) string {
	if box == nil {
		return ""
	}
	return "Quyết định số 12-QĐ/ĐU ngày 01/10/2026"
}

func newBox(t testing.TB) (*secret.Box, [secret.Slips]secret.Code) {
	t.Helper()
	box, codes, err := secret.NewBox()
	must(t, err)
	return &box, codes
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t testing.TB, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	must(t, d.Write(context.Background(), fn))
}

func refused(t testing.TB, d *db.DB, want error, fn func(tx *db.Tx) error) {
	t.Helper()
	err := d.Write(context.Background(), fn)
	if err == nil || fault.KindOf(err) != fault.KindOf(want) || err.Error() != want.Error() && !is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

func is(err, target error) bool {
	for _, f := range fault.FieldsOf(err) {
		if f.Key == target.Error() {
			return true
		}
	}
	e, ok := err.(interface{ Is(error) bool })
	return ok && e.Is(target)
}

func open(t testing.TB, d *db.DB, in secret.New) (v secret.Vote) {
	t.Helper()
	write(t, d, func(tx *db.Tx) (err error) { v, err = secret.Open(t.Context(), tx, in); return err })
	return v
}

func mark(n int, on ...int) secret.Marks {
	m := make(secret.Marks, n)
	for _, i := range on {
		m[i] = true
	}
	return m
}

func get(t testing.TB, d *db.DB, v secret.Vote) (out secret.Vote) {
	t.Helper()
	must(t, d.Read(t.Context(), func(q db.Q) (err error) { out, err = secret.Get(t.Context(), q, v.Ref); return err }))
	return out
}
