// Package paper turns one document model into a preview (HTML), a frozen file (PDF) and a file to edit (DOCX).
//
// # Words
//
// A [Document] says what a paper contains: header, number, place and date, kind, subject, blocks, signatures,
// recipients. A [Style] says what it looks like: every margin, size and fixed word of rules.md 7.01-7.15. The style is
// data of the rulebook, dated like every rule; this package knows no measure of its own and refuses a style that
// lacks one ([Style.Validate]).
//
// # Invariants
//
//   - One layout. Lines and pages are computed once ([Measure]) with the metrics of Liberation Serif, the metric twin
//     of Times New Roman. PDF draws the laid lines. DOCX gets the same widths, exact line distances and the same
//     rules for page breaks, so that it breaks alike by itself and stays pleasant to edit. Only where another program
//     could decide otherwise is the break written down: a line break where the next word fits within a fifth of a
//     point or could be cut inside ("05-NQ/CB"), a page break before a paragraph where the page is full within half a
//     point or where the end of the paper moves as a whole. A test lets LibreOffice read the DOCX and compares.
//   - The known exception: when a last paragraph longer than a third of a page fits, but not the signatures, two lines
//     of it go over with them; LibreOffice takes the whole paragraph over.
//   - Page breaks: headings stay with two lines of what follows, paragraphs are cut with at least [BodyStyle].MinLines
//     lines on each side, rows are never cut (unless taller than a page), a table's head is repeated, the signatures
//     stand with the last lines of the body and the recipients with the signatures.
//   - The same document gives the same bytes, whenever and wherever: the dates inside are [Document.Date], zip and
//     PDF catalogues are sorted. A paper is frozen as its PDF, the hash of that, and [Document.JSON].
//   - Text is NFC, without control characters and direction overrides. A letter the font lacks is drawn as a box in
//     the PDF; DOCX and HTML keep it. Nothing a user types can break a file.
//   - Measures are whole twips (1/20 point) in height, as in DOCX, so that sums agree exactly.
//
// # How it works
//
// build (flow.go, parts.go) cuts a document into parts, paragraphs and table rows; lay (breaks.go) breaks
// paragraphs into lines; paginate (pages.go) places parts on pages. pdf.go draws pages, docx.go and docxbody.go write
// parts, html.go writes the model itself.
//
// # Digital signatures
//
// Signing stands outside: a signing service takes the bytes that [PDF] wrote and appends its signature as the format
// provides, which leaves the signed bytes as they are. [Layout].Signatures tells where each signer's free area is,
// for the visible mark. There is no signing interface here, because nothing here would call it: it belongs to the
// feature that freezes documents, between rendering and storing.
//
// # Example
//
//	doc := paper.Document{
//		Date: "2026-11-03", Style: style, // from the rulebook
//		Header: paper.Header{Upper: "ĐẢNG BỘ XÃ ĐỨC THỌ", Issuer: "CHI BỘ HÒA BÌNH"},
//		Number: "Số 05-NQ/CB", PlaceDate: "Đức Thọ, ngày 03 tháng 11 năm 2026",
//		Kind: "NGHỊ QUYẾT", Subject: "nhiệm vụ tháng 11 năm 2026",
//		Blocks: []paper.Block{
//			paper.Heading("I- NHIỆM VỤ"),
//			paper.Paragraph(paper.Bold("Điều 1. "), paper.Text("Vận động hiến đất mở rộng đường.")),
//			paper.Item(paper.Text("Căn cứ Điều lệ Đảng;")),
//		},
//		Signatures: []paper.Signature{{Authority: "T/M CHI BỘ", Post: "BÍ THƯ", Name: "Võ Đình Khải"}},
//		Recipients: []string{"Đảng ủy xã (báo cáo),", "Lưu Chi bộ."},
//	}
//	err := paper.PDF(w, doc)
package paper
