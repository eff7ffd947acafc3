package admission

import (
	"context"
	"strconv"

	"chibo/access"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/paper"
	"chibo/org"
	"chibo/rulebook"
)

// RegisterRow is a line of the book.
type RegisterRow struct {
	Name, Cell, Helper string
	Birth              civil.Date
	Decision           FormPaper
	JoinedOn, EndsOn   civil.Date
	Recognition        FormPaper
	OfficialOn         civil.Date
	Removed            bool
}

// RegisterFacts is everything the book is composed from.
type RegisterFacts struct {
	Style         paper.Style
	Upper, Issuer string
	Place         string
	Day           civil.Date
	From          civil.Date
	Number, Title string // of the form
	Rows          []RegisterRow
	Watermark     string
}

// ComposeRegister makes the book of reserve members (rules.md 4h, 18-KNĐ).
func ComposeRegister(f RegisterFacts) paper.Document {
	d := paper.Document{
		Title: f.Title, Date: f.Day.String(), Style: f.Style, Header: paper.Header{Upper: f.Upper, Issuer: f.Issuer}, Number: formNo + f.Number,
		PlaceDate: f.Place + ", " + f.Day.Long(), Subject: "kết nạp từ " + f.From.Long() + " đến " + f.Day.Long(), Watermark: f.Watermark,
	}
	d.Kind = "SỔ ĐẢNG VIÊN DỰ BỊ"
	t := paper.Table{Columns: []paper.Column{
		{Title: "TT", Width: 9, Align: paper.AlignCenter},
		{Title: "Họ và tên, ngày sinh", Width: 33},
		{Title: "Chi bộ"},
		{Title: "Quyết định kết nạp", Width: 25},
		{Title: "Ngày kết nạp", Width: 24},
		{Title: "Người giúp đỡ", Width: 23},
		{Title: "Kết quả", Width: 27},
	}}
	for i, r := range f.Rows {
		result := "Hết dự bị " + r.EndsOn.Vi()
		switch {
		case r.Removed:
			result = "Xóa tên"
		case r.OfficialOn.IsDay():
			result = joined("Chính thức từ "+r.OfficialOn.Vi(), r.Recognition.Number)
		}
		t.Rows = append(t.Rows, paper.Cells(strconv.Itoa(i+1), joined(r.Name, r.Birth.Vi()), r.Cell, joined(r.Decision.Number, r.Decision.Day.Vi()), r.JoinedOn.Vi(), r.Helper, result))
	}
	if len(f.Rows) == 0 {
		d.Blocks = append(d.Blocks, paper.Paragraph(paper.Text("Trong thời gian này không có đảng viên dự bị.")))
	} else {
		d.Blocks = append(d.Blocks, paper.Grid(t))
	}
	d.Signatures = []paper.Signature{{Post: "NGƯỜI LẬP SỔ", Side: paper.SideRight}}
	return d
}

// registerMost bounds the lines of a book that is printed.
const registerMost = 2000

const registerSQL = `SELECT d.name, d.birth, d.state, d.decided_on, d.joined_on, d.official_on, c.short,
  COALESCE((SELECT MIN(h.name) FROM dossier_helper h WHERE h.part_id = d.part_id AND h.dossier_id = d.id AND h.to_day = ''), ''),
  COALESCE((SELECT MAX(s.number) FROM dossier_step s WHERE s.part_id = d.part_id AND s.dossier_id = d.id AND s.step = 'decision' AND s.struck_at = 0), ''),
  COALESCE((SELECT MAX(s.number) FROM dossier_step s WHERE s.part_id = d.part_id AND s.dossier_id = d.id AND s.step = 'rec_decision' AND s.struck_at = 0), '')
  FROM dossier d JOIN org c ON c.id = d.cell_id
 WHERE d.joined_on <> '' AND d.name <> '' AND d.joined_on >= $3 AND c.path >= $1 AND c.path < $2 ORDER BY d.joined_on, d.sort, d.id LIMIT $4`

// Register gives the book of reserve members of a unit whose ceremony was on a day or
// later, for whoever sees names on the unit's board. That it was made is kept.
func (s *Service) Register(ctx context.Context, actor access.Actor, unitID int64, from civil.Date) (u org.Unit, d paper.Document, err error) {
	today := civil.From(s.DB.Clock().Now())
	f := RegisterFacts{Day: today, From: from}
	err = s.DB.Read(ctx, func(q db.Q) error {
		if u, err = s.UnitOf(ctx, q, actor, unitID); err != nil {
			return err
		}
		quiet := actor.Quiet()
		if !mayName(quiet, u) {
			return access.ErrForbidden
		}
		scope, err := boardScope(quiet, u)
		if err != nil {
			return err
		}
		lo, hi := scope.Range()
		if f.Rows, err = db.List(ctx, q, s.scanRegister, registerSQL, lo, hi, from, registerMost); err != nil {
			return err
		}
		f.Issuer, f.Place = u.PaperName, u.Place
		if u.ParentID != 0 {
			up, err := org.ByID(ctx, q, u.ParentID)
			if err != nil {
				return err
			}
			f.Upper = up.PaperName
		}
		return nil
	})
	if err != nil {
		return u, d, err
	}
	set := s.Book.At(today, u.Path)
	form, ok := set.AdmissionForm(rulebook.FormRegister)
	if !ok {
		return u, d, ErrNotFound
	}
	f.Number, f.Title, f.Watermark = form.Form, form.Title.Vi, s.Watermark()
	if err := set.PaperStyle(&f.Style); err != nil {
		return u, d, err
	}
	return u, ComposeRegister(f), s.printed(ctx, actor, u, "register", len(f.Rows))
}

func (s *Service) scanRegister(r db.Scanner) (x RegisterRow, err error) {
	var state State
	err = r.Scan(&x.Name, &x.Birth, &state, &x.Decision.Day, &x.JoinedOn, &x.OfficialOn, &x.Cell, &x.Helper,
		&x.Decision.Number, &x.Recognition.Number)
	if x.Removed = state == Removed; x.JoinedOn.IsDay() {
		x.EndsOn = x.JoinedOn.AddMonths(s.Book.At(x.JoinedOn, "").Int(rulebook.ProbationMonths))
	}
	return x, err
}

// RegisterFile gives the book as a file.
func (s *Service) RegisterFile(ctx context.Context, actor access.Actor, unitID int64, from civil.Date, format document.Format) (document.File, error) {
	_, d, err := s.Register(ctx, actor, unitID, from)
	if err != nil {
		return document.File{}, err
	}
	return fileOf(d, "So-dang-vien-du-bi", civil.From(s.DB.Clock().Now()), format)
}
