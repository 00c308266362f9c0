package fleet_test

import (
	"strings"
	"testing"

	"central/fleet"
)

// goodFacts are those of a machine that fits every role without a word.
func goodFacts() fleet.ServerFacts {
	return fleet.ServerFacts{
		OS: "Debian GNU/Linux 12 (bookworm)", Distribution: "debian", Version: "12", Architecture: "x86_64", Kernel: "6.1.0", Python: true,
		CPUs: 4, MemoryBytes: 8 << 30, Disks: []fleet.ServerDisk{{Mount: "/", SizeBytes: 80 << 30, FreeBytes: 60 << 30}},
	}
}

func TestFit(t *testing.T) {
	for _, test := range []struct {
		name     string
		role     fleet.ServerRole
		change   func(*fleet.ServerFacts)
		severity fleet.PlanSeverity // of the one note; "" for none
		code     fleet.Code
		field    string
		says     string
	}{
		{name: "Master", role: fleet.RoleMaster},
		{name: "Slave", role: fleet.RoleSlave},
		{name: "Proxy", role: fleet.RoleProxy},
		{name: "NewerDebian", role: fleet.RoleMaster, change: func(f *fleet.ServerFacts) { f.Version = "13" }},
		{name: "Ubuntu", role: fleet.RoleMaster, change: func(f *fleet.ServerFacts) { f.Distribution, f.Version = "ubuntu", "22.04" }},
		{"OldDebian", fleet.RoleMaster, func(f *fleet.ServerFacts) { f.Version = "11" }, fleet.PlanBlocking, fleet.CodeUnsupported, "input.address", "Debian 12 or later"},
		{"OldUbuntu", fleet.RoleProxy, func(f *fleet.ServerFacts) { f.Distribution, f.Version = "ubuntu", "20.04" }, fleet.PlanBlocking, fleet.CodeUnsupported, "input.address", "Ubuntu 22.04"},
		{"OtherSystem", fleet.RoleProxy, func(f *fleet.ServerFacts) { f.OS, f.Distribution = "Alpine \x1b[31m", "alpine" }, fleet.PlanBlocking, fleet.CodeUnsupported, "input.address", `"Alpine \x1b[31m"`},
		{"Nameless", fleet.RoleProxy, func(f *fleet.ServerFacts) { f.OS, f.Distribution = "", "" }, fleet.PlanBlocking, fleet.CodeUnsupported, "input.address", "does not say"},
		{"NoVersion", fleet.RoleProxy, func(f *fleet.ServerFacts) { f.Version = "sid" }, fleet.PlanBlocking, fleet.CodeUnsupported, "input.address", "Debian 12"},
		{"NoPython", fleet.RoleMaster, func(f *fleet.ServerFacts) { f.Python = false }, fleet.PlanBlocking, fleet.CodeUnsupported, "input.address", "python3"},
		{"ClockBehind", fleet.RoleMaster, func(f *fleet.ServerFacts) { f.ClockOffset = -31 }, fleet.PlanBlocking, fleet.CodeClockOff, "input.address", "31 s behind"},
		{"ClockAhead", fleet.RoleProxy, func(f *fleet.ServerFacts) { f.ClockOffset = 3600 }, fleet.PlanBlocking, fleet.CodeClockOff, "input.address", "3600 s ahead"},
		{"ClockALittleOff", fleet.RoleProxy, func(f *fleet.ServerFacts) { f.ClockOffset = 30 }, fleet.PlanWarning, fleet.CodeClockOff, "input.address", "30 s ahead"},
		{"SmallDisk", fleet.RoleMaster, func(f *fleet.ServerFacts) { f.Disks[0].FreeBytes = 5<<30 - 1 }, fleet.PlanBlocking, fleet.CodeTooSmall, "input.role", "a master needs 5 GiB"},
		{"SmallDiskOfASlave", fleet.RoleSlave, func(f *fleet.ServerFacts) { f.Disks[0].FreeBytes = 1 << 30 }, fleet.PlanBlocking, fleet.CodeTooSmall, "input.role", "Only 1 GiB are free in /; a slave"},
		{"FairDisk", fleet.RoleMaster, func(f *fleet.ServerFacts) { f.Disks[0].FreeBytes = 5 << 30 }, fleet.PlanWarning, fleet.CodeTooSmall, "input.role", "5 GiB are free"},
		{name: "SmallDiskIsEnoughForAProxy", role: fleet.RoleProxy, change: func(f *fleet.ServerFacts) { f.Disks[0].FreeBytes = 2 << 30 }},
		{"TinyDisk", fleet.RoleProxy, func(f *fleet.ServerFacts) { f.Disks[0].FreeBytes = 700 << 20 }, fleet.PlanBlocking, fleet.CodeTooSmall, "input.role", "Only 700 MiB are free"},
		{"AnotherDiskIsSmall", fleet.RoleMaster, func(f *fleet.ServerFacts) {
			f.Disks = append(f.Disks, fleet.ServerDisk{Mount: "/var", FreeBytes: 1 << 30})
		}, fleet.PlanBlocking, fleet.CodeTooSmall, "input.role", "in /var"},
		{name: "ADiskThatNobodyUses", role: fleet.RoleMaster, change: func(f *fleet.ServerFacts) {
			f.Disks = append(f.Disks, fleet.ServerDisk{Mount: "/boot", FreeBytes: 1 << 20})
		}},
		{"SmallMemory", fleet.RoleMaster, func(f *fleet.ServerFacts) { f.MemoryBytes = 512 << 20 }, fleet.PlanBlocking, fleet.CodeTooSmall, "input.role", "512 MiB of memory"},
		{"FairMemory", fleet.RoleMaster, func(f *fleet.ServerFacts) { f.MemoryBytes = 1 << 30 }, fleet.PlanWarning, fleet.CodeTooSmall, "input.role", "1 GiB of memory"},
		{name: "SmallMemoryIsEnoughForAProxy", role: fleet.RoleProxy, change: func(f *fleet.ServerFacts) { f.MemoryBytes = 512 << 20 }},
		{"OddProcessor", fleet.RoleMaster, func(f *fleet.ServerFacts) { f.Architecture = "riscv64" }, fleet.PlanWarning, fleet.CodeUnsupported, "input.address", "riscv64"},
		{"ForeignDatabase", fleet.RoleMaster, func(f *fleet.ServerFacts) { f.Databases = []string{"shop", "_1f"} }, fleet.PlanWarning, fleet.CodeConflict, "input.address", `("shop, _1f"). It cannot be set up as a master`},
		{"ForeignDatabaseOnASlave", fleet.RoleSlave, func(f *fleet.ServerFacts) { f.Databases = []string{"a\nb"} }, fleet.PlanWarning, fleet.CodeConflict, "input.address", `("a\nb"). It cannot be set up as a slave`},
		{name: "ForeignDatabaseBesideAProxy", role: fleet.RoleProxy, change: func(f *fleet.ServerFacts) { f.Databases = []string{"shop"} }},
		{"Container", fleet.RoleMaster, func(f *fleet.ServerFacts) { f.Container = true }, fleet.PlanWarning, fleet.CodeUnsupported, "input.address", "container"},
	} {
		t.Run(test.name, func(t *testing.T) {
			facts := goodFacts()
			if test.change != nil {
				test.change(&facts)
			}
			notes := fleet.Fit(facts, test.role)
			err := fleet.Blocking(notes)
			if test.severity == "" {
				if len(notes) > 0 || err != nil {
					t.Errorf("got %+v", notes)
				}
				return
			}
			if len(notes) != 1 || notes[0].Severity != test.severity || notes[0].Code != test.code || notes[0].Field != test.field || !strings.Contains(notes[0].Message, test.says) {
				t.Errorf("got %+v", notes)
			}
			if blocks := test.severity == fleet.PlanBlocking; (err != nil) != blocks || blocks && fleet.ErrorCode(err) != test.code {
				t.Errorf("as an error: %v", err)
			}
		})
	}
}

