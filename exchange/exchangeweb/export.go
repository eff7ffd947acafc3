package exchangeweb

import (
	"fmt"
	"net/http"

	"chibo/access"
	"chibo/exchange"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/org"
)

// askData is the dot of export.html.
type askData struct {
	Kind     exchange.Kind
	Unit     org.Unit
	Form     *web.Form
	Search   string
	Standing string
	Back     string
	Formats  []web.Option
}

// wanted is what a list's page, or the form here, says of the list.
type wanted struct {
	Unit     int64  `form:"unit"`
	Search   string `form:"q"`
	Standing string `form:"standing"`
	Numbers  bool   `form:"numbers"`
	Format   string `form:"format"`
	Reason   string `form:"reason"`
}

// ask asks why a list is needed. It comes with what the list was narrowed to in the
// body, since a name does not belong into an address.
func (s *Web) ask(w http.ResponseWriter, r *http.Request) error {
	var in wanted
	read := web.DecodeQuery
	if r.Method == http.MethodPost {
		read = web.Decode
	}
	if err := read(r, &in); err != nil {
		return fault.Wrap(err, fault.NotFound, "err.not_found")
	}
	return s.showAsk(w, r, http.StatusOK, in, web.NewForm(nil).Set("format", "xlsx"))
}

func (s *Web) showAsk(w http.ResponseWriter, r *http.Request, status int, in wanted, form *web.Form) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	d := askData{Kind: exchange.Kind(r.PathValue("kind")), Form: form, Search: in.Search, Standing: in.Standing}
	if !d.Kind.Known() {
		return fault.New(fault.NotFound, "err.not_found")
	}
	err = s.db.Read(r.Context(), func(q db.Q) error {
		if d.Unit, err = org.ByID(r.Context(), q, in.Unit); err != nil {
			return err
		}
		_, err = exchange.MayExport(who, d.Kind, d.Unit)
		return err
	})
	if err != nil {
		return err
	}
	t := words(r)
	d.Formats = []web.Option{{Value: "xlsx", Label: t("exchange.takeout.xlsx")}, {Value: "csv", Label: t("exchange.takeout.csv")}}
	d.Back = fmt.Sprintf("/units?unit=%d", d.Unit.ID)
	if d.Kind == exchange.Members {
		d.Back = fmt.Sprintf("/members?unit=%d", d.Unit.ID)
	}
	return s.pages.RenderStatus(w, r, status, "export.html", d)
}

// take sends the list.
func (s *Web) take(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var in wanted
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	kind := exchange.Kind(r.PathValue("kind"))
	ext := "xlsx"
	if in.Format == "csv" {
		ext = "csv"
	}
	name := fmt.Sprintf("%s-%s.%s", kind, s.today(), ext)
	if !kind.Known() {
		return fault.New(fault.NotFound, "err.not_found")
	}
	err = s.svc.Export(r.Context(), who, exchange.ExportIn{
		Kind: kind, OrgID: in.Unit, Search: in.Search, Standing: in.Standing, Numbers: in.Numbers, Text: ext == "csv", Reason: in.Reason,
	}, attach(w, name), words(r))
	if form, ok := web.Retry(r, err); ok {
		return s.showAsk(w, r, form.Status, in, form)
	}
	return err
}
