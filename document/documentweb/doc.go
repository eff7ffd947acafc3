// Package documentweb shows issued papers: the text on the page, its proof, and
// the files to take away.
//
// One address serves three forms: /documents/{ref} is the page, the same with .pdf
// or .docx the file. Files are private to the reader and carry their SHA-256 as
// ETag, so a browser asks again but fetches once.
package documentweb