func TestFitSaysWhatBlocksFirst(t *testing.T) {
	facts := goodFacts()
	facts.Container, facts.ClockOffset, facts.Version = true, 100, "9"
	notes := fleet.Fit(facts, fleet.RoleMaster)
	if len(notes) != 3 || notes[0].Severity != fleet.PlanBlocking || notes[1].Severity != fleet.PlanBlocking || notes[2].Severity != fleet.PlanWarning {
		t.Errorf("got %+v", notes)
	}
}

func TestSize(t *testing.T) {
	for bytes, want := range map[int64]string{0: "0 MiB", 700 << 20: "700 MiB", 1 << 30: "1 GiB", 5<<30 + 1<<29: "5.5 GiB"} {
		if got := fleet.Size(bytes); got != want {
			t.Errorf("%d: got %s, want %s", bytes, got, want)
		}
	}
}

func TestFitsSetUp(t *testing.T) {
	foreign := goodFacts()
	foreign.Databases = []string{"shop"}
	for _, test := range []struct {
		name   string
		server fleet.Server
		facts  fleet.ServerFacts
		code   fleet.Code
	}{
		{"Bare", fleet.Server{Role: fleet.RoleMaster}, goodFacts(), ""},
		{"Adopted", fleet.Server{Role: fleet.RoleMaster, Adopted: true}, foreign, ""},
		{"Proxy", fleet.Server{Role: fleet.RoleProxy}, foreign, ""},
		{"ErrOtherDataOnAMaster", fleet.Server{Name: "m-1", Role: fleet.RoleMaster}, foreign, fleet.CodeConflict},
		{"ErrOtherDataOnASlave", fleet.Server{Name: "m-1", Role: fleet.RoleSlave}, foreign, fleet.CodeConflict},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := fleet.FitsSetUp(test.server, test.facts)
			if fleet.ErrorCode(err) != test.code || err != nil && !strings.Contains(err.Error(), "m-1: ") {
				t.Errorf("got %v", err)
			}
		})
	}
}
