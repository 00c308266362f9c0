package bench_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
	"central/runner/bench"
)

func TestParseValues(t *testing.T) {
	got := bench.ParseValues([]byte("a=1\r\nwarning: x = y\nb=two=three\n\nc=\na=2\nd=1.5\n"))
	want := bench.Values{"a": "2", "b": "two=three", "c": "", "d": "1.5"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got.Int("a") != 2 || got.Int("b") != 0 || got.Int("none") != 0 || got.Float("d") != 1.5 {
		t.Error("numbers")
	}
}

func TestParseInstalledApps(t *testing.T) {
	got, err := bench.ParseInstalledApps([]byte("[\"frappe\", \"shop\"]\n"))
	if diff := cmp.Diff([]string{"frappe", "shop"}, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	for _, answer := range []string{"nothing\n", "[]\n"} {
		if _, err := bench.ParseInstalledApps([]byte(answer)); fleet.ErrorCode(err) != fleet.CodeCommandFailed {
			t.Errorf("%q: got %v", answer, err)
		}
	}
}

func TestParseVersion(t *testing.T) {
	got, err := bench.ParseVersion([]byte("[\n    {\n        \"app\": \"frappe\",\n        \"version\": \"15.1\",\n        \"branch\": \"main\",\n        \"commit\": \"abcdef0\"\n    }\n]\n"))
	if diff := cmp.Diff([]bench.AppVersion{{App: "frappe", Version: "15.1", Branch: "main", Commit: "abcdef0"}}, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func TestParseSiteLocation(t *testing.T) {
	got := bench.ParseSiteLocation([]byte("revision=main/r2\nrevision=../x\nrevision=main/old\nfoo\nrevision=eu-1/r10\n"))
	var names []string
	for _, r := range got {
		names = append(names, r.String())
	}
	if strings.Join(names, ",") != "main r2,eu-1 r10" {
		t.Errorf("got %v", names)
	}
}

func TestParsePreflight(t *testing.T) {
	answer := `home_free=1000
mysql_free=2000
built=yes
site=source
unit.web=active
unit.worker=failed
unit.schedule=active
unit.redis-cache=active
unit.redis-queue=active
redis_cache=yes
redis_queue=no
maintenance=no
reads=yes
database_bytes=300
tables=12
patches=3
`
	got, err := bench.ParsePreflight([]byte(answer))
	want := bench.PreflightReport{HomeFree: 1000, DatabaseFree: 2000, DatabaseBytes: 300, Tables: 12, Patches: 3, Built: true, Reads: true,
		Place: bench.SiteAtSource, Down: []string{"worker", "redis-queue (no answer)"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	got, err = bench.ParsePreflight([]byte(strings.Replace(answer, "patches=3\n", "", 1)))
	if err != nil || got.Patches != -1 {
		t.Errorf("%v %+v", err, got)
	}
	if _, err := bench.ParsePreflight([]byte("home_free=1\n")); fleet.ErrorCode(err) != fleet.CodeCommandFailed {
		t.Errorf("got %v", err)
	}
}
