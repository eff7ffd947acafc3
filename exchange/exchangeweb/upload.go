package exchangeweb

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"

	"chibo/access"
	"chibo/exchange"
	"chibo/internal/fault"
	"chibo/internal/sheet"
	"chibo/internal/web"
)

// startData is the dot of start.html.
type startData struct {
	Steps []step
	Form  *web.Form
	Kinds []web.Option
	Units []web.Option
	MB    int
	Runs  []exchange.Run
}

func (s *Web) start(w http.ResponseWriter, r *http.Request) error {
	f := web.NewForm(nil).Set("kind", string(exchange.Members)).Set("unit", r.URL.Query().Get("unit"))
	return s.showStart(w, r, http.StatusOK, f)
}

func (s *Web) showStart(w http.ResponseWriter, r *http.Request, status int, form *web.Form) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	d := startData{Steps: steps(0), Form: form, MB: sheet.MaxBytes >> 20}
	if d.Units, err = s.targets(r.Context(), who); err != nil {
		return err
	}
	if len(d.Units) == 0 {
		return access.ErrForbidden
	}
	t := words(r)
	for _, k := range exchange.Kinds() {
		d.Kinds = append(d.Kinds, web.Option{Value: string(k), Label: t("exchange.kind." + string(k)), Hint: t("exchange.kind." + string(k) + ".hint")})
	}
	if d.Runs, err = s.svc.Runs(r.Context(), who); err != nil {
		return err
	}
	return s.pages.RenderStatus(w, r, status, "start.html", d)
}

const (
	// extra is what a body may have around the file.
	extra = 64 << 10
	// uploadTime is how long a slow line may take for a file.
	uploadTime = 15 * time.Minute
)

// upload takes the file. One that says that it is too large is refused unread.
func (s *Web) upload(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	if r.ContentLength > sheet.MaxBytes+extra {
		return sheet.TooLarge(sheet.MaxBytes)
	}
	http.NewResponseController(w).SetReadDeadline(s.db.Clock().Now().Add(uploadTime)) //nolint:errcheck // a test's answer has no connection
	web.AllowBody(w, r, sheet.MaxBytes+extra)
	in, err := parts(r)
	if err == nil {
		var begin exchange.BeginIn
		if begin, err = in.check(); err == nil {
			ref, beginErr := s.svc.Begin(r.Context(), who, begin)
			if beginErr == nil {
				return web.SeeOther(w, r, "/imports/"+ref.String())
			}
			err = atFile(beginErr)
		}
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	form.Values.Set("kind", in.kind)
	form.Values.Set("unit", in.unit)
	return s.showStart(w, r, form.Status, form)
}

// atFile puts a fault of the file at its field, so that the page comes back.
func atFile(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) > 0 || f.Kind != fault.Invalid && f.Kind != fault.TooLarge {
		return err
	}
	var fields fault.Fields
	args := make([]any, 0, 2*len(f.Args))
	for k, v := range f.Args {
		args = append(args, k, v)
	}
	fields.Add("file", f.Key, args...)
	return fields.Err()
}

// posted is what the form of a file holds.
type posted struct {
	kind, unit, name string
	data             []byte
}

// parts reads the form part by part into memory: a temporary file would lie unsealed.
func parts(r *http.Request) (in posted, err error) {
	mr, err := r.MultipartReader()
	if err != nil {
		return in, fault.Wrap(err, fault.Invalid, "err.form")
	}
	for {
		p, err := mr.NextPart()
		if err == io.EOF {
			return in, nil
		}
		if err != nil {
			return in, bodyFault(err)
		}
		if err := in.take(p); err != nil {
			return in, bodyFault(err)
		}
	}
}

func bodyFault(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return sheet.TooLarge(sheet.MaxBytes)
	}
	return fault.Wrap(err, fault.Invalid, "err.form")
}

func (in *posted) take(p *multipart.Part) error {
	switch p.FormName() {
	case "file":
		b, err := io.ReadAll(p)
		in.name, in.data = p.FileName(), b
		return err
	case "kind", "unit":
		b, err := io.ReadAll(io.LimitReader(p, 100))
		if p.FormName() == "kind" {
			in.kind = string(b)
		} else {
			in.unit = string(b)
		}
		return err
	}
	return nil
}

func (in *posted) check() (exchange.BeginIn, error) {
	var f fault.Fields
	k := exchange.Kind(in.kind)
	if !k.Known() {
		f.Add("kind", "exchange.err.kind")
	}
	id, err := strconv.ParseInt(in.unit, 10, 64)
	if err != nil || id <= 0 {
		f.Add("unit", "exchange.err.unit")
	}
	if in.name == "" {
		f.Add("file", "exchange.err.file")
	}
	return exchange.BeginIn{Kind: k, OrgID: id, Name: in.name, Source: bytes.NewReader(in.data), Size: int64(len(in.data))}, f.Err()
}

// template sends an empty sheet.
func (s *Web) template(w http.ResponseWriter, r *http.Request) error {
	if _, err := access.Must(r.Context()); err != nil {
		return err
	}
	k := exchange.Kind(r.PathValue("kind"))
	if !k.Known() {
		return fault.New(fault.NotFound, "err.not_found")
	}
	return exchange.Template(attach(w, fmt.Sprintf("mau-%s.xlsx", k)), k, words(r))
}

// attachment sends its head with the first byte, so that a failure before it can still
// become a page.
type attachment struct {
	w    http.ResponseWriter
	name string
	sent bool
}

func attach(w http.ResponseWriter, name string) *attachment { return &attachment{w: w, name: name} }

// Write is io.Writer.
func (a *attachment) Write(p []byte) (int, error) {
	if !a.sent {
		a.sent = true
		h, kind := a.w.Header(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		if len(a.name) > 4 && a.name[len(a.name)-4:] == ".csv" {
			kind = "text/csv; charset=utf-8"
		}
		h.Set("Content-Type", kind)
		h.Set("Content-Disposition", `attachment; filename="`+a.name+`"`)
		h.Set("Cache-Control", "no-store")
	}
	return a.w.Write(p)
}
