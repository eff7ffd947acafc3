package app

import (
	"os"
	"path/filepath"
)

// cli is the whole command line; each command has a Run method in its own file.
type cli struct {
	Demo    demoCmd    `cmd:"" help:"Make the sample district if it is not there and serve it on this machine."`
	Serve   serveCmd   `cmd:"" help:"Serve for real use; the first visit makes the first administrator."`
	Import  importCmd  `cmd:"" help:"Read a list of members, units or posts from .xlsx or .csv into the register."`
	Reindex reindexCmd `cmd:"" help:"Make the search indexes of names and papers anew."`
	AddKey  addKeyCmd  `cmd:"" name:"add-key" help:"Add a new version to the key file; it seals from the next start on."`
	Routes  routesCmd  `cmd:"" help:"List every address the program answers."`
	Lang    string     `help:"Language of messages: vi or en." enum:"vi,en" default:"vi" env:"CHIBO_LANG"`
}

func (cli) description() string {
	return "The working desk of a Party cell and of the committees above it. / Bàn làm việc của chi bộ và cấp ủy cấp trên."
}

// serveCmd is real use.
type serveCmd struct {
	Addr    string   `help:"Address to listen on." default:"127.0.0.1:8420" env:"CHIBO_ADDR"`
	DB      string   `help:"File of the database, or postgres://user@host/name." default:"${data}" env:"CHIBO_DB"`
	Key     string   `help:"File of the keys that close identity numbers; made at the first start. Keep a copy apart from the database." default:"${key}" env:"CHIBO_KEY"`
	Proxies []string `help:"Networks of proxies whose forwarded address is believed." env:"CHIBO_PROXIES"`
	Origins []string `help:"Further origins (https://host) that may post." env:"CHIBO_ORIGINS"`
}

// addKeyCmd changes the key that seals.
type addKeyCmd struct {
	Key string `help:"File of the keys." default:"${key}" env:"CHIBO_KEY"`
}

// demoCmd is the sample district.
type demoCmd struct {
	Addr     string `help:"Address to listen on; port 0 takes a free one." default:"127.0.0.1:8420" env:"CHIBO_ADDR"`
	Dir      string `help:"Folder of the sample database." default:"${cache}" env:"CHIBO_DEMO_DIR"`
	DB       string `help:"postgres://user@host/name instead of a file." env:"CHIBO_DEMO_DB"`
	Size     string `help:"How large: district (8,701 members), province (150,000) or nation (5.5 million)." enum:"district,province,nation" default:"district"`
	Key      string `help:"File of the keys; demo.key in the folder when left out." env:"CHIBO_KEY"`
	Today    string `help:"Day of the demo, dd/mm/yyyy; the machine's day when left out."`
	Now      string `help:"A later day, dd/mm/yyyy, on which the sample of --today is shown; the same day when left out."`
	Scenario string `help:"2025: a province above the district, and a draft that turns the district into communes." enum:",2025" default:""`
	JSON     bool   `help:"Print one line of JSON with the address and the people."`
	Dev      bool   `help:"Read pages, styles and scripts from disk at each request; run it in the source folder."`
}

// routesCmd lists addresses.
type routesCmd struct{}

// defaultDir is the demo's folder: never the folder the program is run in.
func defaultDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "chibo", "demo")
}

// defaultKey is where the keys of real use lie.
func defaultKey() string { return filepath.Join(filepath.Dir(defaultData()), "chibo.key") }

// defaultData is the real database's file.
func defaultData() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		dir = "."
	}
	return filepath.Join(dir, "chibo", "chibo.db")
}
