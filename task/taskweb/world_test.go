package taskweb_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
	"chibo/task"
	"chibo/task/taskweb"
)

const meetingID, paperID = int64(500), int64(600)

// world is a grassroots organisation with two cells: Hòa Bình, where Lan and Tài are
// members, and Minh Khai, where Lan is a guest. It is 3/11/2026.
type world struct {
	d          *db.DB
	home, away org.Unit
	lan, tai   int64 // memberships at home
	guest      int64 // membership of Lan in the other cell
	tasks      map[string]ident.Ref

	member, lead, upper, admin, stranger access.Actor
}

func newWorld(t *testing.T) *world {
	t.Helper()
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{d: dbtest.New(t), tasks: map[string]ident.Ref{}}
	var top, party org.Unit
	var lan int64
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		from := civil.Of(2020, 1, 1)
		set := book.At(from, "")
		for _, n := range []struct {
			to         *org.Unit
			parent     *org.Unit
			kind, name string
		}{
			{&top, &org.Unit{}, org.KindDistrict, "Đảng bộ huyện Đức Thọ"},
			{&party, &top, org.KindGrassrootsParty, "Đảng bộ thị trấn Đức Thọ"},
			{&w.home, &party, org.KindCell, "Chi bộ Tổ dân phố Hòa Bình"},
			{&w.away, &party, org.KindCell, "Chi bộ Trường THPT Minh Khai"},
		} {
			u, err := org.Add(ctx, tx, org.NewUnit{Set: set, ParentID: n.parent.ID, Kind: n.kind, Name: n.name, ValidFrom: from})
			if err != nil {
				return err
			}
			*n.to = u
		}
		join := func(person int64, cell org.Unit, kind, name string) (int64, error) {
			return member.AddMembership(ctx, tx, member.Membership{
				Part: cell.PartID, PersonID: person, CellID: cell.ID, Kind: kind, Name: name, From: from,
				Origin: member.OriginFounded, AdmittedOn: from, OfficialOn: from,
			})
		}
		if lan, err = member.AddPerson(ctx, tx, member.Person{Part: party.ID, Name: "Hồ Thị Lan", Sex: "f", Birth: civil.Of(1970, 2, 3)}); err != nil {
			return err
		}
		tai, err := member.AddPerson(ctx, tx, member.Person{Part: party.ID, Name: "Nguyễn Hữu Tài", Sex: "m", Birth: civil.Of(1961, 5, 1)})
		if err != nil {
			return err
		}
		if w.lan, err = join(lan, w.home, member.KindHome, "Hồ Thị Lan"); err != nil {
			return err
		}
		if w.guest, err = join(lan, w.away, member.KindGuest, "Hồ Thị Lan"); err != nil {
			return err
		}
		w.tai, err = join(tai, w.home, member.KindHome, "Nguyễn Hữu Tài")
		return err
	})
	at := func(account, person int64, role string, u org.Unit) access.Actor {
		return access.Actor{AccountID: account, PersonID: person, PartID: party.ID, Name: "Hồ Thị Lan", Grants: []access.Grant{{Role: role, OrgID: u.ID, Path: u.Path}}}
	}
	w.member = at(1, lan, access.RoleMember, w.home)
	w.member.Grants = append(w.member.Grants, access.Grant{Role: access.RoleMember, OrgID: w.away.ID, Path: w.away.Path})
	w.lead, w.upper = at(2, 77, access.RoleLead, w.home), at(3, 78, access.RoleUpper, top)
	w.admin = access.Actor{AccountID: 4, Name: "Quản trị", Grants: []access.Grant{{Role: access.RoleAdmin, OrgID: top.ID, Path: top.Path}}}
	w.stranger = at(5, 79, access.RoleMember, w.away)
	return w
}

func (w *world) write(t *testing.T, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	ctx := context.Background()
	if err := w.d.Write(ctx, func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
}

// fill gives tasks of every state.
func (w *world) fill(t *testing.T) {
	t.Helper()
	day := civil.Of(2026, 11, 3)
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO document (part_id, id, org_id, term_id, kind, number, symbol, subject, issued_on, owner, owner_id, model, model_hash, issued_at, issued_by)
VALUES ($1, $2, $3, 1, 'NQ', 10, '10-NQ/CB', 'sinh hoạt tháng 10', '2026-10-03', 'meeting', $4, '{}', 'x', 1, 1)`, w.home.PartID, paperID, w.home.ID, meetingID)
		return err
	})
	past := func(name string, cell org.Unit, who int64, due civil.Date, state task.State) {
		n := task.Task{
			Ref: ident.Ref{Part: cell.PartID, ID: int64(1000 + len(w.tasks))}, CellID: cell.ID, SourceID: meetingID, DocumentID: paperID,
			Seq: 1, Title: name, AssigneeID: who, Kind: task.Planned, StartOn: civil.Of(2026, 9, 3), Due: due, State: state, Version: 1,
		}
		if cell.ID == w.away.ID {
			n.SourceID, n.DocumentID = 0, 0
		}
		if state != task.Open {
			n.DoneOn, n.JudgedBy = due, 2
		}
		w.tasks[name] = n.Ref
		w.write(t, func(ctx context.Context, tx *db.Tx) error {
			return task.AddAll(ctx, tx, task.Batch{Tasks: []task.Task{n}})
		})
	}
	past("Vận động 12 hộ hiến đất mở rộng đường ngõ 3", w.home, w.lan, day.AddDays(17), task.Open)
	past("Rà soát hộ nghèo, cận nghèo trong tổ dân phố", w.home, w.lan, day.AddDays(-5), task.Open)
	past("Chuẩn bị chuyên đề học tập và làm theo Bác", w.away, w.guest, day, task.Open)
	past("Thu quỹ khuyến học", w.home, w.lan, day.AddDays(-33), task.Late)
	past("Dọn vệ sinh nhà văn hóa", w.home, w.tai, day.AddDays(2), task.Open)
	past("Tặng quà gia đình chính sách", w.home, w.tai, day.AddDays(-40), task.Beyond)
}

// texts stands for what other features' catalogues bring.
func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền.", "org.err.not_found": "Không có đơn vị này."}`)}}
}

// as makes a kit in which everybody is who.
func (w *world) as(t *testing.T, who access.Actor) *web.Kit {
	t.Helper()
	k := webtest.Kit(t, web.Config{
		Clock: w.d.Clock(),
		Frame: func(*http.Request) web.Frame {
			return web.Frame{SignedIn: true, UserName: who.Name, UnitName: w.home.Name, Demo: true}
		},
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if who.AccountID != 0 {
					r = r.WithContext(access.With(r.Context(), who))
				}
				next.ServeHTTP(rw, r)
			})
		},
	}, taskweb.Catalogue, texts())
	if _, err := taskweb.New(taskweb.Config{Kit: k, Tasks: &task.Service{DB: w.d}}); err != nil {
		t.Fatal(err)
	}
	return k
}

func (w *world) get(t *testing.T, who access.Actor, path string) *webtest.Document {
	t.Helper()
	doc := webtest.Get(t, w.as(t, who), path)
	webtest.A11y(t, doc)
	return doc
}

func (w *world) status(t *testing.T, who access.Actor, path string) int {
	t.Helper()
	rec := httptest.NewRecorder()
	w.as(t, who).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
	return rec.Code
}
