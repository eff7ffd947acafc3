package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"chibo/internal/fault"
	"chibo/internal/i18n"
)

// Exit codes: 0 done, 1 an expected failure that was explained in one line, 2 a
// command line that is not understood, 3 an unexpected failure.
const (
	exitOK = iota
	exitFailed
	exitUsage
	exitInternal
)

// Main runs the program and gives its exit code. It returns when the command is
// done or the process is asked to end.
func Main(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	texts, err := catalogue()
	if err != nil {
		fmt.Fprintln(stderr, "chibo:", err)
		return exitInternal
	}
	var c cli
	code, done := 0, false
	parser, err := kong.New(&c,
		kong.Name("chibo"), kong.Description(c.description()), kong.Writers(stdout, stderr),
		kong.Exit(func(n int) { code, done = n, true }), kong.UsageOnError(),
		kong.Vars{"cache": defaultDir(), "data": defaultData(), "key": defaultKey()},
	)
	if err != nil {
		fmt.Fprintln(stderr, "chibo:", err)
		return exitInternal
	}
	run, err := parser.Parse(args)
	if done { // --help was answered
		return code
	}
	if err != nil {
		fmt.Fprintln(stderr, "chibo:", err)
		return exitUsage
	}
	out := console{ctx: ctx, out: stdout, err: stderr, texts: texts}
	return out.explain(run.Run(out), texts.Lang(c.Lang))
}

// console is what a command may use of the process.
type console struct {
	ctx      context.Context
	out, err io.Writer
	texts    *i18n.Bundle
}

// explain tells a failure in one line and gives the exit code.
func (c console) explain(err error, lang *i18n.Lang) int {
	var f *fault.Error
	switch {
	case err == nil || errors.Is(err, context.Canceled):
		return exitOK
	case errors.As(err, &f) && f.Kind != fault.Internal:
		fmt.Fprintln(c.err, "chibo:", lang.T(f.Key, f.Args)+place(f))
		for _, field := range f.Fields {
			fmt.Fprintf(c.err, "  %s: %s\n", field.Field, lang.T(field.Key, field.Args))
		}
		return exitFailed
	}
	fmt.Fprintln(c.err, "chibo:", err)
	return exitInternal
}

// place names the file that a failure of the database is about.
func place(f *fault.Error) string {
	if p, ok := f.Args["Path"]; ok {
		return fmt.Sprintf(" [%v]", p)
	}
	return ""
}
