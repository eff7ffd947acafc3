package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"chibo/access"
	"chibo/exchange"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/seal"
	"chibo/internal/sheet"
	"chibo/org"
	"chibo/rulebook"
)

// Limits of an import and of an export.
const (
	importRows   = 150_000
	importLimit  = 60 // seconds
	importMemory = 300
	exportMemory = 300
)

// imports measures a province's list: 150,000 dirty rows of a workbook into an empty
// register by the command, the same file a second time, and the list taken out again.
func (l *lab) imports(ctx context.Context) error {
	l.out.part(fmt.Sprintf("Import of %d rows by the command, one transaction", importRows))
	if err := l.build(ctx); err != nil {
		return err
	}
	file, key, list := filepath.Join(l.dir, "import.db"), filepath.Join(l.dir, "import.key"), filepath.Join(l.dir, "list.xlsx")
	cells, err := province(ctx, file, key)
	if err != nil {
		return err
	}
	if err := dirtySheet(list, cells); err != nil {
		return err
	}
	if info, err := os.Stat(list); err == nil {
		l.out.note("size of the workbook", fmt.Sprintf("%.1f MB", megabytes(info.Size())))
	}
	before := load()
	for _, again := range []bool{false, true} {
		name := "into an empty register"
		if again {
			name = "the same file again"
		}
		if err := l.importOnce(ctx, file, key, list, name, again); err != nil {
			return err
		}
	}
	if err := l.exportOnce(ctx, file, key); err != nil {
		return err
	}
	l.out.note("machine's load before and after", before+" / "+load())
	return nil
}

// importOnce runs the command as its own process and watches its memory.
func (l *lab) importOnce(ctx context.Context, file, key, list, name string, again bool) error {
	cmd := exec.CommandContext(ctx, l.bin, "import", "members", list, "--into", "38", "--json", "--db", file, "--key", key)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	watching, stop := context.WithCancel(ctx)
	watched := make(chan int64)
	go func() { watched <- watch(watching, cmd.Process.Pid) }()
	err := cmd.Wait()
	took := time.Since(began)
	stop()
	high := <-watched
	var res struct {
		Rows, New, Changed, Unchanged, Skipped int
		Errors                                 []any
	}
	if jsonErr := json.Unmarshal(out.Bytes(), &res); err != nil || jsonErr != nil {
		return fmt.Errorf("%s: %w, %v\n%.2000s\n%.2000s", name, err, jsonErr, out.String(), errs.String())
	}
	if want := importRows; !again && res.New != want || again && res.Unchanged != want {
		return fmt.Errorf("%s: %+v", name, res)
	}
	l.out.most(name, took.Seconds(), importLimit, "s")
	l.out.note("  processor time, user + system", fmt.Sprintf("%.1f s", (cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()).Seconds()))
	l.out.most("  resident memory, highest", megabytes(high), importMemory, "MB")
	return nil
}

// exportOnce takes the whole list out in this process.
func (l *lab) exportOnce(ctx context.Context, file, key string) error {
	svc, d, err := exchangeOn(ctx, file, key)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // it is thrown away
	var unit org.Unit
	if err := d.Read(ctx, func(q db.Q) (err error) {
		unit, err = org.Top(ctx, q)
		return err
	}); err != nil {
		return err
	}
	top := access.Actor{AccountID: 1, Name: "bench", Grants: []access.Grant{{Role: access.RoleKeeper, OrgID: unit.ID, Path: unit.Path}}}
	out, err := os.Create(filepath.Join(l.dir, "out.xlsx"))
	if err != nil {
		return err
	}
	watching, stop := context.WithCancel(ctx)
	defer stop()
	watched := make(chan int64)
	go func() { watched <- watch(watching, os.Getpid()) }()
	began := time.Now()
	err = svc.Export(ctx, top, exchange.ExportIn{Kind: exchange.Members, OrgID: unit.ID, Reason: "bench", Numbers: true}, out,
		func(key string, _ ...any) string { return key })
	took := time.Since(began)
	stop()
	high := <-watched
	if err != nil {
		return err
	}
	l.out.note("the list taken out as a workbook", fmt.Sprintf("%.1f s", took.Seconds()))
	l.out.most("  resident memory of this process, highest", megabytes(high), exportMemory, "MB")
	return out.Close()
}

func exchangeOn(ctx context.Context, file, key string) (*exchange.Service, *db.DB, error) {
	d, err := db.Open(ctx, db.Options{URL: file, Clock: clock.System()})
	if err != nil {
		return nil, nil, err
	}
	book, err := rulebook.New()
	if err != nil {
		return nil, nil, err
	}
	keys, err := seal.Load(ctx, d, key)
	return &exchange.Service{DB: d, Book: book, Keys: keys}, d, err
}

