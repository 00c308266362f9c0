package fleet

import (
	"fmt"
	"regexp"
)

// pythonName is python3, or one of its minor versions.
var pythonName = regexp.MustCompile(`\Apython3(\.[0-9]{1,2})?\z`)

// NewBench is the input of CreateBench: its apps in order, each at one commit, Framework first.
type NewBench struct {
	Name     string
	ServerID uint
	Python   string // python3 when empty
	Node     string // SystemNode when empty
	Apps     []AppCommit
	// What each revision runs, as in BenchSettings.
	Workers    *int // DefaultWorkers when nil
	WebWorkers *int // DefaultWebWorkers when nil
	MemoryMB   int  // 0 for no limit
}

// Validate checks the input's form, and gives what was left out its usual value. It errs with CodeInvalid and the field.
func (n *NewBench) Validate() error {
	if n.Python == "" {
		n.Python = "python3"
	}
	if n.Node == "" {
		n.Node = SystemNode
	}
	if n.Workers == nil {
		n.Workers = new(DefaultWorkers)
	}
	if n.WebWorkers == nil {
		n.WebWorkers = new(DefaultWebWorkers)
	}
	if err := ValidBenchName(n.Name); err != nil {
		return AtField(err, "input.name")
	}
	if err := validRuntime(n.Python, n.Node); err != nil {
		return err
	}
	if err := validProcesses(*n.Workers, *n.WebWorkers, n.MemoryMB); err != nil {
		return err
	}
	if err := validateAppCommits("input.apps", n.Apps); err != nil {
		return err
	}
	if n.Apps[0].App != Framework {
		return FieldErrorf(CodeInvalid, "input.apps.0.app", "The first app of a bench is %s, which the others stand on.", Framework)
	}
	return nil
}

// validRuntime checks what revisions are to be made with.
func validRuntime(python, node string) error {
	if !pythonName.MatchString(python) {
		return FieldErrorf(CodeInvalid, "input.python", "Python is python3 or a version such as python3.11.")
	}
	return AtField(ValidNode(node), "input.node")
}

// Validate checks the form of a release that stands at a field. It errs with CodeInvalid and the field.
func (a *AppCommit) Validate(field string) error {
	if err := ValidAppName(a.App); err != nil {
		return AtField(err, field+".app")
	}
	return AtField(ValidCommit(a.Commit), field+".commit")
}

func validateAppCommits(field string, apps []AppCommit) error {
	if len(apps) == 0 {
		return FieldErrorf(CodeInvalid, field, "Choose at least one app and its commit.")
	}
	seen := map[string]bool{}
	for i, a := range apps {
		if err := a.Validate(fmt.Sprintf("%s.%d", field, i)); err != nil {
			return err
		}
		if seen[a.App] {
			return FieldErrorf(CodeInvalid, fmt.Sprintf("%s.%d.app", field, i), "%s is given twice; choose one commit.", a.App)
		}
		seen[a.App] = true
	}
	return nil
}

// BenchSettings are what may be changed of a bench that is there. Python and Node are for revisions that are built from then
// on: those that are there keep theirs.
type BenchSettings struct {
	BenchID    uint
	Workers    int
	WebWorkers int
	MemoryMB   int     // 0 for no limit
	Python     *string // nil leaves it
	Node       *string // nil leaves it
}

// How many processes each revision of a bench runs when nobody says otherwise.
const (
	DefaultWorkers    = 1
	DefaultWebWorkers = 2
)

// How many processes of each kind a revision may have, and how little memory is a limit worth setting.
const (
	MaxWorkers  = 32
	minMemoryMB = 256
	maxMemoryMB = 1 << 20
)

// validProcesses checks what each revision of a bench is to run.
func validProcesses(workers, webWorkers, memoryMB int) error {
	switch {
	case workers < 1 || workers > MaxWorkers:
		return FieldErrorf(CodeInvalid, "input.workers", "A revision has 1 to %d background workers.", MaxWorkers)
	case webWorkers < 1 || webWorkers > MaxWorkers:
		return FieldErrorf(CodeInvalid, "input.webWorkers", "A revision has 1 to %d web workers.", MaxWorkers)
	case memoryMB != 0 && (memoryMB < minMemoryMB || memoryMB > maxMemoryMB):
		return FieldErrorf(CodeInvalid, "input.memoryMb", "A limit of memory has at least %d MB; 0 is no limit.", minMemoryMB)
	}
	return nil
}

// Validate checks the input's form. It errs with CodeInvalid and the field.
func (b *BenchSettings) Validate() error {
	if err := validProcesses(b.Workers, b.WebWorkers, b.MemoryMB); err != nil {
		return err
	}
	python, node := "python3", SystemNode
	if b.Python != nil {
		python = *b.Python
	}
	if b.Node != nil {
		node = *b.Node
	}
	return validRuntime(python, node)
}
