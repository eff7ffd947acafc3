package member_test

import (
	"errors"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org/orgtest"
)

// A time that overlaps another one is refused and that one is named (rules.md 5.15-5.20).
func TestSpellsAreKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		ref := join(t, d, r.HoaBinh, official("Trần Văn Ba"))
		lead := r.lead(r.HoaBinh)
		away := member.SpellIn{Kind: member.SpellAway, From: civil.Of(2026, 6, 1), Place: "Bình Dương", Host: "Công ty", Contact: "0100", Reason: "làm thuê"}
		id, err := r.l.BeginSpell(t.Context(), lead, ref, away)
		r.must(err)
		one := ident.Ref{Part: ref.Part, ID: id}
		if s := r.spell(one); s.ReportOn != civil.Of(2026, 9, 1) || s.Host != "Công ty" || r.size(r.HoaBinh).Away != 1 {
			t.Errorf("%+v", s) // three months on: the convention of rules.md 5.16
		}
		_, err = r.l.BeginSpell(t.Context(), lead, ref, member.SpellIn{Kind: member.SpellExempt, From: civil.Of(2026, 7, 1), Reason: "old"})
		if fieldOf(err) != "from: member.err.overlap.away_open" {
			t.Errorf("overlap: %v", err)
		}
		r.must(r.l.Reported(t.Context(), lead, one, civil.Of(2026, 9, 1)))
		if s := r.spell(one); s.ReportOn != civil.Of(2027, 2, 3) || s.Version != 2 {
			t.Errorf("next report %+v", s)
		}
		if err := r.l.Reported(t.Context(), lead, one, civil.Of(2026, 9, 1)); !errors.Is(err, member.ErrChanged) {
			t.Errorf("pressed twice: %v", err)
		}
		away.Place, away.Last, away.ReportOn = "Đồng Nai", civil.Of(2026, 12, 31), civil.Of(2026, 12, 1)
		if err := r.l.ChangeSpell(t.Context(), lead, one, 1, away); !errors.Is(err, member.ErrChanged) {
			t.Errorf("an old version: %v", err)
		}
		r.must(r.l.ChangeSpell(t.Context(), lead, one, 2, away))
		_, err = r.l.BeginSpell(t.Context(), lead, ref, member.SpellIn{Kind: member.SpellExempt, From: civil.Of(2026, 5, 1), Reason: "old"})
		if f := fault.FieldsOf(err); len(f) != 1 || f[0].Key != "member.err.overlap.away" || f[0].Args["To"] != "31/12/2026" {
			t.Errorf("overlap: %+v", f)
		}
		r.must(r.l.FinishSpell(t.Context(), lead, one, today()))
		if s := r.spell(one); s.Last() != today() || r.size(r.HoaBinh).Away != 1 {
			t.Errorf("%+v", s)
		}
	})
}

func (r *register) spell(ref ident.Ref) (s member.Spell) {
	r.t.Helper()
	r.must(r.d.Read(r.t.Context(), func(q db.Q) (err error) {
		s, err = member.SpellByID(r.t.Context(), q, ref)
		return err
	}))
	return s
}

func TestSpellsRefused(t *testing.T) {
	r := newRegister(t, dbtest.New(t))
	m := official("Trần Văn Ba")
	m.From = civil.Of(2026, 1, 1)
	ref := join(t, r.d, r.HoaBinh, m)
	for name, c := range map[string]struct {
		who  access.Actor
		in   member.SpellIn
		want string
	}{
		"no kind":            {r.lead(r.HoaBinh), member.SpellIn{Kind: "holiday", From: today()}, "kind: member.err.spell_kind"},
		"temporary, by hand": {r.lead(r.HoaBinh), member.SpellIn{Kind: member.SpellTempOut, From: today(), Place: "x"}, "kind: member.err.spell_kind"},
		"no reason":          {r.lead(r.HoaBinh), member.SpellIn{Kind: member.SpellExempt, From: today()}, "reason: member.err.reason_empty"},
		"no place":           {r.lead(r.HoaBinh), member.SpellIn{Kind: member.SpellAway, From: today()}, "place: member.err.place_empty"},
		"nobody decided":     {r.lead(r.HoaBinh), member.SpellIn{Kind: member.SpellSuspended, From: today()}, "basis: member.err.decided_empty"},
		"not yet":            {r.lead(r.HoaBinh), member.SpellIn{Kind: member.SpellExempt, From: today().AddDays(1), Reason: "x"}, "from: member.err.day_future"},
		"before the cell":    {r.lead(r.HoaBinh), member.SpellIn{Kind: member.SpellExempt, From: civil.Of(2025, 1, 1), Reason: "x"}, "from: member.err.before_joined"},
		"ends before":        {r.lead(r.HoaBinh), member.SpellIn{Kind: member.SpellExempt, From: today(), Last: today().AddDays(-1), Reason: "x"}, "last: member.err.to_before_from"},
		"the committee":      {orgtest.Actor(access.RoleCommittee, r.HoaBinh), member.SpellIn{Kind: member.SpellExempt, From: today(), Reason: "x"}, "forbidden: access.err.forbidden"},
	} {
		if _, err := r.l.BeginSpell(t.Context(), c.who, ref, c.in); fieldOf(err) != c.want {
			t.Errorf("%s: %s, want %s", name, fieldOf(err), c.want)
		}
	}
}
