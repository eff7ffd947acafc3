// Command chibo is the working desk of a Party cell and of the committees above it.
package main

import (
	"os"

	"chibo/app"
)

func main() { os.Exit(app.Main(os.Args[1:], os.Stdout, os.Stderr)) }
