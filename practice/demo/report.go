package demo

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// report shows on a terminal what a demo is doing: a line for each part, and below it, while it lasts, what
// its actions are at. Into a file it writes lines only.
type report struct {
	out      io.Writer
	terminal bool
	began    time.Time
	said     map[string]string
}

func newReport(out io.Writer) *report {
	r := &report{out: out, said: map[string]string{}}
	if file, ok := out.(*os.File); ok {
		info, err := file.Stat()
		r.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return r
}

func (r *report) part(title string, do func() error) error {
	r.began = time.Now()
	fmt.Fprintf(r.out, "• %s\n", title)
	err := do()
	r.clear()
	if err == nil {
		fmt.Fprintf(r.out, "  done in %s\n", time.Since(r.began).Round(100*time.Millisecond))
	}
	return err
}

func (r *report) line(format string, args ...any) {
	r.clear()
	fmt.Fprintf(r.out, "  "+format+"\n", args...)
}

// actions shows how far each action is: on one line that is rewritten, or a line for each quarter.
func (r *report) actions(actions []Action) {
	if r.terminal {
		parts := make([]string, 0, len(actions))
		for _, a := range actions {
			if a.Status == "RUNNING" {
				parts = append(parts, fmt.Sprintf("%s %d %%", a.Title, a.Percent))
			}
		}
		fmt.Fprintf(r.out, "\r\x1b[K  %.150s", strings.Join(parts, " · "))
	}
	for _, a := range actions {
		state := fmt.Sprintf("%s %d", a.Status, a.Percent/25*25)
		if r.said[a.ID] == state || a.Status == "QUEUED" {
			continue
		}
		r.said[a.ID] = state
		switch {
		case a.Status == "SUCCEEDED":
			r.line("✓ %s", a.Title)
		case a.Status != "RUNNING":
			r.line("✗ %s: %s %s", a.Title, a.Status, a.ErrorMessage)
		case !r.terminal:
			r.line("  %s %d %% %s", a.Title, a.Percent, a.Step)
		}
	}
}

func (r *report) clear() {
	if r.terminal {
		fmt.Fprint(r.out, "\r\x1b[K")
	}
}
