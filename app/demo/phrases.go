package demo

import (
	"fmt"
	"math/rand/v2"
	"unicode"

	"chibo/internal/civil"
)

// job is one kind of task with what is expected of it.
type job struct{ title, product string }

func jobs(kind string) []job {
	if kind == residential {
		return []job{
			{"Vận động hộ gia đình chỉnh trang hàng rào, trồng hoa tuyến đường tự quản", "Danh sách hộ hoàn thành"},
			{"Nắm tình hình tư tưởng nhân dân, phản ánh với chi ủy", "Báo cáo tại kỳ họp sau"},
			{"Phụ trách nhóm hộ, tuyên truyền phân loại rác tại nguồn", "Số hộ thực hiện"},
			{"Thăm hỏi, giúp đỡ hộ nghèo, gia đình chính sách", "Số hộ được thăm, phần quà"},
			{"Vận động nhân dân đóng góp quỹ khuyến học", "Số tiền, danh sách ủng hộ"},
			{"Kiểm tra việc sử dụng nhà văn hóa, sân thể thao", "Biên bản kiểm tra"},
			{"Theo dõi, giúp đỡ quần chúng ưu tú", "Nhận xét bằng văn bản"},
			{"Phối hợp giữ gìn an ninh trật tự, phòng chống trộm cắp", "Không để xảy ra vụ việc"},
			{"Tuyên truyền sản xuất vụ mới đúng lịch thời vụ", "Diện tích gieo cấy đúng lịch"},
		}
	}
	return []job{
		{"Rà soát, hoàn thành nhiệm vụ chuyên môn trọng tâm của tháng", "Báo cáo kết quả"},
		{"Tham mưu cải tiến quy trình giải quyết công việc", "Bản đề xuất"},
		{"Theo dõi, giúp đỡ quần chúng ưu tú trong đơn vị", "Nhận xét bằng văn bản"},
		{"Nêu gương, nhắc nhở thực hiện kỷ luật lao động", "Không có vi phạm"},
		{"Tổ chức phong trào thi đua của đoàn thể", "Kết quả phong trào"},
		{"Chuẩn bị báo cáo chuyên đề quý", "Báo cáo được chi ủy thông qua"},
		{"Giữ liên hệ với cấp ủy nơi cư trú", "Nhận xét của nơi cư trú"},
	}
}

func opinions(kind string) []string {
	if kind == residential {
		return []string{
			"Nhất trí với dự thảo; đề nghị phân công rõ người phụ trách từng tuyến đường.",
			"Đề nghị sớm sửa hệ thống chiếu sáng ở ngõ phía sau nhà văn hóa.",
			"Cần quan tâm hơn tới đảng viên cao tuổi, sức yếu khi giao việc.",
			"Tình hình đóng góp quỹ còn chậm, đề nghị nhắc nhở kịp thời.",
			"Đề nghị công khai danh sách hộ được hỗ trợ để nhân dân giám sát.",
			"Kết quả tháng trước tốt, nên biểu dương đồng chí phụ trách.",
			"Mương thoát nước bị tắc, đề nghị huy động ngày công vào cuối tuần.",
			"Đề nghị lãnh đạo chi đoàn tham gia giữ gìn vệ sinh môi trường.",
		}
	}
	return []string{
		"Nhất trí với báo cáo; đề nghị làm rõ nguyên nhân hai việc chậm.",
		"Cần dành nhiều thời gian hơn cho công tác xây dựng Đảng, bớt nội dung chuyên môn.",
		"Đề nghị phân công cụ thể, có thời hạn cho từng đảng viên.",
		"Đề nghị quan tâm bồi dưỡng quần chúng trẻ trong đơn vị.",
		"Việc phối hợp giữa các bộ phận còn chậm, cần khắc phục ngay trong tháng.",
		"Biểu dương tinh thần trách nhiệm của các đồng chí trực tiếp thực hiện.",
	}
}

func themes() []string {
	return []string{
		"Học tập và làm theo tư tưởng Hồ Chí Minh về nêu gương",
		"Nâng cao chất lượng sinh hoạt chi bộ theo trình tự mới",
		"Phòng, chống tham nhũng, lãng phí từ những việc nhỏ",
		"Truyền thống cách mạng quê hương",
		"Xây dựng khu dân cư, cơ quan văn hóa",
		"Tạo nguồn, bồi dưỡng quần chúng ưu tú",
		"Chuyển đổi số trong công việc hằng ngày",
	}
}

func excuses() []string { return []string{"illness", "business", "family", "shift"} }

func reviewText(done, due int, m civil.Month) string {
	if due == 0 {
		return fmt.Sprintf("Chi bộ đã triển khai các nhiệm vụ thường xuyên của tháng %d; tình hình tư tưởng đảng viên ổn định.", m.Add(-1).Num())
	}
	return fmt.Sprintf("Chi bộ hoàn thành %d trên %d nhiệm vụ của nghị quyết tháng %d; tình hình tư tưởng đảng viên và nhân dân ổn định.", done, due, m.Add(-1).Num())
}

func directionText(first string) string {
	return fmt.Sprintf("Tập trung %s; giữ vững nền nếp sinh hoạt; theo dõi, giúp đỡ quần chúng ưu tú.", lowerStart(first))
}

func conclusionText(r *rand.Rand) string {
	return pick(r, []string{
		"Chi bộ thống nhất nội dung dự thảo nghị quyết; các đồng chí được giao việc báo cáo tiến độ với chi ủy hằng tuần.",
		"Chủ trì tiếp thu các ý kiến; chi ủy bổ sung vào nghị quyết và kiểm tra việc thực hiện.",
		"Chi bộ đánh giá đúng kết quả và hạn chế; tháng tới tập trung khắc phục các việc còn chậm.",
	})
}

// lowerStart writes a title inside a sentence.
func lowerStart(s string) string {
	r := []rune(s)
	if len(r) > 0 {
		r[0] = unicode.ToLower(r[0])
	}
	return string(r)
}