// province founds a province with 100 communes, each with 10 organisations of 5 cells,
// and gives the codes of the cells.
func province(ctx context.Context, file, key string) (cells []string, err error) {
	svc, d, err := exchangeOn(ctx, file, key)
	if err != nil {
		return nil, err
	}
	defer d.Close() //nolint:errcheck // the command opens it next
	day := civil.Of(2025, 7, 1)
	set := svc.Book.At(day, "")
	err = d.Write(ctx, func(tx *db.Tx) error {
		add := func(parent int64, kind, name, code string) (int64, error) {
			u, err := org.Add(ctx, tx, org.NewUnit{Set: set, ParentID: parent, Kind: kind, Name: name, Code: code, ValidFrom: day})
			return u.ID, err
		}
		top, err := add(0, org.KindProvince, "Đảng bộ tỉnh mẫu", "38")
		for c := 0; err == nil && c < 100; c++ {
			var commune, unit int64
			commune, err = add(top, org.KindCommuneParty, fmt.Sprintf("Đảng bộ xã %d", c+1), fmt.Sprintf("38.%03d", c+1))
			for g := 0; err == nil && g < 10; g++ {
				unit, err = add(commune, org.KindGrassrootsParty, fmt.Sprintf("Đảng bộ cơ sở %d", g+1), fmt.Sprintf("38.%03d.%03d", c+1, g+1))
				for x := 0; err == nil && x < 5; x++ {
					code := fmt.Sprintf("38.%03d.%03d.000.%03d", c+1, g+1, x+1)
					cells = append(cells, code)
					_, err = add(unit, org.KindCell, fmt.Sprintf("Chi bộ %d", x+1), code)
				}
			}
		}
		return err
	})
	return cells, err
}

// dirtySheet writes the list as people keep it: dates in many spellings, odd spaces and
// capitals, telephone numbers without their zero, words for standing.
func dirtySheet(file string, cells []string) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	p := sheet.Page{Left: []string{"ĐẢNG BỘ TỈNH MẪU"}, Right: []string{"ĐẢNG CỘNG SẢN VIỆT NAM"}, Title: "DANH SÁCH ĐẢNG VIÊN"}
	for _, t := range []string{"STT", "Họ và tên", "Giới tính", "Ngày sinh", "Mã chi bộ", "Ngày vào Đảng", "Ngày chính thức", "Số thẻ đảng viên", "Số CCCD", "Điện thoại", "Ghi chú"} {
		p.Columns = append(p.Columns, sheet.Column{Title: t})
	}
	w, err := sheet.NewWorkbook(out, p)
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range importRows {
		if err := w.Row(dirtyRow(r, i, cells[i%len(cells)])...); err != nil {
			return err
		}
	}
	if err := w.Row("", "Tổng cộng: 150.000 đảng viên"); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return out.Close()
}

func dirtyRow(r *rand.Rand, i int, cell string) []any {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	// Every cell has each pair of given and middle name once: nobody is almost somebody.
	n := i / 5000
	given := []string{"An", "Bình", "Cường", "Dung", "Giang", "Hạnh", "Khánh", "Loan", "Nghĩa", "Phượng", "Quyết", "Sâm", "Thanh", "Uyên", "Vinh", "Xuân"}
	name := []string{"Nguyễn Văn", "Trần Thị", "Lê Hữu", "Phan Thị"}[n%4] + "  " + given[n/4%len(given)]
	if i%3 == 0 {
		name = " " + name + " "
	}
	y, m, d := 1945+n*2%58, 1+(n*5)%12, 1+(n*7)%28
	admitted := civil.Of(y+25, 2, 3)
	official := civil.Of(y+26, 2, 3)
	sex := "Nam"
	if n%2 == 1 {
		sex = "Nữ"
	}
	return []any{
		i + 1, name, sex, spell(r, y, m, d), cell, spell(r, admitted.Year(), 2, 3), spell(r, official.Year(), 2, 3),
		fmt.Sprintf("038%09d", i), fmt.Sprintf("040%09d", i), pick("0", "", "+84 ", "84") + fmt.Sprintf("912%06d", i), pick("", "", "", "", "", "miễn sinh hoạt", "Đi làm ăn xa", "tạm thời"),
	}
}

// spell writes a day as people do, always to the day.
func spell(r *rand.Rand, y, m, d int) string {
	switch r.IntN(6) {
	case 0:
		return fmt.Sprintf("%d/%d/%d", d, m, y)
	case 1:
		return fmt.Sprintf("%02d-%02d-%d", d, m, y)
	case 2:
		return fmt.Sprintf("%d.%d.%d", d, m, y)
	case 3:
		return fmt.Sprintf("ngày %d tháng %d năm %d", d, m, y)
	case 4:
		return fmt.Sprintf("%02d%02d%d", d, m, y)
	}
	return fmt.Sprintf("%d-%02d-%02d", y, m, d)
}
