package paper

import (
	"bytes"
	"strings"
	"testing"
)

// partyStyle is a style with the measures of rules.md 7.01-7.15; the program itself gets it from the rulebook.
func partyStyle() Style {
	return Style{
		Name:   "test",
		Page:   PageStyle{Width: 210, Height: 297, Top: 20, Bottom: 20, Left: 30, Right: 15},
		Body:   BodyStyle{Font: "Times New Roman", Size: 14, Pitch: 18.5, FirstLine: 10, After: 6, MinLines: 2, ItemMark: "-"},
		Head:   HeadStyle{Mark: "ĐẢNG CỘNG SẢN VIỆT NAM", LeftWidth: 82, Pitch: 18, UpperSize: 14, IssuerSize: 14, Star: "*", NumberSize: 14, MarkSize: 15, RuleWidth: 0.75, RuleGap: 1, DateGap: 8, DateSize: 14, LetterSize: 12, KindBefore: 16, KindSize: 16, SubjectSize: 14, Dashes: "-----", DashesAfter: 6},
		Table:  TableStyle{Size: 12, Pitch: 15, PadX: 1.5, PadY: 3, Border: 0.5, After: 8},
		Sign:   SignStyle{Before: 10, RightWidth: 80, Size: 14, Pitch: 18, AuthorityBold: true, PostBold: false, Space: 25, RecipientsTitle: "Nơi nhận:", RecipientsTitleSize: 14, RecipientsSize: 12, RecipientsPitch: 15},
		Number: NumberStyle{From: 2, Top: 10, Size: 14},
		Water:  WaterStyle{Size: 72, Gray: 224, Angle: 52},
	}
}

