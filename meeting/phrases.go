package meeting

// The fixed words of minutes and resolutions. Papers are Vietnamese whatever language
// the reader has chosen, so they are not in the catalogues.
const (
	wordCommunist = "đồng chí "
	wordStop      = "."
	wordToMembers = "Các đồng chí đảng viên trong chi bộ,"
	wordReport    = " (báo cáo),"
	wordParty     = "Đảng bộ "
	wordSample    = "DỮ LIỆU MẪU"
	wordCommittee = "Đảng ủy "

	wordToCommittee = "Các đồng chí chi ủy viên,"
	wordAsInvited   = "Như kính mời,"
	wordCarryOut    = " (thực hiện),"
	wordAbove       = "cấp ủy cấp trên"
	wordNoNumber    = "…" // before a paper has its number
	wordSpecimen    = "XEM THỬ"
	specimenTo      = "Hội Nông dân"

	labelTime     = "Thời gian: "
	labelPlace    = "Địa điểm: "
	labelPeople   = "Thành phần: "
	labelChair    = "Chủ trì: "
	labelClerk    = "Thư ký: "
	labelVisitors = "Đại biểu cấp ủy cấp trên: "
	labelGuests   = "Khách mời: "
	labelMoves    = "Đến sau, vắng mặt một phần: "
	labelWay      = "Hình thức họp: "
	labelFee      = "Đảng phí: "
	labelTheme    = "Chuyên đề: "
	labelPraise   = "Biểu dương: "
	labelFaults   = "Hạn chế, nguyên nhân: "
	labelRemind   = "Nhắc nhở, hạn chế: "
	labelKept     = "Ý kiến bảo lưu: "
	labelContent  = "Nội dung: "
	labelOutcome  = "Kết quả: "
	labelTask     = "Nhiệm vụ: "
	labelWho      = "Người thực hiện: "
	labelDue      = "Thời hạn hoàn thành: "
	labelProduct  = "Kết quả cần đạt: "

	colNo       = "TT"
	colTask     = "Nhiệm vụ"
	colHour     = "Thời gian"
	colContent  = "Nội dung"
	colWho      = "Người thực hiện"
	colDue      = "Thời hạn"
	colProduct  = "Kết quả cần đạt"
	colBefore   = "Đầu kỳ"
	colResult   = "Kết quả"
	colCharge   = "Người phụ trách"
	colOut      = "Sản phẩm, kết quả"
	colNote     = "Ghi chú"
	colMonth    = "Tháng"
	colCriteria = "Nội dung chấm điểm"
	colMax      = "Điểm tối đa"
	colSelf     = "Điểm tự chấm"
	colMark     = "Đánh giá"

	colOption    = "Ý kiến"
	colCandidate = "Họ và tên"
	colForm      = "Hình thức"
	colVotes     = "Số phiếu"
	colCumulated = "Cộng dồn"
	colNeeded    = "Cần đạt"
	colShare     = "Tỷ lệ"
	colOutcome   = "Kết quả"
	colMarkHere  = "Đánh dấu"

	textCountNo      = "Biên bản kiểm phiếu số "
	textYes          = "Đồng ý"
	textNo           = "Không đồng ý"
	textOther        = "Ý kiến khác"
	textNoDiscipline = "Không kỷ luật"
	textSlateYes     = "Bầu cả danh sách"
	textSlateNo      = "Không bầu"

	textNoSpeech     = "phát biểu ý kiến"
	textReviewDraft  = "Chi bộ đã tổ chức thực hiện nghị quyết của kỳ sinh hoạt trước; kết quả thực hiện từng nhiệm vụ nêu tại bảng dưới đây."
	textAgendaAgreed = "Chi ủy thống nhất nội dung, chương trình sinh hoạt, dự thảo nghị quyết và những nội dung cần biểu quyết."
	textGoesOn       = "Tiếp tục thực hiện"
	textNotJudged    = "Chưa đánh giá"
	textScoreDraft   = "Chi ủy đề xuất"
	textScoreSelf    = "Chi bộ tự chấm"
)

// textDirectionDraft is the draft of part II of a cell that has no earlier one.
const textDirectionDraft = `Tiếp tục tuyên truyền, quán triệt và tổ chức thực hiện các chủ trương của Đảng, chính sách, pháp luật của Nhà nước; nắm chắc tình hình tư tưởng của đảng viên và nhân dân.
Lãnh đạo thực hiện nhiệm vụ chính trị của địa phương, đơn vị; hoàn thành các nhiệm vụ được cấp trên giao trong tháng.
Nâng cao chất lượng sinh hoạt chi bộ; phân công, kiểm tra, giám sát đảng viên thực hiện nhiệm vụ; chăm lo tạo nguồn phát triển đảng viên.`

// meetingTitle is the subject of the minutes, in small letters under the kind.
func meetingTitle(kind string) string {
	switch kind {
	case Regular:
		return "sinh hoạt chi bộ thường kỳ"
	case Thematic:
		return "sinh hoạt chuyên đề"
	case Extraordinary:
		return "họp chi bộ bất thường"
	case Congress:
		return "đại hội chi bộ"
	case "year_review":
		return "hội nghị kiểm điểm"
	case "ceremony":
		return "lễ kết nạp đảng viên"
	case "badge_ceremony":
		return "lễ trao Huy hiệu Đảng"
	case "seminar":
		return "tọa đàm"
	}
	return "họp chi bộ"
}

// eventOf names a meeting in a sentence.
func eventOf(kind string) string {
	if kind == Extraordinary {
		return "cuộc họp chi bộ bất thường"
	}
	return "buổi " + meetingTitle(kind)
}

// meetingVerb is how the opening paragraph of a resolution names the meeting.
func meetingVerb(kind string) string {
	switch kind {
	case Regular:
		return "tổ chức sinh hoạt thường kỳ"
	case Extraordinary:
		return "tổ chức họp bất thường"
	}
	return "tổ chức " + meetingTitle(kind)
}

// taskState names a task's state in the tables.
func taskState(state string) string {
	switch state {
	case "overdue":
		return "Quá hạn"
	case "told":
		return "Đã báo hoàn thành"
	case "open":
		return "Đang thực hiện"
	case "done":
		return "Hoàn thành"
	case "late":
		return "Hoàn thành chậm"
	case "beyond":
		return "Hoàn thành vượt mức"
	case "undone":
		return "Không hoàn thành"
	}
	return textNotJudged
}
