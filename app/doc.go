// Package app is the composition root: the only package that knows every feature.
//
// Main reads the command line and the environment; New opens the services of all
// features over one database, fills the handlers through which a lower feature
// reaches a higher one, and gives one http.Handler. Nothing of the field is
// decided here.
package app
