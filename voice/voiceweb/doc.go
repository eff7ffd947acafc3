// Package voiceweb has the page on which members say what they think of a meeting, and
// what other pages show of it.
package voiceweb
