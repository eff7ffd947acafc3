package e2e

import "testing"

// A list as somebody in a town keeps it: two rows of headings, capitals, days in three
// spellings. The second person has no name of a cell and is told so.
const memberList = "ĐẢNG BỘ THỊ TRẤN,,,,,,,\n" +
	"STT,Họ và tên,Ngày sinh,Giới tính,Chi bộ,Ngày vào Đảng,Ngày chính thức,Về chi bộ từ ngày\n" +
	"1,  NGUYỄN   THỊ MAI ƯỚC ,3/2/1970,nữ,Hòa Bình,19-5-1995,19/5/1996,01/03/2021\n" +
	"2,Trần Văn Khuyết,1/1/1980,nam,,2/9/2005,2/9/2006,\n"

const newcomer = "Nguyễn Thị Mai Ước"

// From a list on somebody's disk to a member in another cell: imported, corrected by
// herself, moved.
func TestRegister(t *testing.T) {
	s := serve(t)
	sit := func(name, login string) *person {
		p := s.sit(t, name)
		p.signIn(login)
		return p
	}
	keeper := sit("the town's officer", town)
	imports(keeper)
	corrects(sit("the elder member", elder), keeper)
	moves(sit("the secretary", secretary), keeper)
	keeper.quiet()
}

func imports(p *person) {
	p.t.Helper()
	p.open("/imports")
	must1[bool](p, `(() => { const d = new DataTransfer(); d.items.add(new File([`+quote(memberList)+`], "danh sách đảng viên.csv"));
		find("input[type=file]", "").files = d.files; return true; })()`)
	p.press("main button.big", "")
	if !p.soon("location.pathname !== '/imports'") {
		uploads(p)
	}
	p.sees("Mỗi cột của bảng là gì?")
	p.press("main button.big", "") // every heading is known
	p.until("the rows", "document.querySelector('#counts') && calm()")
	p.sees("Còn 1 dòng cần xem")
	p.press("#store button[value=good]", "")
	p.until("the rows are stored", "norm(document.querySelector('h1').innerText).includes('Đã ghi')")
	p.press("main a.btn.primary", "")
	p.types("main form[role=search] input[name=q]", "uoc nguyen") // no marks, the wrong way round
	p.press("main form[role=search] button", "")
	p.seesIn("#list", newcomer)
}

// uploads sends the same form as plain text: headless Chromium cuts off a file that was
// made in the page now and then, before the server has read a byte of it.
func uploads(p *person) {
	p.t.Helper()
	p.t.Log("the browser cut the upload off; it is sent again as text")
	p.open("/imports")
	must1[bool](p, `(() => {
		const b = "chibo-journey", form = find("input[type=file]", "").form;
		let body = "";
		for (const [name, value] of new FormData(form)) {
			if (typeof value === "string") body += "--" + b + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
		}
		body += "--" + b + "\r\nContent-Disposition: form-data; name=\"" + find("input[type=file]", "").name + "\"; filename=\"ds.csv\"\r\n\r\n" + `+quote(memberList)+` + "\r\n--" + b + "--\r\n";
		fetch(form.action, { method: "POST", body, headers: { "Content-Type": "multipart/form-data; boundary=" + b } }).then((r) => location.assign(r.url));
		return true; })()`)
	p.until("the list that was read", "location.pathname !== '/imports'")
}

// corrects lets a member propose two fields; one is for the officer, the other for the
// secretary, so the officer sees and decides the first only.
func corrects(p, keeper *person) {
	p.t.Helper()
	p.open("/members/me/correct")
	p.types("[name=birth]", "31/02/1956")
	p.press("#fields button.primary", "")
	p.until("what is wrong with the day", "find('#e-birth', '')")
	p.types("[name=birth]", "19/04/1956")
	p.types("[name=note]", "Theo giấy khai sinh bản gốc")
	p.press("#fields button.primary", "")
	p.at("/members/me")
	p.sees("đang chờ")

	name := p.s.nameOf(p.t, elder)
	keeper.open("/corrections")
	keeper.press("main a", name)
	keeper.sees("Theo giấy khai sinh bản gốc")
	keeper.press("main button", "Chấp nhận tất cả")
	keeper.at("/corrections")
	p.open("/members/me")
	p.sees("19/04/1956")
	p.quiet()
}

func moves(lead, keeper *person) {
	p := lead
	p.t.Helper()
	p.open("/members")
	p.types("main form[role=search] input[name=q]", "mai uoc")
	p.press("main form[role=search] button", "")
	p.press("#list a", newcomer)
	p.press("#life a.btn", "")
	p.press(".big-choice", "Chuyển nội bộ")
	p.chooses("select[name=to_cell]", "Tổ dân phố")
	p.types("[name=basis]", "12-QĐ/ĐU")
	p.types("[name=basis_on]", "20/11/2026")
	p.press("main form[method=post] button.primary", "")
	p.until("the transfer's page", "location.pathname.startsWith('/transfers/') && calm()")
	way := p.path()
	if p.has("form[action$='/arrived'] button", "") {
		p.t.Error("the leaving cell is offered the other side's confirmation")
	}
	keeper.open(way)
	keeper.types("form[action$='/arrived'] [name=day]", "21/11/2026")
	keeper.press("form[action$='/arrived'] button", "")
	keeper.seesIn("main .page-head .tag", "Đã đến")
	p.open("/members")
	p.types("main form[role=search] input[name=q]", "mai uoc")
	p.press("main form[role=search] button", "")
	p.until("nobody of that name in the old cell", "calm() && !norm(document.querySelector('#list').innerText).includes("+quote(newcomer)+")")
	p.quiet()
}