// sampleMinutes is a two-page set of minutes with a table and two signatures.
func sampleMinutes() Document {
	return Document{
		Date: "2026-11-03", Style: partyStyle(),
		Header: Header{Upper: "ĐẢNG BỘ XÃ ĐỨC THỌ", Issuer: "CHI BỘ TỔ DÂN PHỐ HÒA BÌNH"},
		Number: "Số 37-BB/CB", PlaceDate: "Đức Thọ, ngày 03 tháng 11 năm 2026",
		Kind: "BIÊN BẢN", Subject: "sinh hoạt chi bộ thường kỳ tháng 11 năm 2026",
		Watermark: "DỮ LIỆU MẪU",
		Blocks: []Block{
			Paragraph(Bold("Thời gian: "), Text("19 giờ 30 phút, ngày 03/11/2026.")),
			Paragraph(Bold("Địa điểm: "), Text("Nhà văn hóa Tổ dân phố Hòa Bình, xã Đức Thọ.")),
			Paragraph(Bold("Thành phần: "), Text("Tổng số đảng viên 31 đồng chí (chính thức 30, dự bị 1); được miễn sinh hoạt 4 (đều chính thức, không dự); phải dự 27; có mặt 23 (chính thức 22, dự bị 1), đạt 85,2%; vắng có lý do 3 (đồng chí Đặng Thị Ước, đồng chí Hoàng Văn Đoàn, đồng chí Ngô Xuân Ánh); vắng không lý do 1 (đồng chí Bùi Đức Lợi).")),
			Paragraph(Bold("Chủ trì: "), Text("đồng chí Võ Đình Khải, Bí thư Chi bộ. "), Bold("Thư ký: "), Text("đồng chí Lê Văn Thủy, Chi ủy viên.")),
			Paragraph(Text("Đại biểu cấp ủy cấp trên dự: đồng chí Lương Hữu Trí, Ủy viên Ban Thường vụ Đảng ủy xã.")),
			Heading("I- NỘI DUNG SINH HOẠT"),
			Paragraph(Bold("1. Thông tin thời sự, quán triệt văn bản mới. "), Text("Đồng chí Lê Văn Thủy phổ biến hai văn bản của Đảng ủy về nâng cao chất lượng sinh hoạt chi bộ và công tác tạo nguồn phát triển đảng viên; thông tin tình hình an ninh trật tự, sản xuất vụ đông và kết quả thu ngân sách mười tháng đầu năm.")),
			Paragraph(Bold("2. Đánh giá kết quả thực hiện nghị quyết tháng 10. "), Text("Chi bộ hoàn thành 7 trong 9 nhiệm vụ; hai nhiệm vụ chuyển sang tháng 11 do thời tiết mưa lũ kéo dài. Biểu dương đồng chí Trần Thị Hòa và đồng chí Phạm Quốc Khánh.")),
			Paragraph(Bold("3. Thảo luận dự thảo nghị quyết tháng 11"), Text(". Có 6 ý kiến phát biểu:")),
			Item(Text("Đồng chí Trần Thị Hòa: đề nghị hỗ trợ ba hộ khó khăn kinh phí xây lại hàng rào sau khi hiến đất mở rộng đường ngõ 3; phân công đảng viên phụ trách từng hộ.")),
			Item(Text("Đồng chí Phạm Quốc Khánh: đồng ý với dự thảo; xin bổ sung thời hạn hoàn thành và người chịu trách nhiệm của từng việc để chi ủy theo dõi, đôn đốc; "), Italic("nhấn mạnh vai trò nêu gương của đảng viên"), Text(".")),
			Heading("II- PHÂN CÔNG NHIỆM VỤ"),
			Grid(Table{
				Columns: []Column{{Title: "TT", Width: 12, Align: AlignCenter}, {Title: "Nhiệm vụ", Width: 70}, {Title: "Người phụ trách"}, {Title: "Thời hạn", Width: 35, Align: AlignCenter}},
				Rows: []Row{
					Cells("1", "Vận động hiến đất mở rộng đường ngõ 3", "Trần Thị Hòa", "25/11/2026"),
					Cells("2", "Thăm, giúp đỡ ba hộ gia đình chính sách, hộ nghèo có hoàn cảnh khó khăn", "Hoàng Văn Đoàn, Đặng Thị Ước", "20/11/2026"),
					Cells("3", "Bồi dưỡng, giúp đỡ quần chúng ưu tú Phạm Thị Thúy", "Lê Văn Thủy", "30/11/2026"),
				},
			}),
			Heading("III- BIỂU QUYẾT"),
			Paragraph(Text("Tính trên 26 đảng viên chính thức (30 trừ 4 được miễn, không dự).")),
			Paragraph(Bold("1. Thông qua Nghị quyết tháng 11 "), Text("(công khai, cần từ 14 phiếu): tán thành 22/26 (84,6%), không tán thành 0, không biểu quyết 0, vắng 4; được thông qua.")),
			Paragraph(Bold("2. Đề nghị kết nạp quần chúng Phạm Thị Thủy "), Text("(phiếu kín, cần từ 18 phiếu): phát ra 22, thu vào 22, hợp lệ 22; đồng ý 21/26 (80,8%), không đồng ý 1, vắng 4; đủ hai phần ba trở lên. Đảng viên dự bị không biểu quyết.")),
			Heading("IV- KẾT LUẬN CỦA CHỦ TRÌ"),
			Paragraph(Text("Chi bộ thống nhất giao đồng chí Trần Thị Hòa phụ trách tổ vận động hiến đất mở rộng đường ngõ 3, hoàn thành trước ngày 25/11/2026; hằng tuần báo cáo chi ủy. Chi ủy hoàn thiện, ban hành nghị quyết trong ba ngày làm việc; đảng viên vắng mặt tự nghiên cứu tài liệu trên phần mềm và xác nhận trước ngày 10/11/2026. Các ý kiến còn khác nhau được ghi lại đầy đủ trong biên bản và báo cáo lên Đảng ủy xã.")),
			Paragraph(Text("Buổi sinh hoạt kết thúc lúc 21 giờ 15 phút cùng ngày. Biên bản đã được đọc lại trước chi bộ và được 100% đảng viên có mặt nhất trí thông qua.")),
		},
		Signatures: []Signature{{Post: "THƯ KÝ", Name: "Lê Văn Thủy", Side: SideLeft}, {Post: "CHỦ TRÌ", Name: "Võ Đình Khải"}},
		Recipients: []string{"Đảng ủy xã (báo cáo),", "Các đồng chí chi ủy viên,", "Lưu Chi bộ."},
	}
}

// sampleResolution is a resolution with legal bases, a long subject and one signature.
func sampleResolution() Document {
	d := sampleMinutes()
	d.Watermark, d.Number, d.Kind = "", "Số 05-NQ/CB", "NGHỊ QUYẾT"
	d.Subject = "lãnh đạo thực hiện nhiệm vụ tháng 11 năm 2026, vận động nhân dân hiến đất mở rộng đường ngõ 3 và chăm lo các hộ gia đình chính sách"
	d.Blocks = []Block{
		Item(Text("Căn cứ Điều lệ Đảng Cộng sản Việt Nam;")),
		Item(Text("Căn cứ Quy chế làm việc của Chi bộ nhiệm kỳ 2025-2027;")),
		Item(Text("Căn cứ kết quả biểu quyết tại buổi sinh hoạt chi bộ thường kỳ ngày 03/11/2026,")),
		{Type: ParagraphBlock, Align: AlignCenter, KeepNext: true, Runs: []Run{Bold("CHI BỘ QUYẾT NGHỊ")}},
		Paragraph(Bold("Điều 1. "), Text("Tiếp tục vận động các hộ dân dọc ngõ 3 hiến đất, tháo dỡ tường rào để mở rộng đường từ 2,5 m lên 4 m; phấn đấu hoàn thành giải phóng mặt bằng trước ngày 25/11/2026. Giao đồng chí Trần Thị Hòa chủ trì, phối hợp với Ban công tác Mặt trận tổ dân phố.")),
		Paragraph(Bold("Điều 2. "), Text("Phân công đảng viên thăm hỏi, giúp đỡ ba hộ gia đình chính sách, hộ nghèo có hoàn cảnh khó khăn; kịp thời báo cáo Chi ủy những vướng mắc phát sinh.")),
		Paragraph(Bold("Điều 3. "), Text("Chi ủy, các tổ đảng và toàn thể đảng viên trong Chi bộ chịu trách nhiệm thi hành Nghị quyết này.")),
	}
	d.Signatures = []Signature{{Authority: "T/M CHI BỘ", Post: "BÍ THƯ", Name: "Võ Đình Khải"}}
	return d
}

