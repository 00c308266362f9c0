package bench

import (
	"regexp"
	"strconv"
	"strings"
)

// MigrateProgress is how far a migration has come, as its output tells. Feed it every line in order.
type MigrateProgress struct {
	Patch          string   // the patch that runs, or the one that failed; empty between patches
	PatchesDone    int      // patches that succeeded
	PatchesSkipped []string // patches that failed and were skipped
	App            string   // whose doctypes are being updated; empty before that
	Percent        int      // 0 to 99, never less than before; 100 is for whoever knows that it succeeded

	expected  int           // patches
	apps      []appProgress // in the order in which they came
	traceback []string      // lines of the one that is being read
	reading   bool
	tail      bool // the line that names the exception came; more of its message may follow
}

// NewMigrateProgress starts at 0 percent. expectedPatches is the number that the preflight counted, 0 or less when
// it is not known.
func NewMigrateProgress(expectedPatches int) *MigrateProgress {
	return &MigrateProgress{expected: expectedPatches}
}

var (
	escapes       = regexp.MustCompile(`\x1b\[[0-9;?]*[ -/]*[@-~]`)
	executing     = regexp.MustCompile(`^Executing (.+) in (\S+) \(([^()\s]+)\)`)
	succeeded     = regexp.MustCompile(`^\s*Success: Done in [0-9.]+ ?s`)
	updating      = regexp.MustCompile(`^Updating DocTypes for (\S+)\s*:\s*\[[^\]]*\]\s*([0-9]{1,3})%`)
	stopped       = regexp.MustCompile(`^(\S.*): failed: STOPPED$`)
	exceptionLine = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*(: .*|:)?$`)
)

// maxTraceback is how many lines of a traceback are kept.
const maxTraceback = 200

// Feed takes the next line or the present state of a line that is being redrawn. It tells whether anything changed
// that people see.
func (p *MigrateProgress) Feed(line string) bool {
	line = strings.TrimRight(escapes.ReplaceAllString(line, ""), " \r\n")
	p.readTraceback(line)
	patch, app, percent, done, skipped := p.Patch, p.App, p.Percent, p.PatchesDone, len(p.PatchesSkipped)
	switch {
	case line == "":
		return false
	case succeeded.MatchString(line):
		if p.Patch != "" {
			p.PatchesDone++
			p.Patch = ""
		}
	case line == "Failed to execute patch":
		if p.Patch != "" {
			p.PatchesSkipped = append(p.PatchesSkipped, p.Patch)
			p.Patch = ""
		}
	default:
		if m := executing.FindStringSubmatch(line); m != nil {
			p.Patch = m[1]
		} else if m := updating.FindStringSubmatch(line); m != nil {
			p.App = m[1]
			if n, err := strconv.Atoi(m[2]); err == nil {
				p.update(m[1], min(n, 100))
			}
		} else if m := stopped.FindStringSubmatch(line); m != nil {
			p.Patch = m[1]
		}
	}
	p.Percent = max(p.Percent, p.estimate())
	return p.Patch != patch || p.App != app || p.Percent != percent || p.PatchesDone != done || len(p.PatchesSkipped) != skipped
}

type appProgress struct {
	app     string
	percent int
}

// update notes how far the doctypes of an app are; the first state of an app is the start of its share.
func (p *MigrateProgress) update(app string, percent int) {
	for i := range p.apps {
		if p.apps[i].app == app {
			p.apps[i].percent = max(p.apps[i].percent, percent)
			return
		}
	}
	p.apps = append(p.apps, appProgress{app, percent})
}

// estimate weighs patches with 75 points and doctypes with 24 where the number of patches is known. Where it is not,
// each patch comes a tenth of what was left nearer to the 75.
func (p *MigrateProgress) estimate() int {
	done := p.PatchesDone + len(p.PatchesSkipped)
	var points float64
	switch {
	case p.expected > 0:
		points = 75 * min(1, float64(done)/float64(p.expected))
	default:
		left := 75.0
		for range min(done, 100) {
			left *= 0.9
		}
		points = 75 - left
	}
	// Each app's doctypes take half of what is left: how many apps there are is not told.
	room := 24.0
	for _, a := range p.apps {
		points += room / 2 * float64(a.percent) / 100
		room /= 2
	}
	return min(99, int(points))
}

const tracebackStart = "Traceback (most recent call last):"

// readTraceback collects the lines from the head of a traceback to the line that names the exception and what is
// indented below it. Chained tracebacks are one.
func (p *MigrateProgress) readTraceback(line string) {
	trimmed := strings.TrimSpace(line)
	if strings.HasSuffix(trimmed, tracebackStart) {
		if !p.reading && !p.tail {
			p.traceback = nil
		}
		p.reading, p.tail = true, false
	} else if !p.reading && !p.tail {
		return
	}
	if p.tail && trimmed != "" && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") && !chained(trimmed) {
		p.tail = false
		return
	}
	p.traceback = append(p.traceback, line)
	if over := len(p.traceback) - maxTraceback; over > 0 {
		p.traceback = p.traceback[over:]
	}
	if p.reading && exceptionLine.MatchString(line) && !strings.HasSuffix(trimmed, tracebackStart) {
		p.reading, p.tail = false, true
	}
}

// Traceback is the last traceback that was printed, cut to its last 200 lines; empty when there was none.
func (p *MigrateProgress) Traceback() string {
	return strings.TrimSpace(strings.Join(p.traceback, "\n"))
}

func chained(line string) bool {
	return strings.HasPrefix(line, "During handling of the above exception") || strings.HasPrefix(line, "The above exception was the direct cause")
}
