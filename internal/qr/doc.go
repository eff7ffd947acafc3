// Package qr draws a QR code as an SVG picture that a page can hold under a
// strict content policy: attributes only, no style.
//
// Shape: one module is one unit of the view box; a quiet zone of four modules
// stands around. Dark on light in every theme, since many readers do not read
// the reverse.
package qr