// sampleLetter has no kind: its subject stands under the number (rules.md 7.11).
func sampleLetter() Document {
	d := sampleResolution()
	d.Kind, d.Number, d.Subject = "", "Số 12-CV/CB", "về việc đăng ký bồi dưỡng đối tượng kết nạp Đảng đợt 4 năm 2026"
	d.Blocks = []Block{
		{Type: ParagraphBlock, Align: AlignCenter, Runs: []Run{Italic("Kính gửi: "), Text("Ban Thường vụ Đảng ủy xã Đức Thọ")}},
		Paragraph(Text("Chi bộ đề nghị cho quần chúng Phạm Thị Thúy tham gia lớp bồi dưỡng nhận thức về Đảng đợt 4 năm 2026.")),
	}
	return d
}

// sampleSlip is an invitation on a half sheet: the page, too, is data.
func sampleSlip() Document {
	d := sampleResolution()
	d.Style.Page = PageStyle{Width: 148, Height: 210, Top: 12, Bottom: 12, Left: 15, Right: 12}
	d.Style.Body.Size, d.Style.Body.Pitch, d.Style.Body.FirstLine = 12, 16, 8
	h := &d.Style.Head
	h.LeftWidth, h.UpperSize, h.IssuerSize, h.NumberSize, h.MarkSize, h.DateSize, h.KindSize, h.SubjectSize = 58, 10, 10, 10, 11, 10, 14, 12
	d.Style.Sign.RightWidth, d.Style.Sign.Size, d.Style.Sign.Space = 55, 12, 15
	d.Kind, d.Number, d.Subject = "GIẤY MỜI", "Số 08-GM/CB", "sinh hoạt chi bộ thường kỳ tháng 11 năm 2026"
	d.Blocks = []Block{
		{Type: ParagraphBlock, Align: AlignCenter, KeepNext: true, Runs: []Run{Italic("Kính gửi: "), Text("đồng chí Trần Thị Hòa")}},
		Paragraph(Text("Chi ủy trân trọng kính mời đồng chí dự sinh hoạt chi bộ thường kỳ tháng 11 năm 2026.")),
		Paragraph(Bold("Thời gian: "), Text("19 giờ 30 phút, ngày 03/11/2026.")),
		Paragraph(Bold("Địa điểm: "), Text("Nhà văn hóa Tổ dân phố Hòa Bình.")),
	}
	return d
}

// longTable is a list of many rows that reaches several pages.
func longTable(rows int) Document {
	d := sampleMinutes()
	t := Table{Columns: []Column{{Title: "TT", Width: 12, Align: AlignCenter}, {Title: "Họ và tên", Width: 50}, {Title: "Nhiệm vụ được giao"}}}
	for i := range rows {
		t.Rows = append(t.Rows, Cells(strings.Repeat("9", 1+i%3), "Nguyễn Thị Phương Ánh", strings.Repeat("giúp đỡ quần chúng ưu tú, ", 1+i%4)))
	}
	t.Rows = append(t.Rows, Row{Cells: []string{"", "Cộng", "300 việc"}, Bold: true})
	d.Blocks = []Block{Heading("DANH SÁCH PHÂN CÔNG"), Grid(t), Paragraph(Text("Danh sách này được chi bộ thông qua."))}
	return d
}

func samples() map[string]Document {
	return map[string]Document{"minutes": sampleMinutes(), "resolution": sampleResolution(), "letter": sampleLetter(), "slip": sampleSlip(), "table": longTable(70)}
}

func pdfOf(tb testing.TB, d Document) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := PDF(&b, d); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func docxOf(tb testing.TB, d Document) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := DOCX(&b, d); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func htmlOf(tb testing.TB, d Document) string {
	tb.Helper()
	var b bytes.Buffer
	if err := HTML(&b, d); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}
