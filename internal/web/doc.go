// Package web is the machinery under every page: the chain of middleware, the
// layout, forms, errors, assets and languages. It knows nothing of meetings or
// members; features bring pages and handlers, app brings sessions and the frame.
//
// Words. A kit is the one server object; a page is a file pages/*.html of a
// feature, parsed once per language together with the layout; the frame is what
// surrounds a page (whose desk it is, navigation, badges); a form carries what
// was typed together with what is wrong with it.
//
// Invariants: a page is rendered to memory before a byte is sent; an error is
// mapped to a status in one place (Kit.fail) and an internal one is logged once
// with the request id; no inline script or style leaves the server; the log
// never holds a path with values, a query string or an address.
//
//	kit, err := web.NewKit(web.Config{Bundle: bundle, Frame: frame})
//	pages, err := kit.Pages(meetingweb.Files)
//	kit.Handle("GET /meetings/{id}", func(w http.ResponseWriter, r *http.Request) error {
//		id, err := web.ID(r, "id")
//		if err != nil {
//			return err
//		}
//		return pages.Render(w, r, "show.html", showData{ID: id})
//	})
package web
