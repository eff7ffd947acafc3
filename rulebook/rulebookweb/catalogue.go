package rulebookweb

import (
	"embed"
	"io/fs"
)

//go:embed i18n/*.json
var texts embed.FS

// Catalogue gives the texts, vi.json and en.json, as i18n.Load takes them.
func Catalogue() fs.FS {
	sub, err := fs.Sub(texts, "i18n")
	if err != nil { // the name is a constant, so this cannot be
		panic(err)
	}
	return sub
}
