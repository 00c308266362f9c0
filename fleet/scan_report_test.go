package fleet

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	knownCommit = "1111111111111111111111111111111111111111"
	localCommit = "2222222222222222222222222222222222222222"
)

// foundServer is a server on which nothing is odd: one bench with two apps and two sites.
func foundServer() ScanFound {
	site := func(name string) FoundSite {
		return FoundSite{Name: name, Database: "_" + name[:3], DatabaseType: "mariadb", DatabaseHost: "127.0.0.1", DatabaseFound: true, Status: 200, Apps: []string{"frappe", "shop"}}
	}
	app := func(name string) FoundApp {
		return FoundApp{App: name, Version: "1.0.0", Commit: knownCommit, Branch: "main", Remote: "https://git.example.com/" + name + ".git"}
	}
	return ScanFound{
		Web:           FoundWebServer{Installed: true, Works: true, DefaultChosen: true, Names: []string{"_", "one.example.com", "two.example.com"}},
		DatabaseTools: true, DatabaseRoot: true, RedisFound: true, Ports: []int{8000, 11000, 13000},
		Benches: []FoundBench{{
			Path: "/home/erp/frappe-bench", Owner: "erp", Group: "erp", Python: "python3.11", PythonFound: true, SameDisk: true,
			WebPort: 8000, SocketioPort: 9000, RedisQueuePort: 11000, RedisCachePort: 13000, Workers: 1, WebWorkers: 4,
			Processes: []FoundProcess{{"supervisor.service", 6}},
			Apps:      []FoundApp{app("frappe"), app("shop")}, Sites: []FoundSite{site("one.example.com"), site("two.example.com")},
		}},
	}
}

// knownFleet knows both apps with that commit, and nothing else.
func knownFleet() ScanFacts {
	released := map[string]Release{knownCommit: {Commit: knownCommit}}
	return ScanFacts{
		Apps:     []App{{Name: "frappe", Repository: "https://git.example.com/frappe"}, {Name: "shop", Repository: "https://git.example.com/shop"}},
		Released: map[string]map[string]Release{"frappe": released, "shop": released},
		Sites:    map[string]bool{}, Benches: map[string]bool{}, Adopted: map[string]string{},
	}
}

// notesOf are all notes of a report as "SEVERITY message".
func notesOf(report ScanReport) []string {
	all := slices.Clone(report.Notes)
	for _, bench := range report.Benches {
		all = append(all, bench.Notes...)
		for _, app := range bench.Apps {
			all = append(all, app.Notes...)
		}
		for _, site := range bench.Sites {
			all = append(all, site.Notes...)
		}
	}
	texts := []string{}
	for _, note := range all {
		texts = append(texts, string(note.Severity)+" "+note.Message)
	}
	return texts
}

