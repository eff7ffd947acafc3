package member_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/rulebook"
)

// The prose of access.go about single records: reader, what is whole, what is allowed.
func TestWhoSeesWhat(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		for name, c := range map[string]struct {
			who                  access.Actor
			opens, phone, whole  bool
			reveals, edits, more bool // more: decides on every field
		}{
			"self":         {who: b.self, opens: true, phone: true, whole: true},
			"lead":         {who: b.lead, opens: true, phone: true, edits: true},
			"keeper":       {who: b.keeper, opens: true, reveals: true, edits: true, more: true},
			"keeper above": {who: b.above, opens: true, reveals: true, edits: true, more: true},
			"upper":        {who: b.upper, opens: true},
			"committee":    {who: b.clerk},
			"admin":        {who: b.admin},
		} {
			r, err := b.s.Open(t.Context(), c.who, b.ref)
			if (err == nil) != c.opens || err != nil && !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%s opens: %v", name, err)
				continue
			}
			if c.opens {
				if whole := r.Card == cardNo && r.IDNo == idNo; whole != c.whole || !c.whole && (r.Card != "••••••••• 345" || r.IDNo != "••••••••• 234") {
					t.Errorf("%s sees card %q, number %q", name, r.Card, r.IDNo)
				}
				if (r.Phone == "0912345678") != c.phone {
					t.Errorf("%s sees telephone %q", name, r.Phone)
				}
			}
			for what, want := range map[string]string{audit.ReadRevealCard: cardNo, audit.ReadRevealIDNo: idNo, audit.ReadRevealPhone: "0912345678"} {
				num, _, err := b.s.Reveal(t.Context(), c.who, member.RevealIn{Ref: b.ref, What: what, Reason: "Đối chiếu thẻ đảng viên"})
				if c.reveals != (err == nil && num == want) || !c.reveals && num != "" {
					t.Errorf("%s reveals %s: %q, %v", name, what, num, err)
				}
			}
			if may := member.MayDecide(c.who, b.HoaBinh, b.m.PersonID, member.FieldPhone); may != c.edits {
				t.Errorf("%s decides on the telephone: %v", name, may)
			}
			if may := member.MayDecide(c.who, b.HoaBinh, b.m.PersonID, member.FieldCard); may != c.more {
				t.Errorf("%s decides on the card: %v", name, may)
			}
			if may := member.MayMerge(c.who, b.HoaBinh); may != c.more {
				t.Errorf("%s joins records: %v", name, may)
			}
			if may := member.MayGiveBadges(c.who, b.HoaBinh); may != c.more {
				t.Errorf("%s gives badges: %v", name, may)
			}
		}
		own := b.keeper
		own.PersonID = b.m.PersonID
		if member.MayDecide(own, b.HoaBinh, b.m.PersonID, member.FieldBirth) {
			t.Error("a keeper decides on the own birth")
		}
		other := b.keeper
		other.Grants = []access.Grant{{Role: access.RoleKeeper, OrgID: b.Commune.ID, Path: b.Commune.Path}}
		if _, _, err := b.s.Reveal(t.Context(), other, member.RevealIn{Ref: b.ref, What: audit.ReadRevealCard, Reason: "Đối chiếu thẻ"}); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a keeper beside: %v", err)
		}
	})
}

