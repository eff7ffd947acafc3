package web

import (
	"fmt"
	"html/template"
	"strings"
)

// drawings are the icons: 24 × 24, drawn with strokes of the text's colour.
const drawings = `
home      M3 11l9-8 9 8M5 9.5V21h5v-6h4v6h5V9.5
calendar  M4 6h16v15H4zM4 10.5h16M8 3v5M16 3v5
tasks     M4 6l1.5 1.5L8 5M4 12l1.5 1.5L8 11M4 18l1.5 1.5L8 17M11 6.5h9M11 12.5h9M11 18.5h9
person    M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c.5-4.5 3.5-7 8-7s7.5 2.5 8 7
people    M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.4-4 2.8-6 6.5-6s6.1 2 6.5 6M16 4.2a3.5 3.5 0 0 1 0 6.6M17.5 14.3c2.400.7 3.700 2.6 4 5.700
chart     M4 20V10M10 20V4M16 20v-7M21 20H3
book      M5 4h13v16H6.5A1.5 1.5 0 0 1 5 18.5zM5 18.5A1.5 1.5 0 0 1 6.5 17H18M9 8h5
news      M4 5h13v15H5.5A1.5 1.5 0 0 1 4 18.5zM17 9h3v9.5A1.5 1.5 0 0 1 18.5 20H17M7.5 9h6M7.5 12.5h6M7.5 16h4
bell      M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 21h4M12 5V3
menu      M4 7h16M4 12h16M4 17h16
more      M6 12a1 1 0 1 0-2 0 1 1 0 0 0 2 0zM13 12a1 1 0 1 0-2 0 1 1 0 0 0 2 0zM20 12a1 1 0 1 0-2 0 1 1 0 0 0 2 0z
check     M5 12.5l4.5 4.5L19 7.5
cross     M6 6l12 12M18 6L6 18
plus      M12 5v14M5 12h14
minus     M5 12h14
edit      M4 20l1-4L16.5 4.5l3 3L8 19zM14 7l3 3
trash     M4 7h16M9 7V4h6v3M6.5 7l1 14h9l1-14M10 11v6M14 11v6
print     M7 8V3h10v5M7 17H4V9.5A1.5 1.5 0 0 1 5.5 8h13A1.5 1.5 0 0 1 20 9.5V17h-3M7 14h10v7H7z
copy      M9 9h11v12H9zM5 15H4V3h11v2
download  M12 4v11M7.5 11L12 15.5 16.5 11M4 20h16
upload    M12 16V5M7.5 9L12 4.5 16.5 9M4 20h16
send      M21 4L3 11l7 3 3 7zM21 4L10 14
mail      M3 6h18v13H3zM3 7l9 7 9-7
phone     M6 3h4l1.5 5L9 10a12 12 0 0 0 5 5l2-2.5 5 1.5v4a2 2 0 0 1-2 2C10.5 20 4 13.5 4 5a2 2 0 0 1 2-2z
screen    M3 5h18v12H3zM8 21h8M12 17v4
clock     M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.5l3.5 2
place     M12 21c4.5-5 7-8.3 7-11.5A7 7 0 0 0 5 9.5C5 12.700 7.5 16 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z
vote      M5 11l5-7 4 3-5 7M3 14h18v6H3zM8 17h8
hand      M8 12V5.5a1.5 1.5 0 0 1 3 0V11M11 10V4.5a1.5 1.5 0 0 1 3 0V11M14 11V6.5a1.5 1.5 0 0 1 3 0V15c0 4-2 6-5.5 6-3 0-4.5-1.5-6-4.5L4 13a1.5 1.5 0 0 1 2.6-1.400L8 14
chat      M4 5h16v11H10l-5 4v-4H4zM8 9h8M8 12.5h5
file      M6 3h8l5 5v13H6zM14 3v5h5M9 13h7M9 17h7
folder    M3 6h6l2 2.5h10V19H3z
search    M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5
info      M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v6M12 7.5v.01
warn      M12 4l9.5 16.5h-19zM12 10v5M12 17.5v.01
late      M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v6M12 16.5v.01
lock      M5 11h14v10H5zM8 11V8a4 4 0 0 1 8 0v3
unlock    M5 11h14v10H5zM8 11V8a4 4 0 0 1 7.5-2
key       M8 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 12h9v4M17 12v3
sun       M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M5 5l1.700 1.700M17.3 17.3L19 19M5 19l1.700-1.700M17.3 6.700L19 5
moon      M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z
auto      M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 3v18M12 8h6M12 12h8.5M12 16h6
signout   M14 4H5v16h9M10 12h11M17.5 8.5L21 12l-3.5 3.5
left      M15 5l-7 7 7 7
right     M9 5l7 7-7 7
up        M5 15l7-7 7 7
down      M5 9l7 7 7-7
play      M7 4.5v15l12-7.5z
stop      M6 6h12v12H6z
star      M12 3l2.700 6 6.3.6-4.8 4.2 1.5 6.3L12 16.700 6.3 20.1l1.5-6.3L3 9.6 9.3 9z
flag      M5 21V4M5 4h13l-2.5 4.5L18 13H5
building  M4 21V6l8-3 8 3v15M2.5 21h19M9 21v-4h6v4M8.5 9.5h.01M12 9.5h.01M15.5 9.5h.01M8.5 13h.01M12 13h.01M15.5 13h.01
gavel     M9 4l6 6M6.5 6.5l6 6M13 8l7.5 7.5-2 2L11 10M3 21h10
pin       M9 3h6l-1 6 4 4H6l4-4zM12 13v8
eye       M2.5 12C5 7.5 8 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.5 6.5-9.5 6.5S5 16.5 2.5 12zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z
wifioff   M3 3l18 18M5 12.5a10 10 0 0 1 4-2.400M2.5 9a14 14 0 0 1 4-2.700M13 9.6a10 10 0 0 1 6 2.900M11 5.6A14 14 0 0 1 21.5 9M8.5 16a5 5 0 0 1 7 0M12 19.5h.01
wall      M4 4h7v7H4zM13 4h7v4h-7zM13 10h7v10h-7zM4 13h7v7H4z
tree      M9 3h6v5H9zM3 16h6v5H3zM15 16h6v5h-6zM12 8v4M6 16v-4h12v4
seal      M12 14a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM8.5 13L7 21l5-2.5L17 21l-1.5-8
`

// Icons lists the names that {{icon "name"}} knows.
func Icons() []string {
	var names []string
	for line := range strings.Lines(strings.TrimSpace(drawings)) {
		name, _, _ := strings.Cut(line, " ")
		names = append(names, name)
	}
	return names
}

// icon draws one icon for the eye; the words beside it are for everybody.
func icon(name string) (template.HTML, error) {
	_, rest, ok := strings.Cut(drawings, "\n"+name+" ")
	if !ok || name == "" {
		return "", fmt.Errorf("web: there is no icon %q", name)
	}
	path, _, _ := strings.Cut(rest, "\n")
	return template.HTML(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="` + //nolint:gosec // our own drawing
		strings.TrimSpace(path) + `"/></svg>`), nil
}
