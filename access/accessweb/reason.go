package accessweb

import (
	"context"
	"errors"

	"chibo/access"
	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/office"
	"chibo/org"
)

// reason is one source of rights and what it lets a person do.
type reason struct {
	Person  string // whose; empty on a page about one person
	Href    string // the page about that person, for who may open it
	Why     string // "Là Bí thư chi bộ của Chi bộ …"
	Note    string // reason of a right given directly or of a charge
	Unit    string
	Below   bool       // it reaches the units below too
	From    civil.Date // first day
	Last    civil.Date // last day; zero: open
	Later   bool       // begins after the day
	Actions []access.Action
	Source  string
	id      int64
}

// Standin says whether the right is somebody else's.
func (r reason) Standin() bool { return r.Source == access.FromStandin }

// resolver finds what stands behind rights, each thing once.
type resolver struct {
	words
	q       db.Q
	units   map[int64]org.Unit
	holders map[int64][]office.Holder // by unit, of the day
}

func newResolver(n words, q db.Q) *resolver {
	return &resolver{words: n, q: q, units: map[int64]org.Unit{}, holders: map[int64][]office.Holder{}}
}

func (v *resolver) unit(ctx context.Context, id int64) (org.Unit, error) {
	u, ok := v.units[id]
	if ok {
		return u, nil
	}
	u, err := org.ByID(ctx, v.q, id)
	v.units[id] = u
	return u, err
}

// holder gives the post behind a right; the zero Holder when it is gone.
func (v *resolver) holder(ctx context.Context, u org.Unit, id int64) (office.Holder, error) {
	list, ok := v.holders[u.ID]
	if !ok {
		var err error
		if list, err = office.Holders(ctx, v.q, u.PartID, u.ID, v.day); err != nil {
			return office.Holder{}, err
		}
		v.holders[u.ID] = list
	}
	for _, h := range list {
		if h.ID == id {
			return h, nil
		}
	}
	h, err := office.ByRef(ctx, v.q, ident.Ref{Part: u.PartID, ID: id}) // one that begins later
	if errors.Is(err, office.ErrNobody) {
		return office.Holder{}, nil
	}
	return h, err
}

// reasons joins rights of one source and says where they come from.
func (v *resolver) reasons(ctx context.Context, held []access.Held) ([]reason, error) {
	var out []reason
	for _, h := range held {
		last := -1
		for i := range out {
			if out[i].Source == h.Source && out[i].id == h.SourceID && h.SourceID != 0 {
				last = i
			}
		}
		if last >= 0 {
			out[last].add(h.Grant)
			continue
		}
		r, err := v.reason(ctx, h)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func (r *reason) add(g access.Grant) {
	var all []access.Action
	for _, a := range access.Actions() {
		has := g.Allows(a)
		for _, b := range r.Actions {
			has = has || a == b
		}
		if has {
			all = append(all, a)
		}
	}
	r.Actions = all
}

func (v *resolver) reason(ctx context.Context, h access.Held) (reason, error) {
	u, err := v.unit(ctx, h.OrgID)
	if err != nil {
		return reason{}, err
	}
	r := reason{
		Unit: u.Name, Below: !u.IsCell(), From: h.From, Later: h.From.After(v.day), Source: h.Source, id: h.SourceID,
		Actions: h.Actions(),
	}
	if !h.To.IsZero() {
		r.Last = h.To.AddDays(-1)
	}
	switch h.Source {
	case access.FromMembership:
		r.Why = v.lang.T("access.why.member", "Unit", u.Name)
	case access.FromOffice:
		post, err := v.holder(ctx, u, h.SourceID)
		if err != nil {
			return r, err
		}
		r.Person, r.Why = post.Name, v.lang.T("access.why.office", "Post", v.post(u, post.Title), "Unit", u.Name)
	case access.FromStandin:
		r.Why = v.lang.T("access.why.standin", "Name", h.ForName, "Unit", u.Name)
		x, err := office.StandinByID(ctx, v.q, h.SourceID)
		if err != nil && !errors.Is(err, office.ErrNoStandin) {
			return r, err
		}
		r.Person, r.Note = x.Person, x.Reason
	case access.FromAdmin:
		r.Why = v.lang.T("access.why.given."+h.Role, "Unit", u.Name)
		d, err := account.DirectByID(ctx, v.q, h.SourceID)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return r, err
		}
		r.Person, r.Note = d.Name, v.lang.T("access.why.given.note", "By", d.By, "Reason", d.Reason)
	default:
		r.Why = v.lang.T("access.why.other", "Unit", u.Name)
	}
	return r, nil
}

// cellsOf gives the cells in which somebody is a member, of rights of the day.
func cellsOf(rights []access.Held, day civil.Date) []access.Unit {
	var out []access.Unit
	for _, h := range rights {
		if h.Role == access.RoleMember && !h.From.After(day) {
			out = append(out, access.Unit{ID: h.OrgID, Path: h.Path})
		}
	}
	return out
}

func personHref(ref ident.Ref) string { return "/rights/people/" + ref.String() }