func (b *book) readings(t *testing.T) (out []audit.Noted) {
	t.Helper()
	err := b.d.Read(t.Context(), func(q db.Q) (err error) {
		out, err = audit.ReadingsOf(t.Context(), q, b.m.PersonID, time.Time{}, 100)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestReadingsAreNoted(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.values(t) // the own look is not noted
		if n := len(b.readings(t)); n != 0 {
			t.Fatalf("%d readings at first", n)
		}
		if _, err := b.s.Open(t.Context(), b.upper, b.ref); err != nil {
			t.Fatal(err)
		}
		for _, reason := range []string{"", "xem", strings.Repeat("dài ", 100)} {
			_, r, err := b.s.Reveal(t.Context(), b.keeper, member.RevealIn{Ref: b.ref, What: audit.ReadRevealIDNo, Reason: reason})
			if f := fault.FieldsOf(err); len(f) != 1 || f[0].Field != "reason" || r.ID == 0 || strings.Contains(r.IDNo, "001056") {
				t.Errorf("reason %q: %v, %q", reason, err, r.IDNo)
			}
		}
		if _, _, err := b.s.Reveal(t.Context(), b.keeper, member.RevealIn{Ref: b.ref, What: "all", Reason: "Đối chiếu thẻ"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("another number: %v", err)
		}
		if _, _, err := b.s.Reveal(t.Context(), b.keeper, member.RevealIn{Ref: b.ref, What: audit.ReadRevealIDNo, Reason: "Đối chiếu khi cấp lại thẻ"}); err != nil {
			t.Fatal(err)
		}
		if _, err := b.s.CallList(t.Context(), b.lead, b.HoaBinh.ID); err != nil {
			t.Fatal(err)
		}
		for _, rows := range []int{0, 3} {
			if err := b.s.NoteList(t.Context(), b.upper, b.HoaBinh, audit.ReadList, rows); err != nil {
				t.Fatal(err)
			}
		}
		got := b.readings(t)
		if len(got) != 2 || got[0].What != audit.ReadRevealIDNo || got[0].Reason != "Đối chiếu khi cấp lại thẻ" || got[0].Role != access.RoleKeeper ||
			got[0].RoleOrg != b.Town.ID || got[1].What != audit.ReadRecord || got[1].Role != access.RoleUpper || got[1].Reader != access.RoleUpper {
			t.Errorf("readings %+v", got)
		}
		err := b.d.Read(t.Context(), func(q db.Q) error {
			lists, err := audit.ListsOf(t.Context(), q, b.HoaBinh.PartID, b.HoaBinh.ID, time.Time{})
			if len(lists) != 2 || lists[0].Count != 1 {
				t.Errorf("lists %+v", lists)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		dbtest.Clock(b.d).Advance(time.Hour)
		write(t, b.d, func(tx *db.Tx) error {
			n, err := audit.Forget(t.Context(), tx, tx.Now().Add(-time.Minute))
			if n != 4 {
				t.Errorf("%d forgotten, want 4", n)
			}
			return err
		})
	})
}

func TestRevealLimit(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		limit := b.Book.At(today(), "").Int(rulebook.RevealPerHour)
		see := func() error {
			_, _, err := b.s.Reveal(t.Context(), b.keeper, member.RevealIn{Ref: b.ref, What: audit.ReadRevealCard, Reason: "Rà soát số thẻ"})
			return err
		}
		for i := range limit {
			if err := see(); err != nil {
				t.Fatalf("%d: %v", i, err)
			}
		}
		if err := see(); !errors.Is(err, member.ErrTooMany) {
			t.Errorf("one too many: %v", err)
		}
		if n := count(t, b.d, `SELECT COUNT(*) FROM audit WHERE action = 'member.reveal_refused'`); n != 1 {
			t.Errorf("%d refusals noted", n)
		}
		if n := len(b.readings(t)); n != limit {
			t.Errorf("%d readings", n)
		}
		if _, _, err := b.s.Reveal(t.Context(), b.above, member.RevealIn{Ref: b.ref, What: audit.ReadRevealCard, Reason: "Rà soát số thẻ"}); err != nil {
			t.Errorf("the limit is one account's: %v", err)
		}
		dbtest.Clock(b.d).Advance(time.Hour + time.Second)
		if err := see(); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

func TestRevealOfNothing(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		bare := b.add(t, b.HoaBinh, member.Person{Name: "Lưu Đình Khải"}, member.Membership{})
		for _, what := range []string{audit.ReadRevealCard, audit.ReadRevealIDNo, audit.ReadRevealPhone} {
			_, _, err := b.s.Reveal(t.Context(), b.keeper, member.RevealIn{Ref: bare.Ref(), What: what, Reason: "Đối chiếu thẻ"})
			if f := fault.FieldsOf(err); len(f) != 1 || f[0].Key != "member.err.reveal_none" {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, _, err := b.s.Reveal(t.Context(), b.keeper, member.RevealIn{Ref: ident.Ref{Part: 1, ID: 1}, What: audit.ReadRevealCard, Reason: "Đối chiếu thẻ"}); !errors.Is(err, member.ErrNotFound) {
			t.Errorf("nobody: %v", err)
		}
	})
}