func TestJudgeScan(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*ScanFound, *ScanFacts)
		says   string // of the one note, empty when there is none
	}{
		{"OK", func(*ScanFound, *ScanFacts) {}, ""},
		{"NoNginx", func(f *ScanFound, _ *ScanFacts) { f.Web = FoundWebServer{} }, "BLOCKING There is no nginx"},
		{"NginxBroken", func(f *ScanFound, _ *ScanFacts) { f.Web = FoundWebServer{Installed: true} }, "BLOCKING The settings of nginx have an error"},
		{"NoDefaultBlock", func(f *ScanFound, _ *ScanFacts) { f.Web.DefaultChosen = false }, "WARNING No server block"},
		{"SingleAddress", func(f *ScanFound, _ *ScanFacts) { f.Web.Addresses = []string{"192.0.2.7:80"} }, "BLOCKING nginx listens on port 80 of single addresses (192.0.2.7:80)"},
		{"NoDatabaseTools", func(f *ScanFound, _ *ScanFacts) { f.DatabaseTools = false }, "BLOCKING The commands mariadb"},
		{"RootHasAPassword", func(f *ScanFound, _ *ScanFacts) { f.DatabaseRoot = false }, "WARNING Root of the machine cannot log in"},
		{"NoRedis", func(f *ScanFound, _ *ScanFacts) { f.RedisFound = false }, "BLOCKING There is no /usr/bin/redis-server"},

		{"OddPath", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Path = "/home/erp/$(id)" }, "BLOCKING Central cannot work with this path"},
		{"CentralsOwnPlace", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Path = "/opt/frappe-bench" }, "BLOCKING Central keeps its own bench command"},
		{"OddOwner", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Owner = "1007" }, "BLOCKING It belongs to no user"},
		{"OfRoot", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Owner = "root" }, "WARNING It belongs to root"},
		{"OtherDisk", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].SameDisk = false }, "BLOCKING It is on another file system"},
		{"NoFramework", func(f *ScanFound, _ *ScanFacts) {
			f.Benches[0].Apps = f.Benches[0].Apps[1:]
			f.Benches[0].Sites = nil
		}, "BLOCKING Its sites/apps.txt"},
		{"UnknownPython", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Python = "" }, "WARNING Its version of Python"},
		{"PythonGone", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].PythonFound = false }, "WARNING The server has no command python3.11"},
		{"MoreSettings", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Settings = []string{"mail_server"} }, "WARNING Its common_site_config.json has settings that new revisions do not have: mail_server"},
		{"NothingRuns", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Processes = nil }, "WARNING None of its processes runs"},

		{"UnknownApp", func(_ *ScanFound, k *ScanFacts) { k.Apps = k.Apps[:1] }, "BLOCKING Central has no app shop: add it with the address https://git.example.com/shop.git."},
		{"ShortAddress", func(f *ScanFound, k *ScanFacts) {
			k.Apps = k.Apps[:1]
			f.Benches[0].Apps[1].Remote = "git@git.example.com:team/shop.git"
		}, "BLOCKING Central has no app shop: add it with the address ssh://git@git.example.com/team/shop.git."},
		{"LocalRepository", func(f *ScanFound, k *ScanFacts) {
			k.Apps = k.Apps[:1]
			f.Benches[0].Apps[1].Remote = "/srv/git/shop"
		}, "BLOCKING Central has no app shop, and cannot read"},
		{"OtherRepository", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Apps[1].Remote = "https://elsewhere.example.com/shop" }, "BLOCKING Central's app shop has the repository"},
		{"NoRemote", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Apps[1].Remote = "" }, "BLOCKING shop is not a git repository with a remote"},
		{"NoCommit", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Apps[1].Commit = "" }, "BLOCKING shop is not a git repository with a remote"},
		{"LocalCommit", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Apps[1].Commit = localCommit }, "WARNING Local commit: 2222222222"},
		{"ChangedFiles", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Apps[1].ChangedFiles = 1 }, "WARNING 1 file of shop changed"},
		{"TokenInRemote", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Apps[1].SecretInRemote = true }, "WARNING The address of shop"},

		{"NoHostName", func(f *ScanFound, _ *ScanFacts) {
			f.Benches[0].Sites[0].Name = "site1"
			f.Web.Names = append(f.Web.Names, "site1")
		}, "BLOCKING It has no host name"},
		{"KnownSite", func(_ *ScanFound, k *ScanFacts) { k.Sites["one.example.com"] = true }, "BLOCKING Central has a site of this name already"},
		{"KnownSiteOfAdoptedBench", func(_ *ScanFound, k *ScanFacts) {
			k.Sites["one.example.com"], k.Adopted["/home/erp/frappe-bench"] = true, "old"
		}, ""},
		{"Link", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Sites[0].Link = true }, "BLOCKING Its directory is a symbolic link"},
		{"NoDatabase", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Sites[0].Database = "" }, "BLOCKING Its site_config.json names no database"},
		{"Postgres", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Sites[0].DatabaseType = "postgres" }, "BLOCKING Its database is postgres"},
		{"DatabaseElsewhere", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Sites[0].DatabaseHost = "10.0.0.5" }, "BLOCKING Its database is on 10.0.0.5"},
		{"DatabaseGone", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Sites[0].DatabaseFound = false }, "BLOCKING Its database _one does not answer"},
		{"Redirected", func(f *ScanFound, _ *ScanFacts) {
			f.Benches[0].Sites[0].Status, f.Benches[0].Sites[0].Redirect = 301, "https://one.example.com/"
		}, "BLOCKING Port 80 sends its visitors to https://one.example.com/"},
		{"Maintenance", func(f *ScanFound, _ *ScanFacts) {
			f.Benches[0].Sites[0].Status, f.Benches[0].Sites[0].Maintenance = 503, true
		}, "WARNING It is in maintenance"},
		{"Silent", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Sites[0].Status = 0 }, "BLOCKING It gives no answer"},
		{"Wrong", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Sites[0].Status = 502 }, "BLOCKING It answers 502"},
		{"ServedByDefault", func(f *ScanFound, _ *ScanFacts) { f.Web.Names = []string{"two.example.com"} }, "BLOCKING nginx serves it only because"},
		{"ServedByWildcard", func(f *ScanFound, _ *ScanFacts) { f.Web.Names = []string{"*.example.com"} }, ""},
		{"TLS", func(f *ScanFound, _ *ScanFacts) { f.Web.TLSNames = []string{"one.example.com"} }, "WARNING nginx on this server ends TLS"},
		{"OtherNames", func(f *ScanFound, _ *ScanFacts) {
			f.Benches[0].Sites[0].OtherNames = []string{"www.one.example.com"}
		}, "WARNING It also answers to www.one.example.com"},
		{"AppNotInBench", func(f *ScanFound, _ *ScanFacts) { f.Benches[0].Sites[0].Apps = []string{"frappe", "hrms"} }, "WARNING hrms is installed on it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, facts := foundServer(), knownFleet()
			c.change(&found, &facts)
			notes := notesOf(JudgeScan(found, facts))
			if c.says == "" && len(notes) == 0 || len(notes) == 1 && c.says != "" && strings.HasPrefix(notes[0], c.says) {
				return
			}
			t.Errorf("notes are %q, want %q", notes, c.says)
		})
	}
}

