package memberweb

import (
	"context"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
)

// feeData is the dot of fees.html.
type feeData struct {
	Cell   org.Unit
	Crumbs []crumb
	Fee    member.FeeMonth
	Notes  bool   // the reader notes the fee
	Act    int64  // the press that can be taken back; 0 none
	Prev   string // addresses of the months beside
	Next   string
	Rows   []feeRow
}

type feeRow struct {
	member.FeeRow
	Title string // of the standing, where it is not plain
}

// Open gives how many have not settled the month.
func (d feeData) Open() int { return len(d.Rows) - d.Fee.Paid }

// feeForm is one press: which month, and for whom.
type feeForm struct {
	Month  int   `form:"month"`
	Paid   int64 `form:"paid"`
	Unpaid int64 `form:"unpaid"`
	All    bool  `form:"all"`
	Undo   int64 `form:"undo"`
}

// fees shows a month's fee of a cell for who may see its list of members.
func (s *Web) fees(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	month := s.today().Month()
	if m := r.URL.Query().Get("month"); m != "" {
		n, err := strconv.Atoi(m)
		month = civil.Month(n)
		if err != nil || month.Num() < 1 || month.Num() > 12 || month > s.today().Month() || month.Year() < 1930 {
			return errLost()
		}
	}
	act, _ := strconv.ParseInt(r.URL.Query().Get("act"), 10, 64) //nolint:errcheck // none is 0
	var d feeData
	err = s.db.Read(r.Context(), func(q db.Q) error {
		d, err = s.feeData(r.Context(), q, who, id, month, s.namer(r, org.Unit{}))
		return err
	})
	if err != nil {
		return err
	}
	d.Act = act
	return s.pages.Render(w, r, "fees.html", d)
}

func (s *Web) feeData(ctx context.Context, q db.Q, who access.Actor, id int64, month civil.Month, n namer) (d feeData, err error) {
	if d.Cell, err = org.ByID(ctx, q, id); err != nil {
		return d, err
	}
	if !d.Cell.IsCell() {
		return d, errLost()
	}
	if _, err := member.ListScope(who, d.Cell); err != nil {
		return d, err
	}
	d.Notes = member.MayNoteFee(who, d.Cell)
	if d.Fee, err = member.FeeOf(ctx, q, d.Cell, month, s.today()); err != nil {
		return d, err
	}
	for _, row := range d.Fee.Rows {
		v := feeRow{FeeRow: row}
		if row.Standing != member.StandingOfficial {
			v.Title = n.standing(row.Standing)
		}
		d.Rows = append(d.Rows, v)
	}
	d.Crumbs = []crumb{{"/life?unit=" + idText(id), d.Cell.Short}, {"", n.lang.T("life.fee")}}
	if prev := month.Add(-1); !prev.Last().Before(d.Cell.ValidFrom) {
		d.Prev = feeHref(id, prev, 0)
	}
	if month < s.today().Month() {
		d.Next = feeHref(id, month.Add(1), 0)
	}
	return d, nil
}

func feeHref(cell int64, month civil.Month, act int64) string {
	href := "/cells/" + idText(cell) + "/fees?month=" + strconv.Itoa(int(month))
	if act != 0 {
		href += "&act=" + idText(act)
	}
	return href
}

// noteFee takes a press and shows the month again, with a way to take it back.
func (s *Web) noteFee(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var in feeForm
	if err := web.Decode(r, &in); err != nil {
		return errLost()
	}
	month := civil.Month(in.Month)
	act, err := s.lives.NoteFee(r.Context(), who, member.FeeIn{
		CellID: id, Month: month, Paid: in.Paid, Unpaid: in.Unpaid, All: in.All, Undo: in.Undo,
	})
	if err != nil {
		return err
	}
	if in.Undo != 0 || in.Unpaid != 0 {
		act = 0
	}
	href := feeHref(id, month, act)
	if one := max(in.Paid, in.Unpaid); one != 0 {
		href += "#m" + idText(one) // without a script the page comes back at the same line
	}
	return web.SeeOther(w, r, href)
}
