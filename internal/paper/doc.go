// Package paper turns one document model into HTML, PDF and DOCX.
package paper
