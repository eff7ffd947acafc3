// Package webtest holds what tests of pages need: a kit with a feature's own
// pages and texts, a client, a parsed document with small selectors, and checks
// of structure that hold for every page.
//
//	kit := webtest.Kit(t, web.Config{}, meetingweb.Files)
//	doc := webtest.Get(t, kit, "/meetings/1-2")
//	doc.ID("roll").Text()
//	webtest.A11y(t, doc)
//	webtest.CheckPages(t, pages, map[string]any{"show.html": showData{}})
package webtest
