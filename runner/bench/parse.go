package bench

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"central/fleet"
)

// Values are the key=value lines that the scripts answer with.
type Values map[string]string

// ParseValues reads key=value lines; other lines are passed over, and the last of two values counts.
func ParseValues(stdout []byte) Values {
	values := Values{}
	for line := range strings.Lines(string(stdout)) {
		if key, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "="); ok && !strings.ContainsAny(key, " \t") {
			values[key] = value
		}
	}
	return values
}

// Int is a value as a number, 0 when it is none.
func (v Values) Int(key string) int64 {
	n, _ := strconv.ParseInt(v[key], 10, 64)
	return n
}

// Float is a value as a number, 0 when it is none.
func (v Values) Float(key string) float64 {
	n, _ := strconv.ParseFloat(v[key], 64)
	return n
}

// ParseRefused reads why what was asked could not be done for some of many names, by name: the lines NAME=failed: WHY.
func ParseRefused(stdout []byte) map[string]string {
	refused := map[string]string{}
	for name, value := range ParseValues(stdout) {
		if why, failed := strings.CutPrefix(value, "failed: "); failed {
			refused[name] = why
		}
	}
	return refused
}

// lastJSON reads the last JSON value of an answer that other lines may come before. It errs with CodeCommandFailed
// when there is none.
func lastJSON(stdout []byte, into any) error {
	text := bytes.TrimSpace(stdout)
	for at := 0; at < len(text); {
		rest := text[at:]
		if (rest[0] == '{' || rest[0] == '[') && json.Unmarshal(rest, into) == nil {
			return nil
		}
		next := bytes.IndexByte(rest, '\n')
		if next < 0 {
			break
		}
		at += next + 1
	}
	return fleet.Errorf(fleet.CodeCommandFailed, "the command answered no JSON")
}

// ParseSiteLocation reads the answer to SiteLocation. Directories that are no revision's name are passed over.
func ParseSiteLocation(stdout []byte) []Revision {
	var found []Revision
	for line := range strings.Lines(string(stdout)) {
		place, ok := strings.CutPrefix(strings.TrimSpace(line), "revision=")
		if !ok {
			continue
		}
		bench, name, _ := strings.Cut(place, "/")
		if r, err := At(bench, name); err == nil {
			found = append(found, r)
		}
	}
	return found
}

// SitePlace says where a site was found.
type SitePlace string

// Where a site can be found.
const (
	SiteAtSource SitePlace = "source"
	SiteAtTarget SitePlace = "target"
	SiteInBoth   SitePlace = "both"
	SiteMissing  SitePlace = "missing"
)

// PreflightReport is the answer to Preflight.
type PreflightReport struct {
	HomeFree      int64 // bytes that are free where benches and backups lie
	DatabaseFree  int64 // bytes that are free where the databases lie
	DatabaseBytes int64 // size of the site's tables and indexes
	Tables        int
	Patches       int  // of the new revision that the site has not had; -1 when unknown
	Built         bool // the new revision is complete
	Maintenance   bool // the site is in maintenance already
	Reads         bool // the site may be read during maintenance
	OtherDisk     bool // the new revision is on another file system than the old one
	DatabaseAway  bool // the site's database would not answer with the settings of the new revision
	Place         SitePlace
	Down          []string // units and services of the new revision that do not answer
}

// ParsePreflight reads the answer to Preflight. It errs with CodeCommandFailed when a part is missing.
func ParsePreflight(stdout []byte) (PreflightReport, error) {
	v := ParseValues(stdout)
	r := PreflightReport{
		HomeFree: v.Int("home_free"), DatabaseFree: v.Int("mysql_free"), DatabaseBytes: v.Int("database_bytes"),
		Tables: int(v.Int("tables")), Patches: -1, Built: v["built"] == "yes", Maintenance: v["maintenance"] == "yes",
		Reads: v["reads"] == "yes", OtherDisk: v["same_disk"] == "no", DatabaseAway: v["database_there"] == "no",
		Place: SitePlace(v["site"]),
	}
	if _, ok := v["patches"]; ok {
		r.Patches = int(v.Int("patches"))
	}
	for _, key := range []string{"home_free", "mysql_free", "built", "site", "redis_cache", "redis_queue"} {
		if v[key] == "" {
			return r, fleet.Errorf(fleet.CodeCommandFailed, "the preflight did not say %s", key)
		}
	}
	for _, kind := range []string{"redis-cache", "redis-queue", "web", "worker", "schedule"} {
		if v["unit."+kind] != "active" {
			r.Down = append(r.Down, kind)
		}
	}
	for _, kind := range []string{"cache", "queue"} {
		if v["redis_"+kind] == "no" {
			r.Down = append(r.Down, "redis-"+kind+" (no answer)")
		}
	}
	return r, nil
}
