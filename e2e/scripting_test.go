package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// example is a shell block of docs/scripting.md and what the text block behind it says it prints.
type example struct {
	heading string // of the section it is in
	shell   string
	prints  *regexp.Regexp // nil when no text block follows
	text    string
}

var (
	fence   = regexp.MustCompile("(?ms)^## (.+?)$|^```(\\w+)\n(.*?)^```$")
	program = regexp.MustCompile(`\A#!.*\n# (\S+)`)
)

// scriptingExamplesAreTrue runs the examples of docs/scripting.md as somebody would who follows the page: in
// order, in one shell. A block that begins with #! is a program; it is written to the file that its second line
// names.
func scriptingExamplesAreTrue(t *testing.T) {
	page, err := os.ReadFile("../docs/scripting.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	examples := examplesOf(t, string(page), dir)
	if len(examples) < 10 {
		t.Fatalf("only %d examples were found", len(examples))
	}
	script := "set -euo pipefail\n"
	for i, e := range examples {
		script += fmt.Sprintf("exec >%d.out 2>&1\n%s", i, e.shell)
	}
	command := exec.CommandContext(t.Context(), "bash", "-c", script)
	command.Dir = dir
	command.Env = append(os.Environ(), "CENTRAL=http://"+fleet.Listen, "TOKEN="+fleet.Client.Token)
	ended := command.Run()
	for i, e := range examples {
		t.Run(fmt.Sprintf("%d %s", i+1, e.heading), func(t *testing.T) {
			got, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%d.out", i)))
			switch {
			case err != nil:
				t.Fatalf("it was not reached: an earlier one failed (%v)", ended)
			case e.prints != nil && !e.prints.Match(got):
				t.Errorf("it printed\n%s\nthe page says\n%s", got, e.text)
			}
		})
	}
	if ended != nil {
		t.Errorf("the examples ended with %v", ended)
	}
}

// examplesOf reads the page, and writes its programs into dir.
func examplesOf(t *testing.T, page, dir string) []example {
	t.Helper()
	var examples []example
	heading, behindShell := "", false
	for _, block := range fence.FindAllStringSubmatch(page, -1) {
		switch title, kind, text := block[1], block[2], block[3]; {
		case title != "":
			heading, behindShell = title, false
		case kind == "bash" && strings.HasPrefix(text, "#!"):
			name := program.FindStringSubmatch(text)
			if name == nil {
				t.Fatalf("the program in %q does not say its name in the second line", heading)
			}
			if err := os.WriteFile(filepath.Join(dir, filepath.Base(name[1])), []byte(text), 0o755); err != nil {
				t.Fatal(err)
			}
			behindShell = false
		case kind == "bash":
			examples, behindShell = append(examples, example{heading: heading, shell: text}), true
		case kind == "text" && behindShell:
			last := &examples[len(examples)-1]
			last.text = text
			last.prints = regexp.MustCompile(`\A` + strings.ReplaceAll(regexp.QuoteMeta(text), "…", ".*") + `\z`)
			behindShell = false
		default:
			behindShell = false
		}
	}
	return examples
}
