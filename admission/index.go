package admission

import (
	"bytes"
	"context"
	"strconv"

	"chibo/access"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/paper"
	"chibo/org"
	"chibo/rulebook"
)

// Words of the list of a dossier.
const (
	indexTitle  = "Mục lục hồ sơ"
	indexName   = "Muc-luc"
	indexThere  = "Có"
	indexNot    = "Thiếu"
	indexLater  = "Chưa đến"
	indexSealed = " (mật: chỉ ghi có hay thiếu)"
)

// IndexFacts is everything the list of a dossier is composed from.
type IndexFacts struct {
	Style     paper.Style
	Upper     string
	Issuer    string
	Place     string
	Day       civil.Date
	Person    FormPerson
	Cell      string
	Slots     []Slot
	Keeps     []rulebook.Choice
	Source    string // of the order
	Watermark string
}

// ComposeIndex makes the list of the papers of a dossier in the required order (rules.md
// 4.43, 4.44), with what is there and what is missing.
func ComposeIndex(f IndexFacts) paper.Document {
	d := paper.Document{
		Title: indexTitle, Date: f.Day.String(), Style: f.Style, Header: paper.Header{Upper: f.Upper, Issuer: f.Issuer}, PlaceDate: f.Place + ", " + f.Day.Long(),
		Kind: "MỤC LỤC HỒ SƠ", Subject: "kết nạp, công nhận đảng viên", Watermark: f.Watermark,
	}
	d.Blocks = append(d.Blocks, paper.Paragraph(paper.Text("Họ và tên: "), paper.Bold(f.Person.Name), paper.Text("; sinh ngày: "+f.Person.Birth+"; "+f.Cell+".")))
	part, no := "", 0
	var table paper.Table
	flush := func() {
		if len(table.Rows) > 0 {
			d.Blocks = append(d.Blocks, paper.Grid(table))
		}
	}
	for _, s := range f.Slots {
		if s.Part != part {
			flush()
			part, table = s.Part, indexTable()
			head := "I- PHẦN KẾT NẠP"
			if part == rulebook.PartRecognition {
				head = "II- PHẦN CÔNG NHẬN CHÍNH THỨC"
			}
			d.Blocks = append(d.Blocks, paper.Heading(head))
		}
		no++
		table.Rows = append(table.Rows, f.row(no, s))
	}
	flush()
	there, missing := Tally(f.Slots)
	d.Blocks = append(d.Blocks, paper.Paragraph(paper.Text("Có "+strconv.Itoa(there)+" giấy tờ; còn thiếu "+strconv.Itoa(missing)+". "+
		"Mục lục chỉ ghi giấy tờ có hay thiếu; không chép nội dung.")))
	if f.Source != "" {
		d.Blocks = append(d.Blocks, paper.Block{Type: paper.ParagraphBlock, Runs: []paper.Run{paper.Italic("Thứ tự theo " + f.Source + ".")}})
	}
	d.Signatures = []paper.Signature{{Post: "NGƯỜI KIỂM TRA HỒ SƠ", Side: paper.SideRight}}
	return d
}

func indexTable() paper.Table {
	return paper.Table{Columns: []paper.Column{
		{Title: "TT", Width: 10, Align: paper.AlignCenter},
		{Title: "Tên giấy tờ"},
		{Title: "Số, ngày", Width: 30},
		{Title: "Số trang", Width: 14, Align: paper.AlignCenter},
		{Title: "Nơi giữ, người kiểm tra", Width: 38},
		{Title: "Có/thiếu", Width: 20, Align: paper.AlignCenter},
	}}
}

func (f IndexFacts) row(no int, s Slot) paper.Row {
	name := s.Title.Vi
	if s.Form != "" {
		name += " (" + s.Form + ")"
	}
	if s.Sealed {
		name += indexSealed
	}
	state := indexLater
	switch {
	case s.Present:
		state = indexThere
	case s.Due:
		state = indexNot
	}
	when := s.Number
	if s.Day.IsDay() {
		when = joined(when, s.Day.Vi())
	}
	kept := ""
	for _, k := range f.Keeps {
		if k.Code == s.Kept {
			kept = k.Title.Vi
		}
	}
	if s.CheckedBy != "" {
		kept = joined(kept, s.CheckedBy)
		if s.CheckedOn.IsDay() {
			kept += " " + s.CheckedOn.Vi()
		}
	}
	pages := ""
	if s.Pages > 0 {
		pages = strconv.Itoa(s.Pages)
	}
	return paper.Cells(strconv.Itoa(no), name, when, pages, kept, state)
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + "\n" + b
}

// Tally counts the papers that are there, and those that should be and are not.
func Tally(slots []Slot) (there, missing int) {
	for _, s := range slots {
		switch {
		case s.Present:
			there++
		case s.Due:
			missing++
		}
	}
	return there, missing
}

// Index gives the list of a dossier as a paper, for whoever reads the dossier whole. It
// notes the reading.
func (s *Service) Index(ctx context.Context, actor access.Actor, ref ident.Ref) (v View, d paper.Document, err error) {
	if v, err = s.Open(ctx, actor, ref); err != nil {
		return v, d, err
	}
	if !v.Whole {
		return v, d, access.ErrForbidden
	}
	f := IndexFacts{
		Issuer: v.Cell.PaperName, Place: v.Cell.Place, Day: v.Today, Person: personFacts(v, v.Set), Cell: v.Cell.Name, Slots: v.Slots,
		Keeps: v.Set.Choices(rulebook.AdmissionKeeps), Source: v.Set.AdmissionPapersRule().Source,
		Watermark: s.Watermark(),
	}
	if err = v.Set.PaperStyle(&f.Style); err != nil {
		return v, d, err
	}
	if v.Cell.ParentID != 0 {
		err = s.DB.Read(ctx, func(q db.Q) error {
			up, err := org.ByID(ctx, q, v.Cell.ParentID)
			f.Upper = up.PaperName
			return err
		})
	}
	return v, ComposeIndex(f), err
}

// IndexFile gives the list as a file; with the forms it is one PDF of the list and the
// papers that were issued here, in the order of the list.
func (s *Service) IndexFile(ctx context.Context, actor access.Actor, ref ident.Ref, format document.Format, forms bool) (document.File, error) {
	v, d, err := s.Index(ctx, actor, ref)
	if err != nil {
		return document.File{}, err
	}
	if !forms || format == document.DOCX {
		return fileOf(d, indexName, v.Today, format)
	}
	all := []paper.Document{d}
	err = s.DB.Read(ctx, func(q db.Q) error {
		made, err := s.madeOf(ctx, q, v)
		if err != nil {
			return err
		}
		for _, slot := range v.Slots {
			for _, doc := range made[slot.Code] {
				content, err := document.ContentOf(ctx, q, doc)
				if err != nil {
					return err
				}
				all = append(all, content)
			}
		}
		return nil
	})
	if err != nil {
		return document.File{}, err
	}
	var b bytes.Buffer
	if err := paper.Bundle(&b, all...); err != nil {
		return document.File{}, err
	}
	return document.File{Data: b.Bytes(), Name: "Ho-so-" + v.Today.String() + ".pdf"}, nil
}

// Made gives what was issued of a dossier that was opened, by code of the list.
func (s *Service) Made(ctx context.Context, v View) (out map[string][]document.Document, err error) {
	if !v.Whole {
		return nil, nil
	}
	err = s.DB.Read(ctx, func(q db.Q) error {
		out, err = s.madeOf(ctx, q, v)
		return err
	})
	return out, err
}
