package fleet

import (
	"fmt"
	"slices"
)

// AdoptInput is the input of AdoptBenches: exactly what was ticked of what a scan found.
type AdoptInput struct {
	ServerID uint
	ScanID   uint
	Benches  []AdoptBench
}

// AdoptBench is one bench to adopt: where it is, what it is to be called, and what the person who ticked it saw.
type AdoptBench struct {
	Path  string      `json:"path"`
	Name  string      `json:"name"`
	Apps  []AppCommit `json:"apps"`
	Sites []string    `json:"sites"`
}

// Adoption is what was asked for, kept until it is carried out, and for the record.
type Adoption struct {
	ID       uint
	ServerID uint
	ScanID   uint
	ActionID uint         // ADOPT_BENCHES
	Benches  []AdoptBench `gorm:"serializer:json"`
}

// AdoptedBench is a bench as it goes on record, with the revision that stands for its directory.
type AdoptedBench struct {
	Bench    Bench
	Revision Revision
	Sites    []string
	More     bool // the bench is on record already, and only gets these sites
}

// PlanAdoption decides what goes on record. It errs, with the field, for whatever was not found exactly like that,
// for names that are taken, and for what has a blocking note: CodeInvalid, CodeNotFound, CodeConflict or CodeNotReady.
func PlanAdoption(in AdoptInput, report ScanReport, facts ScanFacts) ([]AdoptedBench, error) {
	if len(in.Benches) == 0 {
		return nil, FieldErrorf(CodeInvalid, "input.benches", "Tick at least one bench.")
	}
	if why := blocks(report.Notes); why != "" {
		return nil, FieldErrorf(CodeNotReady, "input.serverId", "%s", why)
	}
	plan, paths, names := []AdoptedBench{}, map[string]bool{}, map[string]bool{}
	for i, wanted := range in.Benches {
		field := fmt.Sprintf("input.benches.%d", i)
		at := slices.IndexFunc(report.Benches, func(b ScanBench) bool { return b.Path == wanted.Path })
		if at < 0 {
			return nil, FieldErrorf(CodeNotFound, field+".path", "No bench was found in %s; look again.", quoted(wanted.Path))
		}
		found := report.Benches[at]
		if paths[wanted.Path] || names[wanted.Name] {
			return nil, FieldErrorf(CodeInvalid, field, "A bench is named twice.")
		}
		paths[wanted.Path], names[wanted.Name] = true, true
		if err := checkName(wanted, found, facts); err != nil {
			return nil, AtField(err, field+".name")
		}
		if err := checkAdoption(wanted, found, field); err != nil {
			return nil, err
		}
		plan = append(plan, adopted(in.ServerID, wanted, found))
	}
	return plan, nil
}

func checkName(wanted AdoptBench, found ScanBench, facts ScanFacts) error {
	switch err := ValidBenchName(wanted.Name); {
	case err != nil:
		return err
	case found.Adopted && wanted.Name != found.Name:
		return Errorf(CodeConflict, "The bench in %s is called %s already.", found.Path, found.Name)
	case !found.Adopted && facts.Benches[wanted.Name]:
		return Errorf(CodeConflict, "There is already a bench called %s.", wanted.Name)
	}
	return nil
}

