package demo

import "math/rand/v2"

// The pools are common parts of Vietnamese names, put together by chance: whoever
// comes out exists only here.
func families() []string {
	return []string{
		"Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Lê", "Phạm", "Phan", "Phan", "Hoàng", "Võ", "Võ",
		"Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Đinh", "Đoàn", "Trịnh", "Mai", "Hà", "Lương", "Cao", "Thái", "Tô", "Kiều", "Uông", "Lưu",
	}
}

func middles(female bool) []string {
	if female {
		return []string{"Thị", "Thị", "Thị", "Thị Thu", "Thị Hồng", "Thị Thanh", "Thị Minh", "Thị Kim", "Thị Ngọc", "Thị Bích", "Thị Lan", "Thị Hải", "Thị Quỳnh"}
	}
	return []string{"Văn", "Văn", "Văn", "Đình", "Xuân", "Quốc", "Hữu", "Đức", "Minh", "Trọng", "Công", "Ngọc", "Hồng", "Duy", "Bá", "Viết", "Sỹ", "Thế", "Khắc", "Tiến"}
}

func givens(female bool) []string {
	if female {
		return []string{
			"Hòa", "Lan", "Hương", "Thủy", "Hạnh", "Nga", "Liên", "Loan", "Phượng", "Thảo", "Yến", "Tâm", "Nhung", "Hiền", "Dung",
			"Hằng", "Trang", "Oanh", "Vân", "Xuân", "Lý", "Mai", "Cúc", "Huệ", "Nguyệt", "Thơm", "Bình", "Sen", "Tuyết", "Quyên", "Lài", "Diệu",
		}
	}
	return []string{
		"Hùng", "Dũng", "Sơn", "Hải", "Khải", "Thắng", "Tuấn", "Long", "Thành", "Quang", "Minh", "Đức", "Bình", "Lợi", "Cường",
		"Khánh", "Trung", "Nam", "Phúc", "Lộc", "Thọ", "Tài", "Toàn", "Tiến", "Hưng", "Việt", "Nghĩa", "Hiếu", "Đạt", "Vinh", "Chiến", "Ánh", "Sáu", "Đoàn", "Châu", "Ký",
	}
}

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

func personName(r *rand.Rand, female bool) string {
	return pick(r, families()) + " " + pick(r, middles(female)) + " " + pick(r, givens(female))
}

// rareFamilies and rareGivens bring the letters and tones that the common pools lack,
// some of them in the old spelling.
func rareFamilies() []string {
	return []string{"Lò", "Giàng", "Vừ", "Sùng", "Quàng", "Nông", "Triệu", "Khuất", "Ninh", "Lã", "Cấn", "Thạch", "Sằm", "Tẩn", "Hờ", "Ỷ"}
}

func rareGivens(female bool) []string {
	if female {
		return []string{
			"Mẩy", "Vẻ", "Lẽ", "Hè", "Bé", "Mẹo", "Thỉ", "Nhỏ", "Nữ", "Thuỷ", "Hoà", "Mỵ", "Quý", "Nết", "Bưởi", "Thắm", "Cẩm", "Gấm", "Rĩ", "Sửu", "Dậu",
			"Thẻ", "Xoè", "Nghị", "Thuở", "Nụ", "Hến", "Ngoãn", "Gọn",
		}
	}
	return []string{
		"Sẵn", "Hẳn", "Mẫn", "Điền", "Nhì", "Trí", "Phó", "Tổng", "Sở", "Đỡ", "Thời", "Hới", "Cử", "Tự", "Kỷ", "Tỵ", "Kỳ", "Thẳng", "Tấn", "Nhật", "Ắt", "Lữ",
		"Sủng", "Vượng", "Đoản", "Hợp", "Thặng", "Rễ", "Bể", "Bẽn", "Cổn", "Hỗ", "Từng", "Phủ", "Vỹ", "Ngỡ", "Thĩ",
	}
}

// rareGiven gives the n-th of the rare given names, which come round again.
func rareGiven(n int, female bool) string { return rareGivens(female)[n%len(rareGivens(female))] }

func rareName(r *rand.Rand, female bool) string {
	return pick(r, rareFamilies()) + " " + pick(r, middles(female)) + " " + pick(r, rareGivens(female))
}