func TestJudgeScan_Names(t *testing.T) {
	found, facts := foundServer(), knownFleet()
	second, third := found.Benches[0], found.Benches[0]
	second.Path, third.Path = "/home/other/frappe-bench", "/opt/15_My.Bench"
	found.Benches = append(found.Benches, second, third)
	facts.Benches["frappe-bench"] = true
	names := []string{}
	for _, bench := range JudgeScan(found, facts).Benches {
		names = append(names, bench.Name)
		if err := ValidBenchName(bench.Name); err != nil {
			t.Error(err)
		}
	}
	if diff := cmp.Diff([]string{"frappe-bench-2", "frappe-bench-3", "my-bench"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestTakenSlots(t *testing.T) {
	found := foundServer()
	found.Ports = []int{8000, 8003, 9005, 11007, 12000, 13002}
	found.Benches[0].RedisCachePort = 13009 // it does not run
	if diff := cmp.Diff([]int{0, 3, 5, 7, 9}, found.TakenSlots(map[int]bool{2: true})); diff != "" {
		t.Error(diff)
	}
}

func TestSameRepository(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"https://github.com/frappe/erpnext", "https://github.com/frappe/erpnext.git", true},
		{"https://github.com/frappe/erpnext/", "git@GitHub.com:frappe/erpnext.git", true},
		{"ssh://git@git.example.com:2222/shop", "https://git.example.com/shop", true},
		{"https://github.com/frappe/erpnext", "https://github.com/team/erpnext", false},
		{"https://github.com/frappe/erpnext", "https://gitlab.com/frappe/erpnext", false},
		{"/srv/shop", "/srv/shop", true},
		{"", "", false},
	} {
		if got := SameRepository(c.a, c.b); got != c.same {
			t.Errorf("%q and %q: got %v", c.a, c.b, got)
		}
	}
}

func TestValidBenchPath(t *testing.T) {
	for path, ok := range map[string]bool{
		"/home/erp/frappe-bench": true, "/opt/bench15/main_1.2": true,
		"/home": false, "home/erp/bench": false, "/home/erp/../root/bench": false, "/home/erp/.hidden": false, "/home/erp/-x": false,
		"/home/erp/a b": false, "/home/erp/$(id)": false, "/home/erp/bench\n": false, "/home/erp/bench/": false,
		"/home/frappe/benches/main/r1": false, "/home/frappe/frappe-bench": true, "/home/" + strings.Repeat("a", 300): false,
	} {
		if err := ValidBenchPath(path); (err == nil) != ok || err != nil && ErrorCode(err) != CodeInvalid {
			t.Errorf("%q: got %v", path, err)
		}
	}
}
