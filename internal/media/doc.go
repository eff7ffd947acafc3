// Package media says what a file that somebody sends really is, and takes out of
// photographs what they tell about place and device.
//
// A type is found in the content, never believed from the name or the browser. Only
// types that a browser shows or an office opens without running anything are known;
// office files with macros are not. A JPEG or PNG loses its metadata (place, device,
// thumbnail, comments) without its picture being touched; of a JPEG the direction in
// which it is shown stays.
//
//	kind, err := media.Sniff(f)
//	err = media.Clean(kind, f, out)
package media