func checkAdoption(wanted AdoptBench, found ScanBench, field string) error {
	if why := blocks(found.Notes); why != "" {
		return FieldErrorf(CodeNotReady, field+".path", "%s: %s", found.Path, why)
	}
	if len(wanted.Apps) != len(found.Apps) {
		return FieldErrorf(CodeConflict, field+".apps", "%s has %s, not %d; look again.", found.Path, plural(len(found.Apps), "app", "apps"), len(wanted.Apps))
	}
	for i, app := range found.Apps {
		if want := wanted.Apps[i]; want.App != app.App || want.Commit != app.Commit {
			return FieldErrorf(CodeConflict, fmt.Sprintf("%s.apps.%d", field, i), "%s has %s at %s; look again.", found.Path, app.App, ShortCommit(app.Commit))
		}
		if why := blocks(app.Notes); why != "" {
			return FieldErrorf(CodeNotReady, fmt.Sprintf("%s.apps.%d", field, i), "%s", why)
		}
	}
	if len(wanted.Sites) == 0 {
		return FieldErrorf(CodeNoSites, field+".sites", "Tick at least one site of %s.", found.Path)
	}
	seen := map[string]bool{}
	for i, name := range wanted.Sites {
		at := slices.IndexFunc(found.Sites, func(s ScanSite) bool { return s.Name == name })
		siteField := fmt.Sprintf("%s.sites.%d", field, i)
		switch {
		case at < 0:
			return FieldErrorf(CodeNotFound, siteField, "%s has no site %s; look again.", found.Path, quoted(name))
		case seen[name]:
			return FieldErrorf(CodeInvalid, siteField, "%s is given twice.", name)
		}
		seen[name] = true
		if found.Sites[at].Known {
			return FieldErrorf(CodeConflict, siteField, "Central has a site called %s already.", name)
		}
		if why := blocks(found.Sites[at].Notes); why != "" {
			return FieldErrorf(CodeNotReady, siteField, "%s: %s", name, why)
		}
	}
	return nil
}

// Bounds of what is believed of a bench's own settings.
const (
	mostWorkers    = 32
	mostWebWorkers = 64
)

func adopted(serverID uint, wanted AdoptBench, found ScanBench) AdoptedBench {
	python := found.Python
	if !found.PythonFound || !pythonName.MatchString(python) {
		python = "python3"
	}
	apps := make([]RevisionApp, len(found.Apps))
	for i, app := range found.Apps {
		apps[i] = RevisionApp{App: app.App, Commit: app.Commit, Version: app.Version, Local: app.Standing == AppLocal}
	}
	return AdoptedBench{
		Bench: Bench{
			Name: wanted.Name, ServerID: serverID, Python: python, Node: SystemNode,
			Workers: min(max(found.Workers, 1), mostWorkers), WebWorkers: min(max(found.WebWorkers, 1), mostWebWorkers),
		},
		Revision: Revision{
			ServerID: serverID, Name: "r1", Status: RevisionReady, Apps: apps, Version: VersionOf(apps), Fingerprint: Fingerprint(apps),
			Python: python,
			Path:   found.Path, Owner: found.Owner, OwnerGroup: found.Group,
		},
		Sites: slices.Clone(wanted.Sites), More: found.Adopted,
	}
}

// SameAsFound says what of an adoption is no longer as it was when it was ticked, nil when all is: the databases of
// the sites and the owner of each bench. Everything else PlanAdoption compares.
func SameAsFound(in AdoptInput, then, now ScanFound) error {
	for _, wanted := range in.Benches {
		before, after := benchAt(then, wanted.Path), benchAt(now, wanted.Path)
		if before.Owner != after.Owner || before.Group != after.Group {
			return Errorf(CodeConflict, "%s belonged to %s:%s when it was looked at, now to %s:%s; look again.", wanted.Path, before.Owner, before.Group, after.Owner, after.Group)
		}
		for _, name := range wanted.Sites {
			if a, b := siteOf(before, name), siteOf(after, name); a.Database != b.Database {
				return Errorf(CodeConflict, "%s had the database %s when it was looked at, now %s; look again.", name, a.Database, b.Database)
			}
		}
	}
	return nil
}

func benchAt(found ScanFound, path string) FoundBench {
	for _, bench := range found.Benches {
		if bench.Path == path {
			return bench
		}
	}
	return FoundBench{}
}

func siteOf(bench FoundBench, name string) FoundSite {
	for _, site := range bench.Sites {
		if site.Name == name {
			return site
		}
	}
	return FoundSite{}
}
